package exec

import (
	"slices"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A loop that waits for others and writes meanwhile (it locks, looks and unlocks) has
// executions in which it goes round for ever while the others could go on. No
// scheduler does that. So where an execution reaches its bound in such a loop, the
// loop is known to wait from then on: after [prim.FreeTurns] turns in an execution a
// goroutine lets, in each further one, everybody else go on first until they wait,
// and then time pass. What it does before is in any order with what the others do.
//
// Whether a turn is one of these is a matter of what the goroutine itself has done, so
// that all executions with the same order of operations agree on it.

const (
	inARow     = 256  // operations of one goroutine: it may be in such a loop
	watched    = 1024 // operations in which it is seen which loop it is in
	idleYields = 16   // after which a loop around nothing is left to itself
)

// loopTurns is how often a goroutine has gone round a loop that is known to wait.
type loopTurns struct {
	at   string
	n    int
	from int64 // virtual time of the first turn that let others go on
}

// turn is called in a turn of a loop, if loops are known to wait or one is looked for.
//
//go:norace
func (g *G) turn() {
	x := g.x
	at := caller()
	if x.suspect == g && !has(x.found, at) {
		x.found = append(x.found, at)
	}
	if !has(x.Waits, at) {
		return
	}
	i := 0
	for i < len(g.loops) && g.loops[i].at != at {
		i++
	}
	if i == len(g.loops) {
		g.loops = append(g.loops, loopTurns{at: at})
	}
	l := &g.loops[i]
	if l.n++; l.n <= prim.FreeTurns {
		return
	}
	if g.looked && !x.exact {
		if l.from == 0 {
			l.from = x.now + 1
		}
		g.looked = false
		g.Sleep(max(time.Microsecond, time.Duration(x.now-l.from)/4))
		return
	}
	if e := len(x.Events); e > 0 && x.Events[e-1].G == int32(g.ID) && x.Events[e-1].Op.Kind == prim.OpYield {
		g.idle++
	} else {
		g.idle = 0
	}
	if g.idle > idleYields && !x.timersLeft() {
		return
	}
	if g.announce(prim.On(prim.OpYield, -1)) {
		g.yielded = len(x.Events)
	}
}

//go:norace
func has(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// yields reports whether goroutines that let others go on are all that could go on.
// first is the one whose turn it is, nil if it is time's.
//
//go:norace
func (x *Exec) yields() (first *G, some bool) {
	for _, g := range x.Gs {
		if g.state == pending && g.Op.Kind == prim.OpYield && (first == nil || g.yielded < first.yielded) {
			first = g
		}
	}
	if first != nil && first.yielded > x.ticked && x.timersLeft() {
		return nil, true
	}
	return first, first != nil
}

// runsOn is called when an execution has reached its bound. It reports whether it
// goes on for a while, to see in which loop the goroutine is that has executed the
// last operations and does not let the others go on.
//
//go:norace
func (x *Exec) runsOn() bool {
	n := len(x.Events)
	if x.suspect != nil {
		if n < x.plan.Steps+watched {
			return true
		}
		x.learnLoops(x.found)
		return false
	}
	if n < inARow {
		return false
	}
	last := x.Events[n-1].G
	for i := n - inARow; i < n; i++ {
		if x.Events[i].G != last {
			return false
		}
	}
	others := x.timersLeft() || x.bodyOver() || x.Gs[last].looked
	for _, g := range x.Gs {
		// It may be that they cannot go on at this moment.
		others = others || g.state == pending && g != x.clock && g.ID != int(last)
	}
	if others {
		x.suspect = x.Gs[last]
	}
	return others
}

// learnLoops notes that loops wait, and gives the run up if that is new of one.
//
//go:norace
func (x *Exec) learnLoops(places []string) {
	isNew := false
	for _, at := range places {
		if !has(x.Waits, at) {
			x.Waits, isNew = append(x.Waits, at), true
		}
	}
	if isNew {
		x.left = keys{}
		x.Learned++
		x.End = prim.Again
	}
}

// othersCould reports whether anybody else could go on, or time pass.
//
//go:norace
func (x *Exec) othersCould(g *G) bool {
	for _, o := range x.Gs {
		if o != g && o != x.clock && o.state == pending && (x.enabled(o) || o.Op.Kind == prim.OpYield) {
			return true
		}
	}
	return x.timersLeft()
}

// know is told of loops that wait.
//
//go:norace
func (x *Exec) know(places []string) {
	for _, at := range places {
		if !has(x.Waits, at) {
			x.Waits = append(x.Waits, at)
		}
	}
	slices.Sort(x.Waits)
}
