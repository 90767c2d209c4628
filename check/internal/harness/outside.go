package harness

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
)

// Outside looks for what an exploration under go test does not control: there go
// statements and operations are as they are written, and whoever forgets to call package
// sched, or a drop-in, starts a goroutine or waits where nobody sees it.
type Outside struct{ before map[int64]bool }

// LookOutside is called before the exploration.
func LookOutside() *Outside {
	o := &Outside{map[int64]bool{self(): true}}
	for _, g := range goroutines() {
		o.before[g.id] = true
	}
	return o
}

// frames of package exec: of a goroutine that it executes, and of all that it has.
const (
	inExec     = "github.com/ipccheck/ipccheck/check/internal/exec."
	controlled = inExec + "(*G).call("
	ofExec     = inExec + "(*G)."
)

// Waits is a controlled goroutine that waits for what the run does not see, if there is
// one; it may wait for a moment only.
func (o *Outside) Waits() (Goroutine, bool) {
	for _, g := range goroutines() {
		if o.before[g.id] || !strings.Contains(g.Stack, controlled) || !slices.ContainsFunc(natively, func(state string) bool { return strings.HasPrefix(g.State, state) }) {
			continue
		}
		lines := strings.Split(g.Stack, "\n")
		for len(lines) > 2 && slices.ContainsFunc(below, func(path string) bool { return strings.HasPrefix(lines[0], path) }) {
			lines = lines[2:]
		}
		if !strings.HasPrefix(lines[0], inExec) {
			return g, true
		}
	}
	return Goroutine{}, false
}

// natively begin the states of goroutines that wait for others.
var natively = []string{"chan ", "select", "sync.", "semacquire"}

// Started is a goroutine that one of the exploration has started natively, if one is still
// there.
func (o *Outside) Started() (Goroutine, bool) {
	if runtime.NumGoroutine() <= len(o.before) {
		return Goroutine{}, false
	}
	for _, g := range goroutines() {
		if !o.before[g.id] && !o.before[g.parent] && !strings.Contains(g.Stack, ofExec) && g.Started() != "" {
			return g, true
		}
	}
	return Goroutine{}, false
}

// Started is the position of the go statement that has started it, in user code; "" if
// that is a library's.
func (g Goroutine) Started() string {
	_, by, _ := strings.Cut(g.Stack, "created by ")
	fn, at, _ := strings.Cut(by, "\n")
	at, _, _ = strings.Cut(strings.TrimSpace(at), " +0x")
	if strings.HasPrefix(fn, "github.com/ipccheck/ipccheck/check/") || library != "" && strings.HasPrefix(at, library) {
		return ""
	}
	return at[strings.LastIndexByte(at, '/')+1:]
}

// library is where the source of the standard library lay when this was built, "" if that
// is not known.
var library = func() string {
	f := runtime.FuncForPC(reflect.ValueOf(strings.Cut).Pointer())
	file, _ := f.FileLine(f.Entry())
	root, _, _ := strings.Cut(file, "strings/")
	return root
}()

// Same reports whether the goroutine stands where it stood.
func (g Goroutine) Same(as Goroutine) bool { return g.id == as.id && g.Stack == as.Stack }

// Calls reports whether the goroutine calls what a run controls.
func (g Goroutine) Calls() bool { return strings.Contains(g.Stack, inExec) }
