package check_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// slot is the state of a buffer with room for one item.
type slot struct {
	Items uint8
	PC    [3]uint8
}

// oneSlot is a model of two producers and a consumer of one slot. If atomic is not
// set, a producer looks for room in one step and puts its item in the next.
func oneSlot(atomic bool) *step.Model[slot] {
	m := step.New[slot]("one-slot")
	m.PC(func(s *slot, pid int) *uint8 { return &s.PC[pid] })
	empty := func(s *slot, _ *step.Ctx) bool { return s.Items == 0 }
	put := func(s *slot, _ *step.Ctx) { s.Items++ }

	p := m.Process("producer", 2)
	if atomic {
		p.Stmt("put", "wait until items = 0; items++").When(empty).Do(put).Waits("an empty slot").Goto("put")
	} else {
		p.Stmt("look", "wait until items = 0").When(empty).Waits("an empty slot")
		p.Stmt("put", "items++").Do(put).Goto("look")
	}
	m.Process("consumer", 1).Stmt("take", "wait until items > 0; items--").
		When(func(s *slot, _ *step.Ctx) bool { return s.Items > 0 }).
		Do(func(s *slot, _ *step.Ctx) { s.Items-- }).
		Waits("an item").Goto("take")

	m.Invariant(model.Overflow, "the slot holds one item", func(s *slot) bool { return s.Items <= 1 },
		func(s *slot) string { return fmt.Sprintf("%d items are in one slot", s.Items) })
	return m
}

// A model of one's own is explored in a line. In a test, [check.Model] does the same
// and reports through the test.
func ExampleRunModel() {
	right := check.RunModel(oneSlot(true))
	fmt.Println(right.Answer, right.Counts.Distinct, "states")

	wrong := check.RunModel(oneSlot(false))
	f := wrong.Findings[0]
	fmt.Println(wrong.Answer, f.Code, f.Message)
	for _, s := range f.Trace.Steps {
		fmt.Println(f.Trace.Processes[s.Process], s.Label)
	}
	// Output:
	// pass 2 states
	// fail IPC006 2 items are in one slot
	// producer 1 look
	// producer 2 look
	// producer 2 put
	// producer 1 put
}

func TestOneSlot(t *testing.T) {
	check.Model(t, oneSlot(true))
}

func TestModelReportsThroughTheTest(t *testing.T) {
	var r recorder
	v := check.Model(&r, oneSlot(false))
	assert.Equal(t, verdict.Fail, v.Answer)
	assert.True(t, r.failed)
	assert.Contains(t, r.String(), "IPC006")
	assert.NotContains(t, r.String(), "ipccheck replay", "the command does not know the model")
}

func TestModelKeepsToItsBounds(t *testing.T) {
	for _, b := range []check.Bounds{{MaxStates: 1}, {MaxDepth: 1}} {
		v := check.RunModel(oneSlot(true), b)
		assert.Equal(t, verdict.Inconclusive, v.Answer)
		assert.Contains(t, v.Reason, "the bound of 1 ")
	}
	v := check.RunModel(oneSlot(true), check.Bounds{}, check.Bounds{})
	assert.Equal(t, "Model takes at most one Bounds, and there are 2", v.Reason)
	v = check.RunModel(oneSlot(true), check.Bounds{MaxDepth: -1})
	assert.Equal(t, "Bounds.MaxDepth is -1: want 0 or more", v.Reason)
}
