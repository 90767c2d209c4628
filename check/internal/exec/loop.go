package exec

import (
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Loop is called in every turn of a loop that may go on forever. A goroutine
// that makes too many without an operation ends the run.
//
//go:norace
func Loop() {
	Turn()
	Counted()
}

// Turn is called when a loop that may go on forever has come round.
//
//go:norace
func Turn() {
	if x := underWay(); x != nil && x.cur != nil {
		x.cur.Turned = true
	}
}

// Counted is [Loop], for a loop with a statement at the end of each turn: it may count
// them.
//
//go:norace
func Counted() {
	if x := underWay(); x != nil {
		x.loop()
		return
	}
	image.Turn()
}

// Counts is [Loop], for a loop that counts its rounds, at a place. If there are words
// they are all that a round leaves behind: one after which they are what they were before
// counts for nothing.
//
//go:norace
func Counts(place string, words ...uint64) {
	x := underWay()
	if x == nil {
		image.Turn()
		return
	}
	if len(words) == 0 {
		x.mayDiffer()
	} else if x.has(words) && x.cur.hadThese(place, words) {
		Loop()
		return
	}
	x.counts(place)
}

// Items is Counts, for a loop over items of which so many come after this one. Once it has
// gone over all of them it has left nothing behind.
//
//go:norace
func Items(place string, left uint64) {
	x := underWay()
	if x == nil {
		image.Turn()
		return
	}
	x.has([]uint64{left})
	x.counts(place)
}

// counts notes a round of a loop that counts them.
//
//go:norace
func (x *Exec) counts(place string) {
	Turn()
	x.Differs = len(x.Events)
	x.loop()
	if g := x.cur; g != nil {
		if g.free(place) {
			g.out.cases, g.out.does = 0, false
		}
		if !g.dirty {
			g.turned = place
		}
	}
}

// has notes, for the rounds under way, what a loop has left behind. It reports false if
// no goroutine executes.
//
//go:norace
func (x *Exec) has(words []uint64) bool {
	g := x.cur
	if g == nil {
		return false
	}
	for _, p := range [...]*period{&x.period, &x.ticking} {
		p.words = mix(p.words, uint64(g.ID))
		for _, w := range words {
			p.words = mix(p.words, w)
		}
	}
	return true
}

// Kept is called when the goroutine is about to write what a loop leaves behind.
//
//go:norace
func Kept() {
	if x := underWay(); x != nil && x.cur != nil {
		x.cur.kept++
	}
}

// Writes is how often the goroutine has called it.
//
//go:norace
func Writes() uint64 {
	if x := underWay(); x != nil && x.cur != nil {
		return x.cur.kept
	}
	return 0
}

// hadThese notes what the rounds of a loop have left behind, and reports whether it is
// what there was a round before.
//
//go:norace
func (g *G) hadThese(place string, words []uint64) bool {
	h := uint64(len(words))
	for _, w := range words {
		h = mix(h, w)
	}
	for i := range g.left {
		if l := &g.left[i]; l.at == place {
			same := l.words == h
			l.words = h
			return same
		}
	}
	g.left = append(g.left, leftBehind{place, h})
	return false
}

//go:norace
func (x *Exec) loop() {
	x.turns++
	if x.kill {
		x.stopLooping()
		return
	}
	g := x.cur
	if g == nil {
		return
	}
	if x.End != prim.Done && x.turns > unwinding {
		g.stop() // one that it has let go on has panicked: nothing comes after that
	}
	if g.turned == "" && !g.dirty {
		g.turned = idle
	}
	if len(x.Waits) > 0 || len(x.rings) > 0 || x.suspect == g {
		g.turn()
	}
	if x.plan.Late {
		g.lapse(0)
	}
	if x.turns > endless {
		if x.othersCould(g) {
			if x.learnLoops([]string{caller()}); x.End == prim.Again {
				g.stop()
			}
		}
		x.End, x.Where = prim.NoProgress, g.ID
		g.Position = caller()
		x.Position = g.Position
		g.stop()
	}
}

// Gosched is runtime.Gosched: it counts as many turns of a loop that does nothing.
//
//go:norace
func Gosched() {
	if x := underWay(); x != nil {
		x.turns += idleTurns
		return
	}
	runtime.Gosched()
}

// Collected is called where something is collected that an execution does not free. A
// goroutine that does it again and again may wait for that, and a turn takes it long.
//
//go:norace
func Collected() {
	if x := underWay(); x != nil {
		x.turns += endless / 50
	}
}

// NumGoroutine is runtime.NumGoroutine: in a controlled run, of that run.
//
//go:norace
func NumGoroutine() int {
	if n, ours := liveOf(); ours {
		return n
	}
	if n, known := image.Live(); known {
		return n
	}
	return runtime.NumGoroutine()
}

// liveOf is [NumGoroutine], called by the runtime's; it reports false if the caller is
// not controlled.
//
//go:norace
func liveOf() (n int, ours bool) {
	g := Controlled()
	if g == nil {
		return 0, false
	}
	x := underWay()
	x.turns += idleTurns
	g.counts()
	for _, g := range x.Gs {
		if !g.Ended && !g.Clock && !g.coming {
			n++
		}
	}
	if x.Tests {
		n++
	}
	return n, true
}

// SelectAborted ends the goroutine if the run is being unwound, after a select that
// returned for that.
//
//go:norace
func SelectAborted() {
	if x := underWay(); x != nil && x.kill {
		runtime.Goexit()
	}
}
