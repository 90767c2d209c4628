package sched

import (
	"runtime"
	"strings"
)

// A loop that only reads, and reads the same values again, makes no progress: it
// waits for somebody to change one of them. Such a loop is cut short: its next
// read is announced as one that waits for a change.
//
// A loop that reads a number of times and then gives up looks the same for a
// while. Which it is, is tried out once for each place in the code: the goroutine
// goes on alone until it does something else, or has repeated itself [spinLimit]
// times. The run in which that happened is given up and made again with the
// answer known.

const spinLimit = 1000

// reading is one read of the loop that a goroutine may be in: the object, and its
// version then.
type reading struct {
	obj     int32
	version uint32
	kind    Kind
}

// site is a place in the code, with its callers.
type site [4]uintptr

type looping uint8

const (
	unknown looping = iota
	bounded
	spinning
)

// read announces an operation that may turn out to only read. It reports false
// if the run is over.
func (g *G) read(op Op) bool {
	x := g.x
	if x.kill {
		return false
	}
	again := g.repeats(op)
	if again {
		switch kind := g.classify(); {
		case x.probe == g:
			if g.tries++; g.tries > spinLimit {
				g.settle(spinning)
			}
		case kind == unknown:
			x.probe, g.tries = g, 0
		case kind == spinning:
			op.Spin = true
			op.More = make([]int32, 0, len(g.window))
			g.loop = append(g.loop[:0], g.window...)
			for _, r := range g.window {
				op.More = append(op.More, r.obj)
			}
			g.window = g.window[:0]
		}
	} else if x.probe == g {
		g.settle(bounded)
	}
	if !g.execute(op) {
		return false
	}
	if op.Kind == OpLoad || op.Kind == OpChanLen {
		g.stutter(op)
	} else {
		g.dirty = true
	}
	return true
}

// stutter notes that the operation under way only read.
func (g *G) stutter(op Op) {
	g.dirty = false
	if op.Kind == OpSelect {
		for _, o := range op.More {
			g.window = append(g.window, reading{o, g.x.objs[o].version, op.Kind})
		}
		return
	}
	g.window = append(g.window, reading{op.Obj, g.x.objs[op.Obj].version, op.Kind})
}

// repeats reports whether the goroutine has made the read in its window of reads,
// and nothing in the window has changed since.
func (g *G) repeats(op Op) bool {
	if g.dirty {
		g.window = g.window[:0]
		g.dirty = false
	}
	if len(g.window) == 0 {
		return false
	}
	o := op.Obj
	if op.Kind == OpSelect {
		if len(op.More) == 0 {
			return false
		}
		o = op.More[0]
	}
	seen := false
	for i, r := range g.window {
		if g.x.objs[r.obj].version != r.version {
			g.window = append(g.window[:0], g.window[i+1:]...)
			return false
		}
		seen = seen || r.obj == o && r.kind == op.Kind
	}
	return seen
}

// changed reports whether something that the goroutine's loop reads has changed.
func (g *G) changed() bool {
	for _, r := range g.loop {
		if g.x.objs[r.obj].version != r.version {
			return true
		}
	}
	return false
}

// classify says what is known of the loop at the caller's place.
func (g *G) classify() looping {
	if g.x.probe == g {
		return unknown
	}
	var pcs [16]uintptr
	n := runtime.Callers(3, pcs[:])
	g.at = site{}
	k := 0
	for _, pc := range pcs[:n] {
		if k < len(g.at) && !isOurs(pc) {
			g.at[k] = pc
			k++
		}
	}
	return g.x.sites[g.at]
}

// settle notes what the loop that was tried out is, and gives the run up.
func (g *G) settle(kind looping) {
	if g.x.sites == nil {
		g.x.sites = map[site]looping{}
	}
	g.x.sites[g.at] = kind
	g.x.probe = nil
	g.x.End = again
	g.stop()
}

const path = "github.com/ipccheck/ipccheck/check/sched"

// isOurs reports whether the code belongs to this package or its drop-ins, whose
// frames say nothing about the program.
func isOurs(pc uintptr) bool {
	f := runtime.FuncForPC(pc - 1)
	if f == nil {
		return true
	}
	rest, ok := strings.CutPrefix(f.Name(), path)
	return ok && !strings.HasPrefix(rest, "_test")
}
