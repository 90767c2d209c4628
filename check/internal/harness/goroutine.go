package harness

import (
	"bytes"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Goroutine is one entry of a dump of all stacks.
type Goroutine struct {
	id, parent int64
	State      string // "chan receive", "running", …
	Stack      string
}

// busy reports whether the goroutine makes progress without any other: it runs, is
// runnable, or sleeps. (A channel operation may also wait for a timer. That cannot
// be seen, and is why nothing must happen for a while before it counts.)
func (g Goroutine) busy() bool {
	switch g.State {
	case "running", "runnable", "sleep", "preempted", "copystack", "waiting", "stopping the world", "flushing proc caches":
		return true
	}
	return strings.HasPrefix(g.State, "GC ") || strings.HasPrefix(g.State, "wait for GC") || strings.HasPrefix(g.State, "garbage")
}

// goroutines dumps all goroutines but the caller's.
func goroutines() []Goroutine {
	buf := make([]byte, 64<<10)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	entries := strings.Split(string(buf), "\n\n")
	out := make([]Goroutine, 0, len(entries))
	for _, e := range entries[1:] { // the caller comes first
		if g, ok := parseGoroutine(e); ok {
			out = append(out, g)
		}
	}
	return out
}

// parseGoroutine reads an entry such as
//
//	goroutine 18 [chan receive, 2 minutes]:
//	main.f(...)
//		/src/main.go:7 +0x1d
//	created by main.main in goroutine 1
//		/src/main.go:5 +0x2a
func parseGoroutine(entry string) (Goroutine, bool) {
	head, stack, _ := strings.Cut(entry, "\n")
	rest, ok := strings.CutPrefix(head, "goroutine ")
	if !ok {
		return Goroutine{}, false
	}
	num, rest, ok := strings.Cut(rest, " ")
	id, err := strconv.ParseInt(num, 10, 64)
	if !ok || err != nil {
		return Goroutine{}, false
	}
	g := Goroutine{id: id, Stack: strings.TrimSpace(stack)}
	if _, rest, ok = strings.Cut(rest, "["); ok {
		g.State, _, _ = strings.Cut(rest, "]")
		g.State, _, _ = strings.Cut(g.State, ",")
		g.State = strings.TrimSuffix(g.State, " (scan)")
	}
	if _, by, ok := strings.Cut(stack, "\ncreated by "); ok {
		by, _, _ = strings.Cut(by, "\n")
		if _, num, ok := strings.Cut(by, " in goroutine "); ok {
			g.parent, _ = strconv.ParseInt(num, 10, 64)
		}
	}
	return g, true
}

// self is the ID of the calling goroutine.
func self() int64 {
	var buf [64]byte
	fields := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	id, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return id
}

// below are the packages whose frames lie below user code: ipccheck/ is what rewritten
// code calls in their place.
var below = []string{"runtime.", "sync.", "sync/", "internal/", "reflect.", "time.", "ipccheck/", "github.com/ipccheck/ipccheck/check/internal/adapt.", "github.com/ipccheck/ipccheck/check/internal/harness.(*Process)"}

// Top is the position in user code at which the goroutine stands: the function, its
// file and line.
func (g Goroutine) Top() string {
	lines := strings.Split(g.Stack, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		fn, _, _ := strings.Cut(lines[i], "(")
		if fn == "panic" || slices.ContainsFunc(below, func(path string) bool { return strings.HasPrefix(fn, path) }) {
			continue
		}
		if j := strings.LastIndexByte(lines[i], '('); j > 0 {
			fn = lines[i][:j]
		}
		if j := strings.LastIndexByte(fn, '/'); j >= 0 {
			fn = fn[j+1:]
		}
		at, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
		if j := strings.LastIndexByte(at, '/'); j >= 0 {
			at = at[j+1:]
		}
		return strings.ReplaceAll(fn, "ipccheckTest", "Test") + " at " + at
	}
	return ""
}

// descendants are those of the goroutines that the given ones created, directly
// or through others that still exist.
func descendants(all []Goroutine, of map[int64]bool) []Goroutine {
	family := make(map[int64]bool, len(of))
	for id := range of {
		family[id] = true
	}
	var out []Goroutine
	for grew := true; grew; {
		grew = false
		for _, g := range all {
			if !family[g.id] && family[g.parent] {
				family[g.id] = true
				out = append(out, g)
				grew = true
			}
		}
	}
	return out
}
