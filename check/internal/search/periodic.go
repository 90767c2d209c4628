package search

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// An execution that has reached its bound has no end if nothing but the clock has gone
// on in it for long, with those whom it wakes, and these have done the same again and
// again in loops whose turns nothing counts.

const (
	enoughRounds  = 300 // of the same
	someRounds    = 8   // of what is left behind
	longestPeriod = 32  // in jumps of the clock
)

// periodic is the fault of an execution in which the same comes round for ever; nil if
// it cannot be told that it does.
func (e *explorer) periodic() *fault {
	r := e.goesRound(enoughRounds)
	if r == nil {
		return nil
	}
	goOn := r.goOn
	x := e.x
	var stuck []*prim.Thread
	waits := false // for something that does not come: what the test waits for
	for _, t := range x.Threads {
		if t.Ended || t.Clock || t.Daemon {
			continue
		}
		if !goOn[t.ID] {
			if e.hadATurn(t, r) {
				return nil
			}
			stuck = append(stuck, t)
			waits = waits || t.ID == 0 || t.Joined
		}
	}
	switch {
	case waits:
		return &fault{code: verdict.Deadlock, message: e.blockedForever(stuck) + ", while " + e.whoGoesOn(goOn)}
	case goOn[0] || slices.ContainsFunc(x.Threads, func(t *prim.Thread) bool { return goOn[t.ID] && t.Joined }):
		return &fault{code: verdict.Livelock, message: "goroutines run forever and none makes progress: " + e.whoGoesOn(goOn)}
	}
	return nil
}

// testTimeout is how long go test lets the tests of a package take.
const testTimeout = 10 * time.Minute

// timesOut is the fault of an execution of a test that has reached its bound, when go test has
// ended it: what it waits for has not come for so long, though nobody was held up.
func (e *explorer) timesOut() *fault {
	x := e.x
	if first := x.Threads[0]; e.o.First != "test" || x.Waited <= testTimeout || first.Ended || first.Op.Kind == prim.OpSleep {
		return nil
	}
	goOn := map[int]bool{}
	for i := range x.Events[len(x.Events)/2:] {
		if g := int(x.Events[len(x.Events)/2+i].G); g != 0 && !x.Threads[g].Clock {
			goOn[g] = true
		}
	}
	return &fault{code: verdict.Deadlock, message: "test is blocked for ten minutes, when go test ends it, " + e.blocked(x.Threads[0]) + ", while " + e.whoGoesOn(goOn)}
}

// hadATurn reports whether somebody who does not go on may have been able to, at some
// moment of a round: then that nobody let it is a matter of the schedule.
func (e *explorer) hadATurn(t *prim.Thread, r *rounds) bool {
	for i := r.second; i < r.third; i++ {
		if prim.Depends(&e.x.Events[i].Op, &t.Op) && !e.x.Events[i].Op.Kind.Last() {
			return true
		}
	}
	return slices.ContainsFunc(e.x.Held, func(h prim.Hold) bool { return int(h.Event) >= r.second && h.Threads.Has(t.ID) })
}

// besideTheClock is the fault of an execution in which what the test waits for does not
// come, and others only go round with the clock; nil if it is no such execution.
func (e *explorer) besideTheClock(blocked []*prim.Thread) *fault {
	goOn := map[int]bool{}
	var stuck []*prim.Thread
	waits, since := false, 0
	for _, t := range blocked {
		if t.Circles != "" {
			goOn[t.ID] = true
			continue
		}
		if t.Op.Spin {
			return nil
		}
		stuck = append(stuck, t)
		waits = waits || t.ID == 0 || t.Joined
	}
	for i := range e.x.Events {
		if ev := &e.x.Events[i]; !goOn[int(ev.G)] && !e.x.Threads[ev.G].Clock {
			since = i
		}
	}
	ticks := func(ev prim.Event) bool { return ev.Op.Kind == prim.OpTick }
	if len(goOn) == 0 || !waits || !slices.ContainsFunc(e.x.Events[since:], ticks) {
		return nil
	}
	return &fault{code: verdict.Deadlock, message: e.blockedForever(stuck) + ", while " + e.whoGoesOn(goOn)}
}

