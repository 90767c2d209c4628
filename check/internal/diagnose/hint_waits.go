package diagnose

import (
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// lookThenWait: a goroutine looked into a channel and found nothing, another one put
// something there, and the first one waits elsewhere and does not look again.
func lookThenWait(e evidence) *verdict.Hint {
	if e.code != verdict.Deadlock && e.code != verdict.Leak {
		return nil
	}
	for _, w := range e.Blocked() {
		for i, look := range e.Steps {
			if look.Process != w.Process || look.Op != "select" || look.Note != "default" {
				continue
			}
			for _, o := range append([]int{look.Object}, look.Objects...) {
				if !e.IsA(o, "chan") || touches(w.Object, w.Objects, o) {
					continue
				}
				put := e.at(i+1, func(s picture.Step) bool {
					return s.Process != w.Process && slices.ContainsFunc(s.Changes, func(c verdict.Change) bool { return c.Object == o && c.Field == "items" && len(c.Items) > 0 })
				})
				again := e.at(i+1, func(s picture.Step) bool { return s.Process == w.Process && touches(s.Object, s.Objects, o) })
				waits := e.at(i+1, func(s picture.Step) bool { return s.Process == w.Process })
				if put >= 0 && waits > put && again < 0 && e.left(o) {
					return &verdict.Hint{
						Text:    fmt.Sprintf(`"look, then wait" (%s finds nothing in %s in step %d; something comes in step %d, and %s waits for something else)`, e.Short(w.Process), e.ObjectName(o), i+1, put+1, e.Short(w.Process)),
						Command: "ipccheck explore blocking-queue -notify one",
					}
				}
			}
		}
	}
	return nil
}

// left reports whether a channel holds items at the end.
func (e evidence) left(o int) bool {
	items := 0
	for _, s := range e.Steps {
		for _, c := range s.Changes {
			if c.Object == o && c.Field == "items" {
				items = len(c.Items)
			}
		}
	}
	return items > 0
}

// signalBeforeWait: somebody waits for a signal, the last one came before, and woke
// nobody.
func signalBeforeWait(e evidence) *verdict.Hint {
	for _, w := range e.Blocked() {
		if !e.IsA(w.Object, "cond") || w.Op != "wait" && w.Op != "woken" {
			continue
		}
		signal, waits := -1, -1
		for i, s := range e.Steps {
			switch {
			case s.Object != w.Object:
			case s.Op == "signal" || s.Op == "broadcast":
				signal = i
			case s.Op == "wait" && s.Process == w.Process:
				waits = i
			}
		}
		if signal >= 0 && waits > signal && len(e.Steps[signal].Wakes) == 0 && !e.inVain(signal, w.Process) {
			return &verdict.Hint{
				Text:    fmt.Sprintf(`"signal before wait" (the signal of %s in step %d finds nobody who waits, and %s waits from step %d on)`, e.ObjectName(w.Object), signal+1, e.Short(w.Process), waits+1),
				Command: explain(verdict.LostWakeup),
			}
		}
	}
	return nil
}

// inVain reports whether a signal helps as little if it comes later: it might, for it is
// another one's, who was there before, and yet every execution ends so.
func (e evidence) inVain(signal, waiter int) bool {
	a := e.Actor(waiter)
	return e.Unavoidable && e.Steps[signal].Process != waiter && a != nil && a.Born <= signal
}

// leftByTimer: somebody sends on a channel without room, and the one who selected on it
// has left by a timer or a context that was done.
func leftByTimer(e evidence) *verdict.Hint {
	for _, w := range e.Blocked() {
		c := e.Object(w.Object)
		if w.Op != "send" || c == nil || c.Kind != "chan" || c.Cap == nil || *c.Cap != 0 {
			continue
		}
		left := e.at(0, func(s picture.Step) bool {
			return s.Process != w.Process && s.Op == "select" && s.Object > 0 && s.Object != w.Object && slices.Contains(s.Objects, w.Object) && e.ends(s.Object)
		})
		if left < 0 {
			continue
		}
		p := e.Steps[left].Process
		back := e.at(left+1, func(s picture.Step) bool { return s.Process == p && touches(s.Object, s.Objects, w.Object) })
		if back < 0 {
			return &verdict.Hint{
				Text:    fmt.Sprintf(`"nobody receives any more" (%s has left by %s in step %d: give %s room for one)`, e.Short(p), e.ObjectName(e.Steps[left].Object), left+1, c.Name),
				Command: explain(verdict.Leak),
			}
		}
	}
	return nil
}

// ends reports whether a channel tells that time is over, or that a context is done.
func (e evidence) ends(o int) bool {
	name := e.ObjectName(o)
	for _, part := range []string{"time.After(", "time.NewTimer(", "time.Tick(", ".Done()"} {
		if containsCall(name, part) {
			return true
		}
	}
	return e.IsA(o, "timer")
}
