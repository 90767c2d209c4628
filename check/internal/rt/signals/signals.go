// Package signals is what package os/signal of a rewritten program has instead of the
// system: no signal comes from outside, and one that the program sends to itself comes
// at any time after, once if it is sent again before.
package signals

import (
	"slices"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
)

// most is one more than the highest number of a signal.
const most = 65

// What is done with a signal that comes.
const (
	kills = iota
	told
	ignored
)

// signals are those of an execution.
type signals struct {
	does    [most]atomic.Int32
	pending [most]atomic.Bool // sent, and nobody has it yet
	to      []unsafe.Pointer  // channels that are told of some
}

var (
	known   signals
	process func(signal int)
)

func init() { image.Vars("ipccheck/rt/signals", image.Names{"what signals do"}, &known) }

// Use has a function of package os/signal tell of signals that come.
//
//go:norace
func Use(tell func(signal int)) {
	process = tell
	exec.Notified = func(ch unsafe.Pointer) bool { return slices.Contains(known.to, ch) }
	world.Sends = send
}

// send sends the program a signal. It reports false if what that does is not controlled.
//
//go:norace
func send(signal int) (ok bool) {
	if signal < 1 || signal >= most {
		return false
	}
	hidden(func() {
		switch known.does[signal].Load() {
		case kills:
			return
		case told:
			if !known.pending[signal].Swap(true) {
				exec.Go(func() { come(signal) })
			}
		}
		ok = true
	})
	return ok
}

// come is a goroutine with which a signal comes.
//
//go:norace
func come(signal int) {
	hidden(func() { known.pending[signal].Store(false) })
	process(signal)
}

// Notify notes that a channel is told of so many signals; 0 are all, with those that the
// runtime sends itself.
//
//go:norace
func Notify(ch unsafe.Pointer, signals int) {
	if signals == 0 {
		exec.ReachHere("os/signal.Notify of all signals")
	}
	if !slices.Contains(known.to, ch) {
		known.to = append(known.to, ch)
	}
}

// Stop notes that it is told of none.
//
//go:norace
func Stop(ch unsafe.Pointer) {
	if i := slices.Index(known.to, ch); i >= 0 {
		known.to = slices.Delete(known.to, i, i+1)
	}
}

// Enable notes that somebody is told of a signal.
//
//go:norace
func Enable(signal int) {
	world.Given("signals: none comes from outside", "os/signal.", "signals.")
	does(signal, told)
}

// Disable notes that nobody is.
//
//go:norace
func Disable(signal int) { does(signal, kills) }

// Ignore notes that it does nothing.
//
//go:norace
func Ignore(signal int) { does(signal, ignored) }

// Ignored reports whether it does nothing.
//
//go:norace
func Ignored(signal int) (is bool) {
	hidden(func() { is = known.does[signal].Load() == ignored })
	return is
}

//go:norace
func does(signal int, what int32) { hidden(func() { known.does[signal].Store(what) }) }

// hidden does something that is no synchronisation for the race detector.
//
//go:norace
func hidden(do func()) {
	exec.Hide()
	defer exec.Show()
	do()
}
