package search

import "github.com/ipccheck/ipccheck/check/internal/exec"

// tally counts the runs of a strategy.
type tally struct {
	executions, deadlocked, blocked int
}

// exploreAll runs a strategy to its end, or until visit returns false.
func exploreAll(x *exec.Exec, strategy func() Strategy, body func(), visit func(x *exec.Exec) bool) (n tally) {
	s, learned := strategy(), x.Learned()
	for {
		x.Run(body, s)
		if x.Learned() > learned {
			s, n, learned = strategy(), tally{}, x.Learned()
			continue
		}
		n.executions++
		switch x.End {
		case exec.Deadlock:
			n.deadlocked++
		case exec.Stopped:
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
