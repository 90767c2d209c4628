package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// clocks is the happens-before relation of a run, as vector clocks: for each
// goroutine how many of its events happen before something, or are it.
type clocks struct {
	x       *prim.Execution
	ng      int
	ev      [][]int32 // by event
	knew    [][]int32 // by event: what its goroutine knew before it
	next    [][]int32 // by goroutine: its next operation
	spawned [][]int32 // by goroutine: what it knew when it was spawned
	perG    [][]int32 // by goroutine: its events

	log prim.Log // the run without some events: see without

	know, own, count []int32  // see races
	found            [][]race // by event: its races with events before it
	open             []bool   // see revisit
	least            []int32
	since            int32 // see racesOf
	waiting          bool  // it is of a select that waits, and that a partner completes
	past             pasts
}

// compute works the relation out, in time at most quadratic in the number of
// events.
//
// The first same events are those of the run that it was computed for before.
func (d *clocks) compute(x *prim.Execution, same int) {
	ng := len(x.Threads)
	if d.x != x || d.ng != ng {
		same = 0
	}
	d.x, d.ng, d.log.X = x, ng, x
	d.past.known = false
	d.ev, d.knew = resize(d.ev, len(x.Events)), resize(d.knew, len(x.Events))
	spawned := d.begin(min(same, len(x.Events)))
	for i := min(same, len(x.Events)); i <= len(x.Events); i++ {
		for spawned < len(x.Spawned) && int(x.Threads[x.Spawned[spawned]].SpawnAt) <= i {
			id := x.Spawned[spawned]
			clear(d.spawned[id])
			if p := x.Threads[id].Parent; p >= 0 {
				copy(d.spawned[id], d.next[p])
			}
			copy(d.next[id], d.spawned[id])
			spawned++
		}
		if i == len(x.Events) {
			return
		}
		e := &x.Events[i]
		g := e.G
		c, knew := resize(d.ev[i], ng), resize(d.knew[i], ng)
		copy(knew, d.next[g])
		copy(c, knew)
		if e.After >= 0 {
			join(c, d.ev[e.After])
		}
		for h, of := range d.perG {
			if int32(h) == g {
				continue
			}
			// What it knows of h is a prefix: the last event of h that it
			// depends on brings all before it.
			for n := len(of) - 1; n >= int(c[h]); n-- {
				if j := of[n]; prim.Depends(&x.Events[j].Op, &e.Op) {
					join(c, d.ev[j])
					break
				}
			}
		}
		c[g] = e.Seq + 1
		d.ev[i], d.knew[i] = c, knew
		n := d.next[g]
		copy(n, c)
		if e.Partner >= 0 {
			join(n, d.ev[e.Partner])
		}
		for _, w := range x.Wakes(e) {
			join(d.next[w], c)
		}
		d.perG[g] = append(d.perG[g], int32(i))
	}
}

// begin makes next and perG what they are before event i, for which the events before
// it have been computed. It returns how many goroutines have been spawned before the
// last of these was executed.
func (d *clocks) begin(i int) (spawned int) {
	x := d.x
	if len(d.perG) != d.ng {
		d.next, d.spawned, d.perG = resize(d.next, d.ng), resize(d.spawned, d.ng), resize(d.perG, d.ng)
	}
	for g := range d.perG {
		if len(d.next[g]) != d.ng {
			d.next[g], d.spawned[g] = resize(d.next[g], d.ng), resize(d.spawned[g], d.ng)
		}
		n := len(d.perG[g])
		for n > 0 && int(d.perG[g][n-1]) >= i {
			n--
		}
		d.perG[g] = d.perG[g][:n]
		clear(d.next[g])
	}
	for spawned < len(x.Spawned) && int(x.Threads[x.Spawned[spawned]].SpawnAt) < i {
		g := x.Spawned[spawned]
		d.knows(g, len(d.perG[g]), i, d.next[g])
		spawned++
	}
	return spawned
}

// knows writes what goroutine g knows before event k, of which n events are before that.
func (d *clocks) knows(g int32, n, k int, c []int32) {
	x := d.x
	from := int(x.Threads[g].SpawnAt)
	if n > 0 {
		p := d.perG[g][n-1]
		copy(c, d.ev[p])
		if m := x.Events[p].Partner; m >= 0 {
			join(c, d.ev[m])
		}
		from = int(p) + 1
	} else {
		copy(c, d.spawned[g])
	}
	if !x.AnyWakes() {
		return
	}
	for i := from; i < k; i++ {
		if slices.Contains(x.Wakes(&x.Events[i]), g) {
			join(c, d.ev[i])
		}
	}
}

// before reports whether event j happens before what has the clock.
func (d *clocks) before(j int, clock []int32) bool {
	e := &d.x.Events[j]
	return clock[e.G] > e.Seq
}

func join(a, b []int32) {
	a = a[:len(b)]
	for i, v := range b {
		a[i] = max(a[i], v)
	}
}

func resize[T any](s []T, n int) []T {
	if c := cap(s); c < n {
		s = slices.Grow(s[:c], n-c)
	}
	return s[:n]
}

