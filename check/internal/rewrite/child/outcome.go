package child

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// outcome sends the outcome of an execution that was not cut short, if it is new.
func (e *explorer) outcome(x *prim.Execution) {
	o := wire.Outcome{Notes: map[string][]string{}, Failed: x.Report.Failed}
	for _, a := range e.run.Attrs {
		o.Notes[a.Key] = append(o.Notes[a.Key], a.Value)
	}
	switch x.End {
	case prim.Done, prim.Failed:
		o.End = "finished"
	case prim.Deadlock:
		o.End = "stuck"
	case prim.Panicked:
		o.End = "panic: " + spelling.Addresses(fmt.Sprint(x.Panic))
	default:
		return
	}
	if e.t == nil {
		o.Output = spelling.Addresses(world.Written())
		if o.Failed {
			o.End, o.Failed = "finished, "+strings.Join(x.Report.Log, "; "), false
			if e.err != nil {
				o.End = "finished, with the error " + e.err.Error()
			}
		}
	}
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
