package exec

import (
	"runtime"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A loop that only reads, and reads the same values again, makes no progress: it
// waits for somebody to change one of them. Such a loop is cut short: its next
// read is announced as one that waits for a change.
//
// A loop that reads a number of times and then gives up, or a function that waits
// and is called twice, looks the same for a while. So it is tried out: the
// goroutine goes on alone until it does something else, or has gone round
// [spinLimit] times, or [spinAgain] times at a place where a loop is known to
// spin. Nobody else changes anything meanwhile, so what it reads is what it has read
// before, and no events are made of it: a round costs little. If it does something
// else the run is given up, and made again with that known. A place where that
// happens [leaveLimit] times, and never the other, is tried again only when it has
// gone round [longLoop] times, twice that, and so on.
//
// Once a loop is known to spin a search must begin anew: what it has seen of it
// would be cut short now. See [prim.Execution] Learned.

const (
	spinLimit  = 100_000
	patience   = 2_000_000 // where it is to be made sure
	spinAgain  = 16
	leaveLimit = 3
	longLoop   = 1 << 10
)

// reading is one read of the loop that a goroutine may be in: the object, its
// version then, and the place in the code if it is known.
type reading struct {
	obj     int32
	version uint32
	kind    prim.Kind
	at      site
}

// site is a place in the code, with its callers.
type site [4]uintptr

// loopKind is what is known of the reads that repeat at a place.
type loopKind struct {
	at    site
	spins bool
	left  int // how often the goroutine did something else after all
}

// trial is a goroutine that goes on alone, to see whether it spins.
type trial struct {
	g      *G
	at     site
	key    uint64 // of the events before it
	rounds int
	limit  int
	op     prim.Op
	loop   []reading
	next   int  // in loop: what is to be read
	writes bool // the operation under way may turn out to write
}

//go:norace
func (x *Exec) spinLimit() int {
	if x.confirmed {
		return patience
	}
	return spinLimit
}

// forget forgets which loops spin.
//
//go:norace
func (x *Exec) forget() { x.sites, x.left, x.Learned = nil, keys{}, 0 }

// read announces an operation that may turn out to only read. It reports false
// if the run is over.
//
//go:norace
func (g *G) read(op prim.Op) bool {
	x := g.x
	if x.kill {
		return false
	}
	if x.trial.g == g {
		if g.goesRound(op) {
			return true
		}
		at := x.trial.at
		return g.executeRead(g.takeBack(), at)
	}
	i := g.repeats(op)
	var at site
	if i >= 0 || x.Learned > 0 {
		at = place4()
	}
	for again := i; again >= 0 && g.x.objs[g.window[again].obj].version == g.window[again].version; again-- {
		if r := g.window[again]; r.kind == op.Kind && r.at == at && r.obj == g.window[i].obj {
			i = again
			break
		}
	}
	again := i >= 0 && g.window[i].at == at
	if again {
		g.window = extend(g.window[:0], g.window[i:]) // one round of the loop
		g.repeated++
	} else {
		g.repeated = 0
	}
	switch t := &x.trial; {
	case again && g.repeated > x.spinLimit() && !x.site(at).spins:
		g.spins(at)
	case again:
		kind := x.site(at)
		limit := x.spinLimit()
		if kind.spins {
			limit = spinAgain
		} else if kind.left >= leaveLimit && (g.repeated < longLoop || g.repeated&(g.repeated-1) != 0) {
			break
		}
		key := x.prefix()
		if x.left.has(key) {
			break
		}
		*t = trial{g: g, at: at, key: key, limit: limit, op: op, loop: extend(t.loop[:0], g.window)}
		g.goesRound(op)
		return true
	}
	return g.executeRead(op, at)
}

// executeRead executes an operation that may turn out to only read, at a place.
//
//go:norace
func (g *G) executeRead(op prim.Op, at site) bool {
	g.reading = at
	if !g.execute(op) {
		return false
	}
	if op.Kind == prim.OpLoad || op.Kind == prim.OpChanLen {
		g.stutter(op)
	} else {
		g.acts()
	}
	return true
}

// goesRound takes the next read of a goroutine that is tried out. It reports false
// when that has gone round often enough. If it does something else, or its loop is
// found to spin, the run is given up.
//
//go:norace
func (g *G) goesRound(op prim.Op) bool {
	x := g.x
	t := &x.trial
	x.turns = 0
	if t.writes {
		g.leaves()
	}
	if t.next == len(t.loop) {
		t.next = 0
		if t.rounds++; t.rounds > t.limit {
			if t.limit == x.spinLimit() {
				g.spins(t.at)
			}
			return false
		}
	}
	objs := op.More
	if op.Kind != prim.OpSelect {
		objs = []int32{op.Obj}
	}
	for _, o := range objs {
		if t.next == len(t.loop) || t.loop[t.next].obj != o || t.loop[t.next].kind != op.Kind {
			g.leaves()
		}
		t.next++
	}
	t.writes = op.Kind != prim.OpLoad && op.Kind != prim.OpChanLen
	return true
}

// stutter notes that the operation under way only read.
//
//go:norace
func (g *G) stutter(op prim.Op) {
	if t := &g.x.trial; t.g == g {
		t.writes = false
		return
	}
	g.dirty = false
	if len(g.window) == longestLoop {
		g.window = g.window[:0]
	}
	if op.Kind == prim.OpSelect {
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
//
//go:norace
func (g *G) repeats(op prim.Op) int {
	if g.dirty {
		g.window = g.window[:0]
		g.dirty = false
	}
	if len(g.window) == 0 {
		return -1
	}
	o := op.Obj
	if op.Kind == prim.OpSelect {
		if len(op.More) == 0 {
			return -1
		}
		o = op.More[0]
	}
	for i := len(g.window) - 1; i >= 0; i-- {
		r := g.window[i]
		if g.x.objs[r.obj].version != r.version {
			g.window = extend(g.window[:0], g.window[i+1:])
			return -1
		}
		if r.obj == o && r.kind == op.Kind {
			return i
		}
	}
	return -1
}

// changed reports whether something that the goroutine's loop reads has changed.
//
//go:norace
func (g *G) changed() bool {
	for _, r := range g.loop {
		if g.x.objs[r.obj].version != r.version {
			return true
		}
	}
	return false
}

// place4 is the caller's place.
//
//go:norace
func place4() (at site) {
	var pcs [16]uintptr
	n := runtime.Callers(3, pcs[:])
	k := 0
	for _, pc := range pcs[:n] {
		if f := runtime.FuncForPC(pc - 1); k < len(at) && f != nil && !isOurs(f.Name()) {
			at[k] = pc
			k++
		}
	}
	return at
}

// spins notes that a loop spins, and gives the run up.
//
//go:norace
func (g *G) spins(at site) {
	x := g.x
	*x.site(at) = loopKind{at: at, spins: true}
	x.left = keys{} // which says what was done when it was tried for longer
	x.Learned++
	x.trial.g = nil
	x.End = prim.Again
	g.stop()
}

// leaves notes that the goroutine that was tried out does something else, and
// gives the run up.
//
//go:norace
func (g *G) leaves() {
	g.x.leave()
	g.stop()
}

//go:norace
func (x *Exec) leave() {
	t := &x.trial
	x.site(t.at).left++
	x.left.add(t.key)
	t.g = nil
	x.End = prim.Again
}

// site is what is known of a place.
//
//go:norace
func (x *Exec) site(at site) *loopKind {
	for i := range x.sites {
		if x.sites[i].at == at {
			return &x.sites[i]
		}
	}
	x.sites = append(x.sites, loopKind{at: at})
	return &x.sites[len(x.sites)-1]
}

// takeBack ends the trial of a goroutine that spins, and returns the operation it
// waits with.
//
//go:norace
func (g *G) takeBack() prim.Op {
	x := g.x
	t := &x.trial
	op := t.op
	op.Spin = true
	op.More = make([]int32, 0, len(t.loop))
	g.loop = extend(g.loop[:0], t.loop)
	for _, r := range t.loop {
		op.More = append(op.More, r.obj)
	}
	g.window = g.window[:0]
	g.repeated = 0
	t.g = nil
	return op
}

// prefix is a key of the run so far.
//
//go:norace
func (x *Exec) prefix() uint64 {
	h := uint64(14695981039346656037)
	for i := range x.Events {
		e := &x.Events[i]
		for _, v := range [...]uint64{uint64(e.G), uint64(e.Op.Kind), uint64(e.Op.Obj), uint64(e.Alt)} {
			h = (h ^ v) * 1099511628211
		}
	}
	return h
}