// without drops events j and cut and all that happens after them. A negative
// number drops nothing.
func (d *clocks) without(j, cut int) {
	d.log.Dropped = resize(d.log.Dropped, len(d.x.Events))
	clear(d.log.Dropped)
	for _, i := range [...]int{j, cut} {
		if i >= 0 {
			d.drop(i)
		}
	}
}

// drop also drops event i and all that happens after it.
func (d *clocks) drop(i int) {
	e := &d.x.Events[i]
	dropped := d.log.Dropped[i:]
	for k, clock := range d.ev[i:len(d.x.Events)] {
		if clock[e.G] > e.Seq { // i, or after it: see before
			dropped[k] = true
		}
	}
}

// makeWay drops more of the events from j on than [clocks.without] has dropped, after
// which the operation of g at position k is not enabled, so that it is. Its goroutine
// knows d.own. It reports whether it is.
func (d *clocks) makeWay(op, full *prim.Op, j, cut int, g int32, k int) bool {
	enough, some := d.lower(op.Obj, j, k, func() bool { return d.enabled(full, g, k) })
	if enough {
		return true
	}
	if some {
		d.without(j, cut)
	}
	return d.dropAll(op, j, d.own) && d.enabled(full, g, k)
}

// lower drops what adds before position k to the count of an object, with what happens after it, as
// long as that does not take more away than it adds, the last one first; and no more
// when enough says so. It reports whether enough did, and whether it dropped any.
// dropAll is not enough where a count must come to zero: it drops those that take
// away, too.
func (d *clocks) lower(obj int32, j, k int, enough func() bool) (yes, some bool) {
	x := d.x
	adds := func(i int) int32 {
		if op := &x.Events[i].Op; op.Obj == obj && op.Kind.Adds() && !d.log.Dropped[i] {
			return op.Kind.Info().Adds(op)
		}
		return 0
	}
	for i := k - 1; i > j; i-- {
		if adds(i) <= 0 || d.before(i, d.own) {
			continue
		}
		sum := adds(i)
		for m := i + 1; m < len(x.Events); m++ {
			if d.before(i, d.ev[m]) {
				sum += adds(m)
			}
		}
		if sum < 0 {
			continue
		}
		d.drop(i)
		if some = true; enough() {
			return true, true
		}
	}
	return false, some
}

// dropAll also drops every event from j on that depends on op and is unordered
// with it, and their successors. Needed because several commuting events (two
// RLocks) can disable op together. It reports whether it dropped any.
func (d *clocks) dropAll(op *prim.Op, j int, known []int32) (some bool) {
	for i := j; i < len(d.x.Events); i++ {
		e := &d.x.Events[i]
		if !d.log.Dropped[i] && !e.Op.Kind.Last() && !d.before(i, known) && prim.Depends(&e.Op, op) {
			d.drop(i)
			some = true
		}
	}
	return some
}

// enabled reports whether the operation, at position k, could be executed after
// the events before k that are not dropped.
func (d *clocks) enabled(op *prim.Op, g int32, k int) bool {
	d.log.N = k
	if op.Spin {
		if alert := op.Alert(); alert >= 0 && d.log.State(alert).N > 0 {
			return true
		}
		if yes := d.spinEnabled(op, g, k); !yes || op.Kind.Always() {
			return yes
		}
	}
	return prim.Enabled(&d.log, op, g) && !(d.x.Queued && d.overtakes(op, g, k))
}

// overtakes reports whether somebody else waits then, and was seen to before the
// goroutine g was, for a channel that the operation is about, and can go on: so it is
// not the goroutine's turn. See the file on queues in package prim.
func (d *clocks) overtakes(op *prim.Op, g int32, k int) (yes bool) {
	from := d.noted()
	d.queued(func(w queued) bool {
		yes = w.g != g && (w.event >= k || d.log.Dropped[w.event]) && (w.since <= from || d.handed(&w, k)) && prim.Earlier(w.since, d.since) &&
			d.executed(w.g, w.seq, k) && d.ready(w.op, op)
		return !yes
	})
	return yes
}

// queued is somebody who was seen to wait for a channel with a buffer, and went on in an
// event; at the end of the events if he has not.
type queued struct {
	g, seq, since int32
	op            *prim.Op
	event         int
}

// queued calls yield for each of them, until yield returns false.
func (d *clocks) queued(yield func(queued) bool) {
	for i := range d.x.Events {
		if e := &d.x.Events[i]; e.Since != 0 && !yield(queued{e.G, e.Seq, e.Since, &e.Full, i}) {
			return
		}
	}
	for i := range d.x.Completed { // by a partner, or by who closed another channel
		if b := &d.x.Completed[i]; b.Since != 0 && !yield(queued{b.G, b.Seq, b.Since, &b.Op, int(b.Event)}) {
			return
		}
	}
	for _, t := range d.x.Threads {
		if t.Since != 0 && !t.Ended && !yield(queued{int32(t.ID), t.Seq, t.Since, &t.Op, len(d.x.Events)}) {
			return
		}
	}
}

