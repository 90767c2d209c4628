// Package signals is what package os/signal of a rewritten program has instead of the
// system: no signal comes from outside, and one that the program sends to itself comes
// at any time after, once if it is sent again before.
package signals

import (
	"runtime"
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

// idle are signals that do nothing if nobody asks for them: SIGUSR1, SIGUSR2, SIGALRM,
// SIGCHLD, SIGURG, SIGWINCH, SIGIO and SIGPWR.
// They have these numbers on Linux; elsewhere it is not known of any.
const idle uint64 = 1<<10 | 1<<12 | 1<<14 | 1<<17 | 1<<23 | 1<<28 | 1<<29 | 1<<30

//go:norace
func isIdle(signal int) bool { return runtime.GOOS == "linux" && idle>>signal&1 != 0 }

// signals are those of an execution.
type signals struct {
	does    [most]atomic.Int32
	pending [most]atomic.Bool // sent, and nobody has it yet
	to      []channel
	sent    mask
}

// mask has a bit for each signal.
type mask [2]uint64

//go:norace
func (m *mask) set(signal int) { m[signal/64] |= 1 << (signal % 64) }

//go:norace
func (m *mask) clear(signal int) { m[signal/64] &^= 1 << (signal % 64) }

// channel is one that is told of signals.
type channel struct {
	at unsafe.Pointer
	of mask
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
	exec.Notified = fromOutside
	world.Sends = send
}

// fromOutside reports whether a channel waits for signals of others: it is told of some, and
// the program has sent itself none of them.
//
//go:norace
func fromOutside(ch unsafe.Pointer) bool {
	for i := range known.to {
		if c := &known.to[i]; c.at == ch {
			return c.of != mask{} && c.of[0]&known.sent[0]|c.of[1]&known.sent[1] == 0
		}
	}
	return false
}

// send sends the program a signal. It reports false if what that does is not controlled.
//
//go:norace
func send(signal int) (ok bool) {
	if signal < 1 || signal >= most {
		return false
	}
	known.sent.set(signal)
	comes := false
	hidden(func() {
		switch known.does[signal].Load() {
		case kills:
			ok = isIdle(signal)
			return
		case told:
			comes = !known.pending[signal].Swap(true)
		}
		ok = true
	})
	if comes {
		exec.Go(func() { come(signal) })
	}
	return ok
}

// come is a goroutine with which a signal comes.
//
//go:norace
func come(signal int) {
	hidden(func() {
		known.pending[signal].Store(false)
		if known.does[signal].Load() == kills && !isIdle(signal) {
			exec.Reach("a signal that the program has sent itself and that comes when it does not ask for it any more")
		}
	})
	process(signal)
}

// All notes that a channel is told of all signals, with those that the runtime sends itself.
//
//go:norace
func All() { exec.ReachHere("os/signal.Notify of all signals") }

// Notify notes that a channel is told of a signal.
//
//go:norace
func Notify(ch unsafe.Pointer, signal int) {
	if signal < 1 || signal >= most {
		return
	}
	for i := range known.to {
		if known.to[i].at == ch {
			known.to[i].of.set(signal)
			return
		}
	}
	c := channel{at: ch}
	c.of.set(signal)
	known.to = append(known.to, c)
}

// Stop notes that it is told of none.
//
//go:norace
func Stop(ch unsafe.Pointer) {
	for i := range known.to {
		if known.to[i].at == ch {
			known.to[i].of = mask{}
		}
	}
}

// nobody notes that no channel is told of a signal.
//
//go:norace
func nobody(signal int) {
	for i := range known.to {
		known.to[i].of.clear(signal)
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
func Disable(signal int) { nobody(signal); does(signal, kills) }

// Ignore notes that it does nothing.
//
//go:norace
func Ignore(signal int) { nobody(signal); does(signal, ignored) }

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
