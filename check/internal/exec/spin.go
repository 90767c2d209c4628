package exec

import (
	"runtime"
	"slices"
	"time"

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
	next   int       // in loop: what is to be read
	kind   prim.Kind // of the operation under way
	writes bool      // it may turn out to write
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
	objs := op.More()
	if op.Kind != prim.OpSelect {
		objs = []int32{op.Obj}
	}
	for _, o := range objs {
		if t.next == len(t.loop) || t.loop[t.next].obj != o || t.loop[t.next].kind != op.Kind {
			g.leaves()
		}
		t.next++
	}
	t.kind, t.writes = op.Kind, op.Kind != prim.OpLoad && op.Kind != prim.OpChanLen
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
		for _, o := range op.More() {
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
		if len(op.More()) == 0 {
			return -1
		}
		o = op.More()[0]
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
	objs := make([]int32, 0, len(t.loop))
	g.loop = extend(g.loop[:0], t.loop)
	for _, r := range t.loop {
		objs = append(objs, r.obj)
	}
	op.SetMore(objs, op.Cases())
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

// A loop that waits for others and writes meanwhile (it locks, looks and unlocks) has
// executions in which it goes round for ever while the others could go on. No
// scheduler does that. So where an execution reaches its bound in such a loop, the
// loop is known to wait from then on: after [prim.FreeTurns] turns in an execution a
// goroutine lets, in each further one, everybody else go on first until they wait,
// and then time pass. What it does before is in any order with what the others do.
//
// Whether a turn is one of these is a matter of what the goroutine itself has done, so
// that all executions with the same order of operations agree on it.

const (
	inARow     = 256  // operations of one goroutine: it may be in such a loop
	watched    = 1024 // operations in which it is seen which loop it is in
	idleYields = 16   // after which a loop around nothing is left to itself
)

// loopTurns is how often a goroutine has gone round a loop that is known to wait.
type loopTurns struct {
	at   string
	n    int
	from int64 // virtual time of the first turn that let others go on
}

// turn is called in a turn of a loop, if loops are known to wait or one is looked for.
//
//go:norace
func (g *G) turn() {
	x := g.x
	at := caller()
	if x.suspect == g && !has(x.found, at) {
		x.found = append(x.found, at)
	}
	if !has(x.Waits, at) {
		return
	}
	i := 0
	for i < len(g.loops) && g.loops[i].at != at {
		i++
	}
	if i == len(g.loops) {
		g.loops = append(g.loops, loopTurns{at: at})
	}
	l := &g.loops[i]
	if l.n++; l.n <= prim.FreeTurns {
		return
	}
	if g.looked && !x.exact {
		if l.from == 0 {
			l.from = x.now + 1
		}
		g.looked = false
		g.Sleep(max(time.Microsecond, time.Duration(x.now-l.from)/4))
		return
	}
	if e := len(x.Events); e > 0 && x.Events[e-1].G == int32(g.ID) && x.Events[e-1].Op.Kind == prim.OpYield {
		g.idle++
	} else {
		g.idle = 0
	}
	if g.idle > idleYields && !x.timersLeft() {
		return
	}
	if g.announce(prim.On(prim.OpYield, -1)) {
		g.yielded = len(x.Events)
	}
}

//go:norace
func has(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// yields reports whether goroutines that let others go on are all that could go on.
// first is the one whose turn it is, nil if it is time's.
//
//go:norace
func (x *Exec) yields() (first *G, some bool) {
	for _, g := range x.Gs {
		if g.state == pending && g.Op.Kind == prim.OpYield && (first == nil || g.yielded < first.yielded) {
			first = g
		}
	}
	if first != nil && first.yielded > x.ticked && x.timersLeft() {
		return nil, true
	}
	return first, first != nil
}

// runsOn is called when an execution has reached its bound. It reports whether it
// goes on for a while, to see in which loop the goroutine is that has executed the
// last operations and does not let the others go on.
//
//go:norace
func (x *Exec) runsOn() bool {
	n := len(x.Events)
	if x.suspect != nil {
		if n < x.plan.Steps+watched {
			return true
		}
		x.learnLoops(x.found)
		return false
	}
	if n < inARow {
		return false
	}
	last := x.Events[n-1].G
	for i := n - inARow; i < n; i++ {
		if x.Events[i].G != last {
			return false
		}
	}
	others := x.timersLeft() || x.bodyOver() || x.Gs[last].looked
	for _, g := range x.Gs {
		// It may be that they cannot go on at this moment.
		others = others || g.state == pending && g != x.clock && g.ID != int(last)
	}
	if others {
		x.suspect = x.Gs[last]
	}
	return others
}

// learnLoops notes that loops wait, and gives the run up if that is new of one.
//
//go:norace
func (x *Exec) learnLoops(places []string) {
	isNew := false
	for _, at := range places {
		if !has(x.Waits, at) {
			x.Waits, isNew = append(x.Waits, at), true
		}
	}
	if isNew {
		x.left = keys{}
		x.Learned++
		x.End = prim.Again
	}
}

// othersCould reports whether anybody else could go on, or time pass.
//
//go:norace
func (x *Exec) othersCould(g *G) bool {
	for _, o := range x.Gs {
		if o != g && o != x.clock && o.state == pending && (x.enabled(o) || o.Op.Kind == prim.OpYield) {
			return true
		}
	}
	return x.timersLeft()
}

// know is told of loops that wait.
//
//go:norace
func (x *Exec) know(places []string) {
	for _, at := range places {
		if !has(x.Waits, at) {
			x.Waits = append(x.Waits, at)
		}
	}
	slices.Sort(x.Waits)
}
