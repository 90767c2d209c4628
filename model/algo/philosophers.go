package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// tableState is the state of the dining philosophers.
type tableState struct {
	Fork [8]uint8 // who holds it: philosopher+1, 0 nobody
	PC   [8]uint8
}

func philosophers() step.Entry {
	return step.Entry{
		Name:    "philosophers",
		Summary: "dining philosophers; taking forks in one order prevents the deadlock",
		Doc: `Philosopher i takes fork i, then fork i+1 (Dijkstra 1971), eats and puts both
back, forever; taking or putting one fork is a step. With -order ordered the
last one takes the lower-numbered fork first, as everybody else does.`,
		Params: []step.Param{
			{Name: "philosophers", Help: "philosophers, and forks", Default: 4, Min: 2, Max: 8},
			{Name: "order", Help: "who takes which fork first", Words: []string{"same", "ordered"}},
		},
		Build: func(a step.Args) (step.Program, error) { return buildTable(a["philosophers"], a["order"] == 1), nil },
		Expect: func(a step.Args) []model.Code {
			if a["order"] == 0 {
				return []model.Code{model.Deadlock}
			}
			return nil
		},
	}
}

func buildTable(n int, ordered bool) step.Program {
	m := step.New[tableState]("philosophers")
	m.PC(func(s *tableState, pid int) *uint8 { return &s.PC[pid] })
	m.Use("Fork", n)
	first := func(pid int) int {
		if ordered && pid == n-1 {
			return 0
		}
		return pid
	}
	second := func(pid int) int {
		if ordered && pid == n-1 {
			return pid
		}
		return (pid + 1) % n
	}
	p := m.Process("philosopher", n)
	take := func(label, text string, fork func(int) int) {
		p.Stmt(label, text).
			When(func(s *tableState, c *step.Ctx) bool { return s.Fork[fork(c.Pid)] == 0 }).
			Do(func(s *tableState, c *step.Ctx) { s.Fork[fork(c.Pid)] = uint8(c.Pid) + 1 }).
			WaitsFunc(func(s *tableState, c *step.Ctx) string {
				f := fork(c.Pid)
				return fmt.Sprintf("fork %d, held by philosopher %d", f+1, s.Fork[f])
			})
	}
	put := func(label, text string, fork func(int) int) *step.Stmt[tableState] {
		return p.Stmt(label, text).Do(func(s *tableState, c *step.Ctx) { s.Fork[fork(c.Pid)] = 0 })
	}
	take("first", "take the first fork", first)
	take("second", "take the second fork", second)
	put("eat", "eat; put the second fork back", second)
	put("back", "put the first fork back", first).Goto("first")
	return m
}

func init() { entries.Add(120, philosophers()) }
