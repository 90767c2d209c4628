package diagnose

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// lockOrder: each of two goroutines waits for a lock that the other one holds.
func lockOrder(e evidence) *verdict.Hint {
	for _, a := range e.Waiting {
		if a.Holder == nil || *a.Holder == a.Process || !e.IsA(a.Object, "mutex", "rwmutex") {
			continue
		}
		for _, b := range e.Waiting {
			if b.Process == *a.Holder && b.Holder != nil && *b.Holder == a.Process && b.Object != a.Object && e.IsA(b.Object, "mutex", "rwmutex") {
				return &verdict.Hint{
					Text:    fmt.Sprintf(`"lock order" (%s takes %s first, and %s takes %s first)`, e.Short(a.Process), e.ObjectName(b.Object), e.Short(b.Process), e.ObjectName(a.Object)),
					Command: "ipccheck explore philosophers",
				}
			}
		}
	}
	return nil
}

// mutexFirst: a goroutine waits at a channel while it holds what all others wait for who
// wait, but for those that wait as it does.
func mutexFirst(e evidence) *verdict.Hint {
	blocked := e.Blocked()
	for _, a := range blocked {
		if !e.IsA(a.Object, "chan") || a.Spins {
			continue
		}
		lock := 0
		for _, b := range blocked {
			switch {
			case b.Process == a.Process || b.Object == a.Object && b.Op == a.Op:
			case b.Holder != nil && *b.Holder == a.Process && b.Object != a.Object && (e.IsA(b.Object, "mutex", "rwmutex") || e.tokens(b.Object)):
				lock = b.Object
			default:
				return nil // who might be the one to help
			}
		}
		if lock == 0 {
			continue
		}
		h := &verdict.Hint{
			Text:    fmt.Sprintf(`"mutex first" (%s holds %s while it waits for %s)`, e.Short(a.Process), e.ObjectName(lock), e.ObjectName(a.Object)),
			Command: explain(verdict.Deadlock),
		}
		if e.tokens(a.Object) {
			h.Command = "ipccheck explore semaphore-buffer -order mutex-first"
		}
		return h
	}
	return nil
}
