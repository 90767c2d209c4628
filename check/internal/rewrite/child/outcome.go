package child

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// cutOff reports whether an execution of a program ends while goroutines of it go on by an exit
// or a panic. That main returns is an operation: see [world.End].
func cutOff(x *prim.Execution) bool {
	if x.End == prim.Deadlock && !x.Threads[0].Ended {
		return false
	}
	return x.Where != 0 && (x.End == prim.Panicked || x.End == prim.Failed) || !x.Threads[0].Ended && slices.ContainsFunc(x.Threads, func(g *prim.Thread) bool {
		return !g.Ended && !g.Clock && !g.Daemon && g.ID != 0
	})
}

// outcome sends the outcome of an execution that was not cut short, if it is new.
func (e *explorer) outcome(x *prim.Execution) {
	o := wire.Outcome{Notes: map[string][]string{}, Failed: x.Report.Failed}
	for _, a := range e.run.Attrs {
		o.Notes[a.Key] = append(o.Notes[a.Key], a.Value)
	}
	text, ended := world.Ended()
	if ended {
		e.tell(&wire.Outcome{Notes: o.Notes, End: "finished", Output: spelling.Addresses(text)})
	}
	switch x.End {
	case prim.Done, prim.Failed:
		o.End = "finished"
	case prim.Deadlock, prim.LivesOn:
		switch program := e.t == nil; {
		case program && x.Threads[0].Ended:
			o.End = "finished" // and what goes on, with it
		case x.End == prim.LivesOn:
			return
		default:
			o.End = "stuck"
		}
	case prim.Panicked:
		o.End = "panic: " + spelling.Addresses(fmt.Sprint(x.Panic))
	default:
		return
	}
	if ended && x.End != prim.Panicked && !o.Failed {
		return // what comes behind the end of main is of no account
	}
	if e.t == nil {
		e.cutOff = e.cutOff || cutOff(x)
		o.Output = spelling.Addresses(world.Written())
		if o.Failed {
			o.End, o.Failed = "finished, "+strings.Join(x.Report.Log, "; "), false
			if e.err != nil {
				o.End = "finished, with the error " + e.err.Error()
			}
		}
	}
	e.tell(&o)
}

// tell sends an outcome, if it is new.
func (e *explorer) tell(o *wire.Outcome) {
	text := o.String()
	if e.seen[text] {
		return
	}
	if e.seen == nil {
		e.seen = map[string]bool{}
	}
	e.seen[text] = true
	send(wire.Event{Kind: "outcome", Test: e.name, What: text})
}
