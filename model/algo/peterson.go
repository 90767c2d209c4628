package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Variants of mutual exclusion between two processes by flags.
const (
	petersonRight = iota
	testThenSet
	setThenTest
)

// flagsState is the state of two processes that exclude each other.
type flagsState struct {
	Flag [2]bool
	Turn uint8
	PC   [2]uint8
	_    [3]uint8
}

func peterson() step.Entry {
	return step.Entry{
		Name:    "peterson",
		Summary: "mutual exclusion of two processes by shared flags, right and wrong",
		Doc: `Two processes enter and leave a critical section forever; one access to a shared
variable a step, the test of Peterson's loop included.

  peterson        flag[i] = true; turn = j; while (flag[j] && turn == j);
                  right (Peterson 1981)
  test-then-set   while (flag[j]); flag[i] = true: both may pass the test before
                  either sets its flag
  set-then-test   flag[i] = true; while (flag[j]): both may set, then wait for
                  each other forever`,
		Params: []step.Param{
			{Name: "variant", Help: "the entry protocol", Words: []string{"peterson", "test-then-set", "set-then-test"}},
		},
		Build: func(a step.Args) (step.Program, error) { return buildFlags(a["variant"]), nil },
		Expect: func(a step.Args) []model.Code {
			return [][]model.Code{petersonRight: nil, testThenSet: {model.DataRace}, setThenTest: {model.Deadlock}}[a["variant"]]
		},
	}
}

func buildFlags(variant int) step.Program {
	m := step.New[flagsState]("peterson")
	m.PC(func(s *flagsState, pid int) *uint8 { return &s.PC[pid] })
	p := m.Process("process", 2)
	set := func() {
		p.Stmt("set", "flag[i] = true").Do(func(s *flagsState, c *step.Ctx) { s.Flag[c.Pid] = true })
	}
	test := func() {
		p.Stmt("test", "while (flag[j]);").
			When(func(s *flagsState, c *step.Ctx) bool { return !s.Flag[1-c.Pid] }).
			WaitsFunc(func(s *flagsState, c *step.Ctx) string {
				return fmt.Sprintf("flag[%d] of the other, which is set and stays so", 1-c.Pid)
			})
	}
	first := "set"
	switch variant {
	case petersonRight:
		set()
		p.Stmt("turn", "turn = j").Do(func(s *flagsState, c *step.Ctx) { s.Turn = uint8(1 - c.Pid) })
		p.Stmt("wait", "while (flag[j] && turn == j);").
			When(func(s *flagsState, c *step.Ctx) bool { return !s.Flag[1-c.Pid] || s.Turn == uint8(c.Pid) }).
			Waits("the other's flag or the turn")
	case testThenSet:
		first = "test"
		test()
		set()
	case setThenTest:
		set()
		test()
	}
	p.Stmt("critical", "critical section")
	p.Stmt("leave", "flag[i] = false").
		Do(func(s *flagsState, c *step.Ctx) { s.Flag[c.Pid] = false }).Goto(first)

	inside := p.Number("critical")
	m.Invariant(model.DataRace, "the processes exclude each other",
		func(s *flagsState) bool { return s.PC[0] != inside || s.PC[1] != inside },
		func(s *flagsState) string { return "both processes are in the critical section at once" })
	return m
}

func init() { entries.Add(110, peterson()) }
