package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// A suite of package check lets goroutines loose on the real scheduler, and makes the
// controlled runs of its own that it needs. So a controlled run that comes to one ends
// there, and the test is run as it is; the suite says what it has found.

// Escape ends the controlled run under way, if there is one.
//
//go:norace
func Escape() {
	if g := Current(); g != nil && !g.x.kill {
		g.x.End = prim.Escaped
		g.stop()
	}
}

// OnVerdict, if not nil, is told the verdict of each suite, as JSON.
var OnVerdict func(text []byte)
