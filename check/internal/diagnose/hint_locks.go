package diagnose

import (
	"fmt"
	"regexp"
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
		lock, gives := 0, false
		for _, b := range blocked {
			switch {
			case b.Process == a.Process || b.Object == a.Object && b.Op == a.Op:
			case b.Holder != nil && *b.Holder == a.Process && b.Object != a.Object && (e.IsA(b.Object, "mutex", "rwmutex") || e.tokens(b.Object)):
				lock = b.Object
				gives = gives || e.mayUse(b, a.Object)
			default:
				return nil // who might be the one to help
			}
		}
		if lock == 0 || !gives {
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

// mayUse reports whether one who waits has used an object, or has its name in what comes
// next in the functions that it is in. Where the sources are unknown it may.
func (e evidence) mayUse(w picture.Waiting, object int) bool {
	if e.at(0, func(s picture.Step) bool { return s.Process == w.Process && touches(s.Object, s.Objects, object) }) >= 0 {
		return true
	}
	whole, _, _ := strings.Cut(e.ObjectName(object), "[")
	name := regexp.MustCompile(`[\pL_][\pL_0-9]*`).FindAllString(whole, -1)
	places := []string{w.Position}
	for _, f := range w.Site.Frames {
		places = append(places, f.Position)
	}
	for _, at := range places {
		file, line := picture.FileLine(at)
		rest, ok := after(e.lines(file), line)
		if !ok || len(name) == 0 {
			return true
		}
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(name[len(name)-1]) + `\b`).MatchString(rest) {
			return true
		}
	}
	return false
}

// after are the lines of a block from one on.
func after(text func(int) (string, bool), line int) (string, bool) {
	first, ok := text(line)
	if !ok || indent(first) == 0 { // a function on one line
		return first, ok
	}
	rest := first
	for n := line + 1; ; n++ {
		l, ok := text(n)
		if !ok || indent(l) < indent(first) && strings.TrimSpace(l) != "" {
			return rest, ok
		}
		rest += "\n" + l
	}
}
