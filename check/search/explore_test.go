package search

import "github.com/ipccheck/ipccheck/check/sched"

// tally counts the runs of a strategy.
type tally struct {
	executions, deadlocked, blocked int
}

// exploreAll runs a strategy to its end, or until visit returns false.
func exploreAll(x *sched.Exec, s Strategy, body func(), visit func(x *sched.Exec) bool) (n tally) {
	for {
		x.Run(body, s)
		n.executions++
		switch x.End {
		case sched.Deadlock:
			n.deadlocked++
		case sched.Stopped:
			n.blocked++
		}
		if visit != nil && !visit(x) || !s.After(x) {
			return n
		}
	}
}
