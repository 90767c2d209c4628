package exec

import (
	"runtime"
	"slices"

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
	idleLimit  = 64
	spinLimit  = 100_000
	patience   = 2_000_000 // where it is to be made sure
	spinAgain  = 16
	leaveLimit = 3
	longLoop   = 1 << 10
)

// loopKind is what is known of the reads that repeat at a place.
type loopKind struct {
	at    site
	spins bool
	told  bool // see [prim.Execution] Untold
	left  int  // how often the goroutine did something else after all
}

// trial is a goroutine that goes on alone, to see whether it spins.
type trial struct {
	g      *G
	at     site
	key    uint64 // of the goroutine's past
	counts string // the place of the loop, if it counts its rounds
	rounds int
	limit  int
	op     prim.Op
	loop   []reading
	next   int       // in loop: what is to be read
	kind   prim.Kind // of the operation under way
	writes bool      // it may turn out to write
	over             // of the select under way
}

// spinLimit is how often a goroutine goes round a loop that is tried out.
//
//go:norace
func (x *Exec) spinLimit(counts string) int {
	if counts == idle {
		return idleLimit
	}
	if x.confirmed {
		return patience
	}
	return spinLimit
}

// forget forgets which loops spin.
//
//go:norace
func (x *Exec) forget() {
	x.sites, x.long, x.Learned = nil, nil, x.apart()
	x.left, x.spun, x.doubted, x.certain = keys{}, keys{}, keys{}, keys{}
}

// read announces an operation that may turn out to only read. It reports false
// if the run is over.
//
//go:norace
func (g *G) read(op prim.Op) bool {
	x := g.x
	if g.unwound() {
		return false
	}
	if x.trial.g == g {
		if g.goesRound(op) {
			return true
		}
		at := x.trial.at
		return g.executeRead(g.takeBack(), at)
	}
	i, at := g.repeats(op)
	op = g.out.freed(op, g.loop)
	if i < 0 || Seeded == SeedSpin {
		g.repeated = 0
		return g.executeRead(op, at)
	}
	if !x.pasts {
		x.pasts, x.End = true, prim.Again
		g.stop()
	}
	g.window = extend(g.window[:0], g.window[i:]) // one round of the loop
	unchanged := !x.changed(g.window)
	if unchanged {
		g.repeated++
	} else {
		g.repeated = 0
	}
	counts := g.counting()
	kind := x.site(at)
	key := mix(g.past, uint64(at[0]))
	switch {
	case counts != "" && counts != idle && g.freeRound(counts):
	case x.left.has(key):
		g.ahead = max(g.ahead-1, x.aheadOf(key))
	case g.ahead > 0:
		g.ahead--
	case x.doubted.has(key) && !x.certain.has(key) && unchanged:
		g.tries(trial{at: at, key: key, limit: patience, op: op, counts: counts})
		return true
	case !unchanged && kind.spins, counts != "" && counts != idle && x.spun.has(key):
		x.spun.add(key) // also where it is unchanged, unless the trial says otherwise
		g.cut = cut{key, counts != idle && unchanged}
		return g.executeRead(g.cutShort(op, g.window, at, counts), at)
	case !unchanged:
	case kind.spins, g.repeated > x.spinLimit(counts), kind.left < leaveLimit, g.repeated >= longLoop && g.repeated&(g.repeated-1) == 0:
		if g.repeated > x.spinLimit(counts) && !kind.spins {
			g.spins(at)
		}
		limit := x.spinLimit(counts)
		if kind.spins {
			limit = spinAgain
		}
		g.tries(trial{at: at, key: key, limit: limit, op: op, counts: counts})
		return true
	}
	return g.executeRead(op, at)
}

// tries has the goroutine go on alone, in the loop that is in its window.
//
//go:norace
func (g *G) tries(t trial) {
	x := g.x
	t.g, t.loop = g, extend(x.trial.loop[:0], g.window)
	x.trial = t
	g.goesRound(t.op)
}

