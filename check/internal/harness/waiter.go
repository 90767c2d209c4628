package harness

import (
	"fmt"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/record"
)

// Waiter is an operation that does not return, and where its goroutine is blocked.
type Waiter struct {
	Call    record.Call
	Process string // name of the process
	State   string // of its goroutine
	At      string // the position in user code
}

// Waiters are the operations that have not returned.
func (x *Execution) Waiters() []Waiter {
	all := map[int64]Goroutine{}
	for _, g := range goroutines() {
		all[g.id] = g
	}
	var out []Waiter
	for _, p := range x.Processes {
		if c, ok := p.Open(); ok {
			g := all[p.goroutine.Load()]
			out = append(out, Waiter{c, p.Name, g.State, g.Top()})
		}
	}
	return out
}

// Within reports whether the process stands in a function whose name begins so.
func (x *Execution) Within(p *Process, path string) bool {
	for _, g := range goroutines() {
		if g.id == p.goroutine.Load() {
			return strings.HasPrefix(g.Stack, path) || strings.Contains(g.Stack, "\n"+path)
		}
	}
	return false
}

// Locked reports whether the operation waits for a mutex.
func (w Waiter) Locked() bool {
	return strings.HasPrefix(w.State, "sync.Mutex") || strings.HasPrefix(w.State, "sync.RWMutex")
}

// Where is the state and the position of the goroutine, in parentheses.
func (w Waiter) Where() string {
	if w.At == "" {
		return ""
	}
	return " (" + w.State + " in " + w.At + ")"
}

// Place is the state of the goroutine and the function that it is in, and the file and the
// line.
func (w Waiter) Place() (state, position string) {
	if i := strings.LastIndex(w.At, " at "); i >= 0 {
		return w.State + " in " + w.At[:i], w.At[i+len(" at "):]
	}
	return w.State, ""
}

func (w Waiter) String() string {
	return fmt.Sprintf("%s waits in %v%s", w.Process, w.Call.Kind, w.Where())
}

// Spinner is a process that was running, or runnable, in the same operation at every
// one of many looks during the whole of the patience; nil if there is none. A process
// that blocks even for a moment now and then is none.
func (x *Execution) Spinner() *Process {
	suspects := map[int64]*Process{}
	for _, p := range x.Processes {
		if _, ok := p.Log.Open(); ok {
			suspects[p.goroutine.Load()] = p
		}
	}
	for begin, looks := time.Now(), 0; len(suspects) > 0; looks++ {
		still := map[int64]*Process{}
		for _, g := range goroutines() {
			if p := suspects[g.id]; p != nil && (g.State == "running" || g.State == "runnable") {
				still[g.id] = p
			}
		}
		suspects = still
		if looks >= 20 && time.Since(begin) > x.Patience {
			break
		}
		time.Sleep(sample / 2)
	}
	for _, p := range x.Processes {
		if suspects[p.goroutine.Load()] == p {
			return p
		}
	}
	return nil
}
