package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// clocks is the happens-before relation of a run, as vector clocks: for each
// goroutine how many of its events happen before something, or are it.
type clocks struct {
	x    *exec.Exec
	ng   int
	ev   [][]int32 // by event
	next [][]int32 // by goroutine: its next operation
	born [][]int32 // by goroutine: what it knew when it was spawned
	perG [][]int32 // by goroutine: its events

	dropped []bool // by event: see without

	know, own, count []int32 // see races
}

// compute works the relation out, in time at most quadratic in the number of
// events.
//
// The first same events are those of the run that it was computed for before.
func (d *clocks) compute(x *exec.Exec, same int) {
	ng := len(x.Gs)
	if d.x != x || d.ng != ng {
		same = 0
	}
	d.x, d.ng = x, ng
	d.next = resize(d.next, ng)
	d.born = resize(d.born, ng)
	d.perG = resize(d.perG, ng)
	for g := range ng {
		d.next[g] = resize(d.next[g], ng)
		d.born[g] = resize(d.born[g], ng)
		clear(d.next[g])
		clear(d.born[g])
		d.perG[g] = d.perG[g][:0]
	}
	d.ev = resize(d.ev, len(x.Events))
	spawned := 0
	for i := 0; i <= len(x.Events); i++ {
		for spawned < len(x.Born) && int(x.Gs[x.Born[spawned]].SpawnAt) <= i {
			id := x.Born[spawned]
			if p := x.Gs[id].Parent; p >= 0 {
				copy(d.next[id], d.next[p])
				copy(d.born[id], d.next[p])
			}
			spawned++
		}
		if i == len(x.Events) {
			return
		}
		e := &x.Events[i]
		g := e.G
		c := resize(d.ev[i], ng)
		if i >= same {
			copy(c, d.next[g])
		}
		if i >= same && e.After >= 0 {
			join(c, d.ev[e.After])
		}
		for h := range d.perG {
			if i < same {
				break
			}
			if int32(h) == g {
				continue
			}
			// What it knows of h is a prefix: the last event of h that it
			// depends on brings all before it.
			of := d.perG[h]
			for n := len(of) - 1; n >= int(c[h]); n-- {
				if j := of[n]; exec.Depends(x.Events[j].Op, e.Op) {
					join(c, d.ev[j])
					break
				}
			}
		}
		c[g] = e.Seq + 1
		d.ev[i] = c
		n := d.next[g]
		copy(n, c)
		if e.Met >= 0 {
			join(n, d.ev[e.Met])
		}
		for _, w := range x.Wakes(e) {
			join(d.next[w], c)
		}
		d.perG[g] = append(d.perG[g], int32(i))
	}
}

