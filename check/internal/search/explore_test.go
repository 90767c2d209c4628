package search

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// explore explores a body.
func explore(name string, body func(t *sched.T), o Options) *verdict.Verdict {
	x := exec.New(name, func() { body(new(sched.T)) })
	defer x.Close()
	return Explore(name, x, o)
}

// tally counts the executions of a strategy.
type tally struct {
	executions, deadlocked, blocked int
}

// next makes the next execution of a strategy. The plan has what is common to all.
func next(e prim.Executor, p *prim.Plan, s Strategy) *prim.Execution {
	s.Plan(p)
	x, err := e.Execute(p)
	if err != nil {
		panic(err)
	}
	return x
}

// exploreAll runs a strategy to its end, or until visit returns false.
func exploreAll(e prim.Executor, base prim.Plan, strategy func() Strategy, visit func(x *prim.Execution) bool) (n tally) {
	s, learned := strategy(), 0
	for {
		p := base
		x := next(e, &p, s)
		if x.Learned > learned {
			s, n, learned = strategy(), tally{}, x.Learned
			continue
		}
		n.executions++
		if d := diverged(s, &p, x); d != nil {
			panic(d.String()) // none of the programs does
		}
		switch x.End {
		case prim.Deadlock:
			n.deadlocked++
		case prim.Stopped:
			n.blocked++
		}
		if visit != nil && !visit(x) || !s.After(x) {
			return n
		}
	}
}

func optimal() Strategy { return new(Optimal) }
func naive() Strategy   { return &Naive{Bound: -1} }
func source() Strategy  { return new(Source) }