// handed reports whether one who waits was not seen at a moment at which nobody could go on, but
// by who passed him over, for he had been handed something: in an event before position k that
// is not dropped, and so does it all the same.
func (d *clocks) handed(w *queued, k int) bool {
	i := int(w.since) - 2
	if i < 0 || i >= k || d.log.Dropped[i] || w.op.Kind != prim.OpSelectGo {
		return false
	}
	also := d.x.Events[i].Op.Also()
	return len(also) > 0 && !slices.ContainsFunc(w.op.More(), func(ch int32) bool { return !slices.Contains(also, ch) })
}

// noted is the last moment, in terms of [prim.Event] Since, that comes before all that
// is dropped.
func (d *clocks) noted() int32 {
	if i := slices.Index(d.log.Dropped, true); i >= 0 {
		return int32(i) + 1
	}
	return int32(len(d.x.Events)) + 1
}

// executed reports whether the first events of a goroutine, so many, are among those
// before position k that are not dropped.
func (d *clocks) executed(g, events int32, k int) bool {
	if events == 0 {
		return true
	}
	i := int(d.perG[g][events-1])
	return i < k && !d.log.Dropped[i]
}

// ready reports whether one who waits can go on at a channel that another operation is
// about, and that would overtake him.
func (d *clocks) ready(waits, op *prim.Op) bool {
	for ch, send, i := waits.Queue(0); i >= 0; ch, send, i = waits.Queue(i) {
		if op.Names(ch) && prim.Overtakes(op, send, ch, d.log.State(ch)) {
			return true
		}
	}
	return false
}

// spinEnabled: a read that waits for a change needs one since the goroutine made the
// reads of its last round.
func (d *clocks) spinEnabled(op *prim.Op, g int32, k int) bool {
	of := d.perG[g]
	for n, left := len(of)-1, len(op.More()); n >= 0 && left > 0; n-- {
		j := int(of[n])
		if j >= k {
			continue
		}
		read := d.x.Events[j].Op.Reads()
		left -= len(read)
		for _, obj := range read {
			if d.changed(obj, j, k) {
				return true
			}
		}
	}
	return false
}

// changed reports whether an object is another at position k than event j has left it.
// A lock that was held while its owner only looked is the one that it was before, as soon
// as it is unlocked; and the owner has looked at what it unlocks.
func (d *clocks) changed(obj int32, j, k int) bool {
	some, looked := false, false
	for i := j + 1; i < k && !some; i++ {
		some = d.changes(i, obj)
	}
	if !some {
		return false
	}
	version, before, seen := 0, 0, 0
	looker := &d.x.Events[j]
	holds := looker.Op.Kind == prim.OpLock || looker.Op.Kind == prim.OpTryLock
	for i := range k {
		e := &d.x.Events[i]
		if d.changes(i, obj) {
			switch {
			case e.Op.Kind == prim.OpUnlock && e.Same:
				version, looked = before, true
			case e.Op.Kind == prim.OpLock || e.Op.Kind == prim.OpTryLock:
				before = version
				version++
			default:
				version++
			}
			if i > j && holds && e.G == looker.G && e.Op.Kind == prim.OpUnlock {
				seen, holds = version, false
			}
		}
		if i == j {
			seen = version
		}
	}
	return !looked || version != seen
}

// changes reports whether event i, if it is not dropped, changes an object. Those that
// leave it as it was do not, but for what locks and unlocks.
func (d *clocks) changes(i int, obj int32) bool {
	e := &d.x.Events[i]
	switch {
	case !d.log.Dropped[i] && (e.Op.Kind == prim.OpSelect || e.Op.Kind == prim.OpSelectGo):
		return !e.Same && (e.Chan == obj || e.Chan < 0 && e.Op.Offers(obj))
	case d.log.Dropped[i], e.Op.Kind.Last(), !e.Op.Kind.Writes(), !e.Op.Changes(obj):
		return false
	case e.Op.Kind == prim.OpLock, e.Op.Kind == prim.OpTryLock, e.Op.Kind == prim.OpUnlock:
		return true
	}
	return !e.Same
}

// turnsOut is what an operation that goroutine g has announced, as number seq of its
// events, turns out to be after the events that are not dropped. It reports false if
// that cannot be told from them.
func (d *clocks) turnsOut(op prim.Op, g, seq int32) (as prim.Op, known bool) {
	known = true
	d.log.N = len(d.x.Events)
	switch alert := op.Alert(); {
	case alert >= 0 && d.log.State(alert).N > 0:
		op = op.Interrupted()
	case op.Kind == prim.OpUpdateIf:
		c := &d.x.Threads[g].Condition
		if of := d.perG[g]; int(seq) < len(of) {
			c = &d.x.Events[of[seq]].Condition
		}
		op.Kind, known = d.log.Decide(op.Obj, c)
	case op.Kind.Info().Refine != nil:
		op.Kind = prim.Refine(op.Kind, d.log.State(op.Obj))
	}
	op.SetAlso(d.completes(&op, g))
	return op, known
}