// unsure reports whether somebody waits in a loop of which that is not known well enough to
// say so: see out.
//
//go:norace
func (x *Exec) unsure() bool {
	for _, g := range x.Gs {
		if g.state == pending && g.Op.Spin && g.out.unsure && g.out.cases != 0 {
			return true
		}
	}
	return false
}

// longTrial is a trial of many rounds that came to an end. As many are executed then before
// there is another.
type longTrial struct {
	key    uint64
	rounds int
}

const mostLong = 256

// aheadOf is how many rounds come before a goroutine with that past does something else, as
// far as that is known.
//
//go:norace
func (x *Exec) aheadOf(key uint64) int {
	for i := range x.long {
		if x.long[i].key == key {
			return x.long[i].rounds
		}
	}
	return 0
}

// cut says where a goroutine's loop was cut short: the goroutine's past; and whether that
// rests on what a limited number of rounds have shown, which leave something behind.
type cut struct {
	key     uint64
	doubted bool
}

// doubts reports whether somebody waits in a loop that might come to an end after more
// rounds than were tried, though nobody else goes on. The execution is made again then,
// and it goes round for longer: a loop that is said to go round for ever has done so many
// times.
//
//go:norace
func (x *Exec) doubts() (some bool) {
	if Seeded == SeedSure {
		return false
	}
	for _, g := range x.Gs {
		if g.state == pending && g.Op.Spin && g.cut.doubted && !x.certain.has(g.cut.key) {
			x.doubted.add(g.cut.key)
			some = true
		}
	}
	return some
}

// executeRead executes an operation that may turn out to only read, at a place.
//
//go:norace
func (g *G) executeRead(op prim.Op, at site) bool {
	g.reading, g.had, g.hadPolled = at, 0, false
	if !g.execute(op) {
		return false
	}
	if looking(op.Kind) {
		g.stutter(op)
	} else {
		g.acts()
	}
	return true
}

// looking reports whether an operation of that kind only reads whatever it finds.
//
//go:norace
func looking(k prim.Kind) bool { return k == prim.OpLoad || k == prim.OpChanLen || k == prim.OpCount }

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
			if !x.site(t.at).spins {
				g.spins(t.at)
			}
			return false
		}
		if x.outOfTime(t.rounds) {
			t.g, x.End = nil, prim.OutOfTime
			g.stop()
		}
	}
	objs := op.More()
	if !selects(op.Kind) {
		objs = []int32{op.Obj}
	} else if t.next < len(t.loop) {
		t.over = t.loop[t.next].over
	}
	for _, o := range objs {
		if t.next == len(t.loop) || t.loop[t.next].obj != o || t.loop[t.next].kind != op.Kind {
			g.leaves()
		}
		t.next++
	}
	t.kind, t.writes = op.Kind, !looking(op.Kind)
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
	g.onlyRead()
	turned := g.turned
	g.turned = ""
	if len(g.window) == longestLoop {
		g.window = g.window[:0]
	}
	if selects(op.Kind) {
		for _, o := range op.More() {
			g.window = append(g.window, reading{o, g.x.objs[o].version, op.Kind, g.reading, turned, over{}})
			turned = ""
		}
		return
	}
	g.window = append(g.window, reading{op.Obj, g.x.objs[op.Obj].version, op.Kind, g.reading, turned, over{}})
}

// longestLoop is the number of reads in the longest loop that is noticed.
const longestLoop = 64

// repeats returns where in its window of reads the goroutine has made the same read at
// the same place last, -1 if it has not; and the place, if it is worked out.
//
// Nothing here may depend on what others do meanwhile but what the goroutine has read:
// in executions that differ only in the order of operations that commute it must
// announce the same.
//
//go:norace
func (g *G) repeats(op prim.Op) (i int, at site) {
	if g.dirty {
		g.window = g.window[:0]
		g.dirty = false
		g.out.cases, g.out.does = 0, false
		g.ahead = 0
	}
	o := op.Obj
	if selects(op.Kind) {
		if len(op.More()) == 0 {
			return -1, at
		}
		o = op.More()[0]
	}
	for i := len(g.window) - 1; i >= 0; i-- {
		r := &g.window[i]
		if r.obj != o || r.kind != op.Kind {
			continue
		}
		if at == (site{}) {
			if !g.x.cuts() && g.x.changed(g.window[i:]) {
				return -1, at // no loop is cut short yet
			}
			at = place4()
		}
		if r.at == at {
			return i, at
		}
	}
	if at == (site{}) && g.x.cuts() {
		at = place4()
	}
	return -1, at
}