// unmoved says who has done nothing in the second half of an execution that was cut
// short, though the test waits for it to end; "" if that is nobody.
func (e *explorer) unmoved() string {
	x := e.x
	last := make([]int, len(x.Threads))
	for i := range x.Events {
		last[x.Events[i].G] = i + 1
	}
	var each, others []string
	for i, t := range x.Threads {
		who, at := e.who(t.ID), ""
		if t.Started != "" {
			who = "the goroutine started at " + t.Started
		}
		if t.Position != "" {
			at = "at " + t.Position + ", "
		}
		switch {
		case t.Ended || t.Clock:
		case last[i] >= len(x.Events)/2:
			others = append(others, strings.TrimSuffix(e.who(t.ID)+" goes on "+at, ", "))
		case t.ID == 0 || t.Joined:
			each = append(each, fmt.Sprintf("%s has not moved since step %d, %s%s", who, last[i], at, e.blocked(t)))
		}
	}
	if len(each) == 0 {
		return ""
	}
	while := ""
	if len(others) > 0 && len(others) <= mostOthers {
		while = ", while " + strings.Join(others, ", and ")
	}
	return "; in the first, " + strings.Join(each, "; ") + while
}

// mostOthers is of how many it is told that they go on.
const mostOthers = 2

// whoGoesOn says who goes round, and where.
func (e *explorer) whoGoesOn(goOn map[int]bool) string {
	var each []string
	for _, t := range e.x.Threads {
		if goOn[t.ID] && !t.Clock {
			text := e.who(t.ID)
			if t.Position != "" {
				text += " at " + t.Position
			}
			each = append(each, text)
		}
	}
	switch n := len(each); n {
	case 0:
		return "the clock goes on"
	case 1:
		return each[0] + " goes on with the clock"
	default:
		return fmt.Sprintf("%s and %d others go on with the clock", each[0], n-1)
	}
}

// rounds are what an execution has come to do again and again: who takes part in it,
// and the events before the second time and before the third.
type rounds struct {
	goOn          map[int]bool
	second, third int
}

// roundsToCut is how many rounds at the end of the last execution are enough for all
// but two of them to be left out where it is shown; 0: it is shown as it is.
func (e *explorer) roundsToCut() int {
	switch e.x.End {
	case prim.Bound:
		return enoughRounds
	case prim.LivesOn:
		return someRounds
	case prim.Deadlock:
		if slices.ContainsFunc(e.x.Threads, func(t *prim.Thread) bool { return t.Circles != "" }) {
			return someRounds
		}
	}
	return 0
}

// goesRound is what the execution does in the end again and again, so often at least; nil
// if there is no such thing, or it may come to an end.
func (e *explorer) goesRound(enough int) *rounds {
	x := e.x
	var at []int // jumps of the clock
	for i := range x.Events {
		if x.Events[i].Op.Kind == prim.OpTick {
			at = append(at, i)
		}
	}
	if len(at) <= enough {
		return nil
	}
	done := make([]uint64, len(at)-1)
	for i := range done {
		done[i] = round64(x.Events[at[i]:at[i+1]])
	}
	for period := 1; period <= longestPeriod; period++ {
		n := len(done) - period
		for n > 0 && done[n-1] == done[n-1+period] {
			n--
		}
		if len(done)-n < enough {
			continue
		}
		goOn := e.inRounds(at[n], at[n+period])
		if goOn == nil {
			return nil
		}
		return &rounds{goOn, at[n+period], at[min(n+2*period, len(at)-1)]}
	}
	return nil
}

// inRounds is who takes part between two events; nil if one of them is in no loop, or
// somebody counts the rounds or the time.
func (e *explorer) inRounds(from, to int) map[int]bool {
	if e.x.Differs > from {
		return nil
	}
	goOn, turned := map[int]bool{}, map[int]bool{}
	for i := from; i < to; i++ {
		if ev := &e.x.Events[i]; !e.x.Threads[ev.G].Clock {
			goOn[int(ev.G)] = true
			turned[int(ev.G)] = turned[int(ev.G)] || ev.Turn
		}
	}
	for g := range goOn {
		if !turned[g] {
			return nil
		}
	}
	return goOn
}

// round64 is what is done in events, apart from which objects it is done to: those may
// be new in every round.
func round64(events []prim.Event) uint64 {
	h := uint64(14695981039346656037)
	for i := range events {
		e := &events[i]
		g := e.G
		if e.Op.Kind == prim.OpExpire {
			g = -1 // a thread of its own each time
		}
		for _, v := range [...]uint64{uint64(g), uint64(e.Op.Kind), uint64(e.Alt)} {
			h = (h ^ v) * 1099511628211
		}
	}
	return h
}

// livesOn is the fault of an execution in which only what the test has left behind goes
// on, from one timer to the next.
func (e *explorer) livesOn() *fault {
	var left []*prim.Thread
	for _, t := range e.x.Threads {
		if leftover(t) {
			left = append(left, t)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return &fault{code: verdict.Leak, message: "left behind when the test is over: " + e.leftEach(left)}
}
