package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// lockOrder: each of two goroutines or more, in a circle, waits for a lock that the next
// one holds.
func lockOrder(e evidence) *verdict.Hint {
	for _, first := range e.Waiting {
		circle := []picture.Waiting{first}
		for {
			next := e.holderOf(circle[len(circle)-1])
			if next == nil {
				break
			}
			k := slices.IndexFunc(circle, func(w picture.Waiting) bool { return w.Process == next.Process })
			if k < 0 {
				circle = append(circle, *next)
				continue
			}
			if k > 0 || len(circle) < 2 || circle[0].Object == circle[1].Object {
				break
			}
			return &verdict.Hint{Text: e.order(circle), Command: "ipccheck explore philosophers"}
		}
	}
	return nil
}

// holderOf is one who has the lock that another one waits for, and waits for a lock, too;
// nil if there is none.
func (e evidence) holderOf(w picture.Waiting) *picture.Waiting {
	if !e.IsA(w.Object, "mutex", "rwmutex") {
		return nil
	}
	for i, o := range e.Waiting {
		has := w.Holder != nil && *w.Holder == o.Process
		if w.Holder == nil { // it waits for those who read
			has = slices.ContainsFunc(e.Holds, func(h verdict.Hold) bool { return h.Process == o.Process && h.Object == w.Object })
		}
		if has && o.Process != w.Process && e.IsA(o.Object, "mutex", "rwmutex") {
			return &e.Waiting[i]
		}
	}
	return nil
}

// order says who takes which lock first, in a circle of those who wait.
func (e evidence) order(circle []picture.Waiting) string {
	var parts []string
	for i, w := range circle {
		before := circle[(i+len(circle)-1)%len(circle)]
		parts = append(parts, fmt.Sprintf("%s takes %s first", e.Short(w.Process), e.ObjectName(before.Object)))
	}
	last := len(parts) - 1
	return fmt.Sprintf(`"lock order" (%s, and %s)`, strings.Join(parts[:last], ", "), parts[last])
}

// mutexFirst: a goroutine waits at a channel while it holds what all others wait for who
// wait, but for those that wait as it does.
func mutexFirst(e evidence) *verdict.Hint {
	blocked := e.Blocked()
	for _, a := range blocked {
		if !e.IsA(a.Object, "chan", "semaphore") || a.Spins {
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
