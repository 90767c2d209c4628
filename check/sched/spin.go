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
// answer known. Once a loop is known to spin a search must begin anew: what it
// has seen of it would be cut short now. See [Exec.Learned].

const spinLimit = 1000

// reading is one read of the loop that a goroutine may be in: the object, its
// version then, and the place in the code if it is known.
type reading struct {
	obj     int32
	version uint32
	kind    Kind
	at      site
}

// site is a place in the code, with its callers.
type site [4]uintptr

type looping uint8

const (
	unknown looping = iota
	bounded
	spinning
)

// Learned is how many loops are known to spin.
func (x *Exec) Learned() int { return x.learned }

// read announces an operation that may turn out to only read. It reports false
// if the run is over.
func (g *G) read(op Op) bool {
	x := g.x
	if x.kill {
		return false
	}
	i := g.repeats(op)
	var at site
	if i >= 0 || x.learned > 0 || x.probe == g {
		at = place4()
	}
	again := i >= 0 && g.window[i].at == at
	switch {
	case again && x.probe == g:
		if g.tries++; g.tries > spinLimit {
			g.settle(spinning)
		}
	case again:
		g.window = append(g.window[:0], g.window[i:]...) // one round of the loop
		switch x.sites[at] {
		case unknown:
			x.probe, g.tries, g.at = g, 0, at
		case spinning:
			op.Spin = true
			op.More = make([]int32, 0, len(g.window))
			g.loop = append(g.loop[:0], g.window...)
			for _, r := range g.window {
				op.More = append(op.More, r.obj)
			}
			g.window = g.window[:0]
		}
	case x.probe == g:
		g.settle(bounded)
	}
	g.reading = at
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
	if len(g.window) == longestLoop {
		g.window = g.window[:0]
	}
	if op.Kind == OpSelect {
		for _, o := range op.More {
			g.window = append(g.window, reading{o, g.x.objs[o].version, op.Kind, g.reading})
		}
		return
	}
	g.window = append(g.window, reading{op.Obj, g.x.objs[op.Obj].version, op.Kind, g.reading})
}

// longestLoop is the number of reads in the longest loop that is noticed.
const longestLoop = 64

// repeats returns where in its window of reads the goroutine has made the same
// read last; -1 if it has not, or if something that it has read from there on has
// changed since.
func (g *G) repeats(op Op) int {
	if g.dirty {
		g.window = g.window[:0]
		g.dirty = false
	}
	if len(g.window) == 0 {
		return -1
	}
	o := op.Obj
	if op.Kind == OpSelect {
		if len(op.More) == 0 {
			return -1
		}
		o = op.More[0]
	}
	for i := len(g.window) - 1; i >= 0; i-- {
		r := g.window[i]
		if g.x.objs[r.obj].version != r.version {
			g.window = append(g.window[:0], g.window[i+1:]...)
			return -1
		}
		if r.obj == o && r.kind == op.Kind {
			return i
		}
	}
	return -1
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

// place4 is the caller's place.
func place4() (at site) {
	var pcs [16]uintptr
	n := runtime.Callers(3, pcs[:])
	k := 0
	for _, pc := range pcs[:n] {
		if k < len(at) && !isOurs(pc) {
			at[k] = pc
			k++
		}
	}
	return at
}

// settle notes what the loop that was tried out is, and gives the run up.
func (g *G) settle(kind looping) {
	if g.x.sites == nil {
		g.x.sites = map[site]looping{}
	}
	g.x.sites[g.at] = kind
	if kind == spinning {
		g.x.learned++
	}
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