// known writes what the goroutine of event k knew before it.
func (d *clocks) known(k int, c []int32) {
	x := d.x
	e := &x.Events[k]
	from := 0
	if e.Seq > 0 {
		p := d.perG[e.G][e.Seq-1]
		copy(c, d.ev[p])
		if m := x.Events[p].Met; m >= 0 {
			join(c, d.ev[m])
		}
		from = int(p) + 1
	} else {
		copy(c, d.born[e.G])
	}
	for i := from; i < k; i++ {
		if slices.Contains(x.Wakes(&x.Events[i]), e.G) {
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
	for i, v := range b {
		a[i] = max(a[i], v)
	}
}

func resize[T any](s []T, n int) []T {
	for cap(s) < n {
		s = append(s[:cap(s)], *new(T))
	}
	return s[:n]
}

// without drops events j and cut and all that happens after them. A negative
// number drops nothing.
func (d *clocks) without(j, cut int) {
	d.dropped = resize(d.dropped, len(d.x.Events))
	for i := range d.dropped {
		d.dropped[i] = j >= 0 && i >= j && (i == j || d.before(j, d.ev[i])) ||
			cut >= 0 && i >= cut && (i == cut || d.before(cut, d.ev[i]))
	}
}

// dropAll drops, besides, all events from j on that depend on the operation and
// that its goroutine did not know of, and what happens after them: operations
// that commute, such as two that lock for reading, may disable one together.
func (d *clocks) dropAll(op *exec.Op, j int, known []int32) {
	for i := j; i < len(d.x.Events); i++ {
		e := &d.x.Events[i]
		if !d.dropped[i] && !e.Op.Kind.Last() && !d.before(i, known) && exec.Depends(e.Op, *op) {
			for k := i; k < len(d.x.Events); k++ {
				if k == i || d.before(i, d.ev[k]) {
					d.dropped[k] = true
				}
			}
		}
	}
}

// enabled reports whether the operation, at position k, could be executed after
// the events before k that are not dropped.
func (d *clocks) enabled(op *exec.Op, g int32, k int) bool {
	if op.Spin {
		return d.spinEnabled(op, g, k)
	}
	x := d.x
	switch op.Kind {
	case exec.OpTick, exec.OpQuiet, exec.OpParked, exec.OpBlock, exec.OpSleep:
		return false
	case exec.OpCondWake:
		if k == len(x.Events) && !x.Gs[g].Woken() || op.Obj < 0 {
			return false
		}
	case exec.OpSelectGo:
		for i, ch := range op.More {
			if c := op.Cases[i]; c&exec.CaseBuffered != 0 && d.channelEnabled(ch, c&exec.CaseSends != 0, k) {
				return true
			}
		}
		return false
	case exec.OpSend, exec.OpRecv:
		return d.channelEnabled(op.Obj, op.Kind == exec.OpSend, k)
	case exec.OpLock, exec.OpWLock, exec.OpWLockGo, exec.OpRLock, exec.OpWGWait:
	default:
		return true
	}
	var writer, readers, count int32
	for i := range k {
		if d.dropped[i] {
			continue
		}
		e := &x.Events[i]
		if e.Op.Kind == exec.OpCondWait && e.Op.Obj2 == op.Obj {
			writer = 0
		}
		if e.Op.Obj != op.Obj {
			continue
		}
		switch e.Op.Kind {
		case exec.OpLock, exec.OpWLock, exec.OpTryLock, exec.OpCondWake:
			writer = e.G + 1
		case exec.OpUnlock:
			writer = 0
		case exec.OpRLock, exec.OpTryRLocked:
			readers++
		case exec.OpRUnlock:
			readers--
		case exec.OpWGAdd:
			count += e.Op.Arg
		}
	}
	switch op.Kind {
	case exec.OpRLock, exec.OpWLock:
		return writer == 0
	case exec.OpWLockGo:
		return readers == 0
	case exec.OpWGWait:
		return count == 0
	}
	return writer == 0 && readers == 0
}

// channelEnabled is [clocks.enabled] for a send or receive on a channel
// with a buffer.
func (d *clocks) channelEnabled(ch int32, send bool, k int) bool {
	items, size := d.x.First(ch)
	for i := range k {
		if d.dropped[i] {
			continue
		}
		e := &d.x.Events[i]
		switch {
		case e.Op.Kind == exec.OpClose && e.Op.Obj == ch:
			return true
		case e.Op.Kind.Last():
			for _, fed := range e.Fed {
				if fed == ch {
					items++
				}
			}
		case e.Op.Kind == exec.OpSend && e.Op.Obj == ch, e.Chan == ch && e.Sent:
			items++
		case e.Op.Kind == exec.OpRecvItem && e.Op.Obj == ch, e.Chan == ch:
			items--
		}
	}
	if send {
		return items < size
	}
	return items > 0
}

// spinEnabled: a read that waits for a change needs one since the goroutine read
// last.
func (d *clocks) spinEnabled(op *exec.Op, g int32, k int) bool {
	x := d.x
	last := -1
	for _, i := range d.perG[g] {
		if int(i) < k {
			last = int(i)
		}
	}
	for i := last + 1; i < k; i++ {
		if d.dropped[i] {
			continue
		}
		e := &x.Events[i]
		if !e.Same && !e.Op.Kind.Last() && e.Op.Kind.Writes() && exec.Depends(e.Op, *op) {
			return true
		}
	}
	return false
}

// refine says what an announced operation turns out to be after the events that
// are not dropped, where that can be told from them.
func (d *clocks) refine(op exec.Op) exec.Op {
	x := d.x
	var writer, readers, waiters, items int32
	closed := false
	switch op.Kind {
	case exec.OpSignal, exec.OpBroadcast, exec.OpTryLock, exec.OpTryRLock:
	case exec.OpRecv:
		items, _ = x.First(op.Obj)
	default:
		return op
	}
	for i := range x.Events {
		if d.dropped[i] {
			continue
		}
		e := &x.Events[i]
		if e.Op.Kind == exec.OpCondWait && e.Op.Obj2 == op.Obj {
			writer = 0
		}
		if e.Chan == op.Obj {
			items--
			if e.Sent {
				items += 2
			}
		}
		if e.Op.Obj != op.Obj {
			continue
		}
		switch e.Op.Kind {
		case exec.OpLock, exec.OpTryLock, exec.OpCondWake:
			writer = e.G + 1
		case exec.OpUnlock:
			writer = 0
		case exec.OpRLock, exec.OpTryRLocked:
			readers++
		case exec.OpRUnlock:
			readers--
		case exec.OpCondWait:
			waiters++
		case exec.OpSignal:
			waiters--
		case exec.OpBroadcast:
			waiters = 0
		case exec.OpSend:
			items++
		case exec.OpRecvItem:
			items--
		case exec.OpClose:
			closed = true
		}
	}
	switch op.Kind {
	case exec.OpSignal, exec.OpBroadcast:
		if waiters == 0 {
			op.Kind = exec.OpSignalNobody
		}
	case exec.OpTryLock:
		if writer != 0 || readers > 0 {
			op.Kind = exec.OpTryLockFailed
		}
	case exec.OpTryRLock:
		op.Kind = exec.OpTryRLocked
		if writer != 0 {
			op.Kind = exec.OpTryRLockFailed
		}
	case exec.OpRecv:
		if items > 0 {
			op.Kind = exec.OpRecvItem
		} else if closed {
			op.Kind = exec.OpRecvClosed
		}
	}
	return op
}
