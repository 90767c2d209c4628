package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// Lapse is called where a goroutine may do much before its next operation, at a place that
// the number, which is not 0, stands for: see [prim.Plan] Late.
//
//go:norace
func Lapse(site uint32) {
	if Race {
		lapse(site)
	}
}

//go:norace
func lapse(site uint32) {
	if x := underWay(); x != nil && x.plan.Late && x.cur != nil {
		x.cur.lapse(site)
	}
}

// mostPauses is how often a goroutine lets others go on for what it may do; it does so after
// longPast calls of lapse, and then of twice as many.
const mostPauses, longPast = 50, 1024

// lapse lets others go on, where the goroutine has not done so since its last operation, or has
// not for long: what it has done last is not forgotten by the race detector, then, when
// others come to do the same.
//
//go:norace
func (g *G) lapse(site uint32) {
	l := &g.lapses
	if l.paused == mostPauses || g.x.kill || g.x.trial.g != nil || g.x.suspect != nil {
		return
	}
	moved := g.Seq != l.after
	if moved {
		l.calls, l.sites = 0, l.sites[:0]
	}
	l.calls++
	if !moved && !l.fresh(site) && (l.calls < longPast || l.calls&(l.calls-1) != 0) {
		return
	}
	if site != 0 {
		l.sites = append(l.sites, site)
	}
	l.paused++
	g.announce(prim.On(prim.OpPause, -1))
	l.after = g.Seq
}

// fresh reports whether a place is none of those where the goroutine has let others go on.
//
//go:norace
func (l *lapses) fresh(site uint32) bool {
	for _, s := range l.sites {
		if s == site {
			return false
		}
	}
	return site != 0
}