// apart is how much is known that has nothing to do with loops.
//
//go:norace
func (x *Exec) apart() int { return len(x.shared) + len(x.loud) }

// cuts reports whether loops may be cut short.
//
//go:norace
func (x *Exec) cuts() bool { return x.Learned > x.apart() }

// changed reports whether something that the goroutine's loop reads has changed.
//
//go:norace
func (g *G) changed() bool { return g.x.changed(g.loop) }

// changed reports whether something has changed since it was read.
//
//go:norace
func (x *Exec) changed(reads []reading) bool {
	for i := range reads {
		if r := &reads[i]; x.objs[r.obj].version != r.version {
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
	x.left, x.spun = keys{}, keys{} // which say what was done when it was tried for longer
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
	if t.rounds > spinAgain && len(x.long) < mostLong {
		x.long = append(x.long, longTrial{t.key, t.rounds})
	}
	x.site(t.at).left++
	x.left.add(t.key)
	if x.spun.has(t.key) {
		x.Learned++ // something else was taken for granted
	}
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
	x.spun.add(t.key)
	if t.limit == patience {
		x.certain.add(t.key)
	}
	g.cut = cut{t.key, t.counts != idle && t.limit != patience}
	if t.g = nil; t.counts != "" && t.counts != idle {
		x.End = prim.Again // and without the rounds of the trial
		g.stop()
	}
	return g.cutShort(t.op, t.loop, t.at, t.counts)
}

// cutShort makes op the operation that a goroutine waits with in a loop that reads
// that, at a place. counts is the loop's place, if it counts its rounds, and idle if it
// does not; "" if that is not known.
//
//go:norace
func (g *G) cutShort(op prim.Op, loop []reading, at site, counts string) prim.Op {
	op.Spin = !g.out.leaves(loop, g.loop, at, counts)
	objs := make([]int32, 0, len(loop))
	for _, r := range loop {
		objs = append(objs, r.obj)
	}
	op.SetMore(objs, op.Cases())
	g.loop = extend(g.loop[:0], loop)
	g.window = g.window[:0]
	g.repeated = 0
	x := g.x
	switch k := x.site(at); {
	case counts == idle:
	case counts == "" && !k.told:
		k.told = true
		if p := caller(); !has(x.Untold, p) {
			x.Untold = append(x.Untold, p)
		}
	case counts != "" && !has(x.Counting, counts):
		x.Counting = append(x.Counting, counts)
	}
	return op
}

// A loop that counts its rounds, or does anything else in them that is there after
// the round, may end otherwise when it has gone round once more. So it is cut short
// only after [prim.FreeTurns] rounds that read what was there before, and the verdict
// says what that assumes.

// counting is the place of a loop that counts its rounds, if the goroutine has gone
// round one while it made the reads of its window; or idle, if it has gone round another
// one; else "".
//
//go:norace
func (g *G) counting() string {
	at := g.turned
	for i := len(g.window) - 1; i > 0 && (at == "" || at == idle); i-- {
		if t := g.window[i].turned; t != "" {
			at = t
		}
	}
	return at
}

// freeRound counts a round of a loop that counts its rounds. It reports whether it is
// one of those that are executed.
//
//go:norace
func (g *G) freeRound(at string) bool {
	for i := range g.rounds {
		if r := &g.rounds[i]; r.at == at {
			r.n++
			return r.n <= prim.FreeTurns
		}
	}
	g.rounds = append(g.rounds, loopTurns{at: at, n: 1})
	return true
}

// free reports whether there are such rounds left.
//
//go:norace
func (g *G) free(at string) bool {
	for i := range g.rounds {
		if r := &g.rounds[i]; r.at == at {
			return r.n < prim.FreeTurns
		}
	}
	return true
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
	if x.suspect == g && x.alone || has(x.rings, at) && x.isAlone(g) {
		g.turnsAt = at
		if x.sameForEver(&x.period, at, g) {
			x.suspect, x.circles = g, true
		}
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
	if g.looked && g.bubble == 0 {
		if l.from == 0 {
			l.from = x.now + 1
		}
		g.looked = false
		g.sleepBetween(x.now - l.from)
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
	g.turnsAt = at
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
		if !x.alone {
			x.learnLoops(x.found)
		}
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
	x.suspect = x.Gs[last]
	x.alone = x.isAlone(x.suspect)
	return true
}

// isAlone reports whether nobody else is there, and nothing due.
//
//go:norace
func (x *Exec) isAlone(g *G) bool {
	if x.timersLeft() || x.bodyOver() || g.looked {
		return false
	}
	for _, o := range x.Gs {
		if o.state == pending && !o.Clock && o != g || o.waitsFor(g) {
			return false // it may be that it cannot go on at this moment
		}
	}
	return true
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
		x.left, x.spun = keys{}, keys{}
		x.Learned++
		x.End = prim.Again
	}
}

// othersCould reports whether anybody else could go on, or time pass.
//
//go:norace
func (x *Exec) othersCould(g *G) bool {
	for _, o := range x.Gs {
		if o != g && o != x.clock && o.state == pending && (x.enabled(o) || o.Op.Kind == prim.OpYield) || o.waitsFor(g) {
			return true
		}
	}
	return x.timersLeft()
}

// waitsFor reports whether it goes on when another one, which it has let go on, has
// announced its next operation.
//
//go:norace
func (g *G) waitsFor(other *G) bool { return g != other && (g.state == running || g.state == eager) }

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

// An execution ends where rounds of loops that wait have been the same so often: see
// [period].
const (
	enoughRounds = 64
	manyRounds   = 500 // where it is to be made sure
	fewRounds    = 2   // where it is sure, to be shown
)

// sameForEver notes that a round ends, and reports whether enough have been the same.
//
//go:norace
func (x *Exec) sameForEver(p *period, of string, who *G) bool {
	same := p.ends(x.Events, of, who.ID, x.states)
	switch {
	case x.sure == of:
		return same >= fewRounds
	case x.confirmed:
		return same >= manyRounds
	}
	return same >= enoughRounds
}

// mayDiffer notes that the rounds under way may go otherwise another time.
//
//go:norace
func (x *Exec) mayDiffer() { x.period.open, x.ticking.open = true, true }

// states is a hash of the states of all objects, and of what is due: how long after what
// is due next. How long it takes until that is nobody can tell who does not look at the
// clock.
//
//go:norace
func (x *Exec) states() (h uint64) {
	next := int64(lastMoment)
	for _, t := range x.timers {
		if !t.idle() {
			next = min(next, t.when)
		}
	}
	for _, t := range x.timers {
		if !t.idle() {
			h += mix(0, uint64(t.when-next)) // in any order
		}
	}
	for i := range x.objs {
		if x.objs[i].p == x.objects.clock {
			continue // it counts what is due, and only where a timer may fire early
		}
		s := &x.objs[i].State
		h = mix(mix(h, uint64(s.Owner)<<32|uint64(uint32(s.N))), uint64(x.objs[i].generation))
		if s.Closed {
			h++
		}
	}
	return h
}

// circle ends an execution in which goroutines go round loops for ever.
//
//go:norace
func (x *Exec) circle(p *period) {
	for i := p.before; i < p.begin; i++ {
		g := x.Gs[x.Events[i].G]
		switch {
		case g.Clock:
		case g.turnsAt != "":
			g.Circles = "the loop at " + g.turnsAt
		case g.Position != "":
			g.Circles = "a loop, at " + g.Position
		default:
			g.Circles = "a loop"
		}
	}
	x.End = prim.Deadlock
	if x.alone && !has(x.rings, x.suspect.turnsAt) {
		x.rings = append(x.rings, x.suspect.turnsAt) // and made again, it is short
		x.Learned++
		x.End = prim.Again
	}
	if x.confirmed && x.sure != p.of {
		x.sure, x.End = p.of, prim.Again
	}
}
