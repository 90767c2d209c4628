package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// fakes are models that are small enough to know everything about them.
func fakes() []step.Entry { return []step.Entry{slotEntry(), flagsEntry()} }

// slotEntry is a buffer of one slot. The producers test and put in two steps if
// they are careless: then two of them lose an item.
func slotEntry() step.Entry {
	return step.Entry{
		Name:    "one-slot",
		Summary: "a buffer with one slot",
		Doc:     "Each producer puts one item into the slot.\n\nA careless one looks first and puts later.",
		Params: []step.Param{
			{Name: "producers", Help: "processes that put", Default: 2, Min: 1, Max: 4},
			{Name: "test", Help: "test and put in one step, or in two", Default: 0, Words: []string{"careless", "atomic"}},
		},
		Build: func(a step.Args) (step.Program, error) {
			if a["producers"] == 4 && a["test"] == 1 {
				return nil, errors.New("four are too many")
			}
			return slot(a["producers"], a["test"] == 1), nil
		},
		Expect: func(a step.Args) []model.Code {
			if a["producers"] > 1 && a["test"] == 0 {
				return []model.Code{model.LostItem}
			}
			return nil
		},
	}
}

type slotState struct {
	Ledger step.Ledger
	Slot   step.Item
	Taken  uint8
	PC     [6]uint8
}

func slot(producers int, atomic bool) step.Program {
	m := step.New[slotState]("one-slot")
	m.PC(func(s *slotState, pid int) *uint8 { return &s.PC[pid] })
	t := step.Buffer(m, step.Props[slotState]{
		Ledger: func(s *slotState) *step.Ledger { return &s.Ledger }, Capacity: -1,
		Holds: func(s *slotState, i step.Item) bool { return s.Slot == i },
	})
	put := func(s *slotState, c *step.Ctx) {
		s.Slot = step.Item(c.Index + 1)
		s.Ledger.Accept(c, s.Slot)
	}
	free := func(s *slotState, _ *step.Ctx) bool { return s.Slot == 0 }
	p := m.Process("producer", producers)
	if atomic {
		p.Stmt("put", "wait until slot = 0; slot = item").When(free).Do(put).Waits("a free slot")
	} else {
		p.Stmt("test", "while slot != 0 do nothing").When(free).Waits("a free slot")
		p.Stmt("put", "slot = item").Do(put)
	}
	q := m.Process("consumer", 1)
	q.Stmt("take", "wait until slot != 0; item = slot; slot = 0").
		When(func(s *slotState, _ *step.Ctx) bool { return s.Slot != 0 }).
		Do(func(s *slotState, c *step.Ctx) {
			c.Note("item %d", s.Slot)
			t.Deliver(s, c, s.Slot)
			s.Slot = 0
			s.Taken++
		}).Waits("an item").Goto("take")
	q.Stmt("never", "nobody comes here").When(func(*slotState, *step.Ctx) bool { return false })
	m.Accept(func(s *slotState) bool { return int(s.Taken) == producers })
	return m
}

// flagsEntry is two processes that each raise a flag and wait for the other's
// to be down, as often as there are parameters' rounds: a deadlock.
func flagsEntry() step.Entry {
	return step.Entry{
		Name:    "two-flags",
		Summary: "each waits for the other's flag to be down",
		Doc:     "Both raise their flags first.\n\n\t\tup[me] = true\n\n\t\t\twait\n\t\tend\n\n" + strings.Repeat(" wide", 30),
		Params:  []step.Param{{Name: "rounds", Help: "how often they try", Default: 1, Min: -1, Max: 200}},
		Build:   func(a step.Args) (step.Program, error) { return flags(a["rounds"]), nil },
		Expect: func(a step.Args) []model.Code {
			if a["rounds"] > 0 {
				return []model.Code{model.Deadlock}
			}
			return nil
		},
	}
}

type flagsState struct {
	Up   [2]bool
	Left [2]uint8
	PC   [2]uint8
}

func flags(rounds int) step.Program {
	m := step.New[flagsState]("two-flags")
	m.Init(func(s *flagsState) { s.Left = [2]uint8{uint8(max(rounds, 0)), uint8(max(rounds, 0))} })
	m.PC(func(s *flagsState, pid int) *uint8 { return &s.PC[pid] })
	p := m.Process("process", 2)
	p.Stmt("raise", "up[me] = true").
		When(func(s *flagsState, c *step.Ctx) bool { return s.Left[c.Pid] > 0 }).
		Do(func(s *flagsState, c *step.Ctx) { s.Up[c.Pid] = true })
	p.Stmt("raise", "no round is left").
		When(func(s *flagsState, c *step.Ctx) bool { return s.Left[c.Pid] == 0 }).End()
	p.Stmt("enter", "wait until not up[other]").
		When(func(s *flagsState, c *step.Ctx) bool { return !s.Up[1-c.Pid] }).
		WaitsFunc(func(_ *flagsState, c *step.Ctx) string {
			return fmt.Sprintf("process %d to take its flag down", 2-c.Pid)
		})
	p.Stmt("leave", "up[me] = false").
		Do(func(s *flagsState, c *step.Ctx) { s.Up[c.Pid] = false; s.Left[c.Pid]-- }).Goto("raise")
	return m
}
