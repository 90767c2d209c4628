package search

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// completes are the channels of the selects that op completes, or may complete, if
// goroutine g executes it after the events that are not dropped: what the same
// operation depends on is not the same wherever it stands.
func (d *clocks) completes(op *prim.Op, g int32) (also []int32) {
	switch op.Kind {
	case prim.OpArriveSend, prim.OpArriveRecv:
		if !d.log.State(op.Obj).Closed {
			also = d.partners(also, op.Obj, op.Kind == prim.OpArriveSend, false, g)
		}
	case prim.OpClose:
		also = d.partners(also, op.Obj, true, true, g)
		also = d.partners(also, op.Obj, false, true, g)
		also = d.queue(also, op.Obj)
	case prim.OpRecv, prim.OpRecvItem:
		also = d.queue(also, op.Obj)
	case prim.OpSelect:
		for i, c := range op.Cases() {
			if ch := op.More()[i]; c&prim.CaseBuffered == 0 && !d.log.State(ch).Closed {
				also = d.partners(also, ch, c&prim.CaseSends != 0, false, g)
			}
		}
	}
	return also
}

// queue adds the channel if one that was seen to wait to send on it has not sent yet
// after the events that are not dropped.
func (d *clocks) queue(also []int32, ch int32) []int32 {
	if !d.x.Queued {
		return also
	}
	last := d.noted()
	d.queued(func(w queued) bool {
		if w.since > last || w.event < len(d.x.Events) && !d.log.Dropped[w.event] || !w.op.Sends(ch) {
			return true
		}
		also = append(also, ch)
		return false
	})
	return also
}

// partners adds the channels of the select, if it is one, that is the first to wait
// on the other side of a channel without a buffer; or of all that wait there.
func (d *clocks) partners(also []int32, ch int32, send, all bool, self int32) []int32 {
	for i := range d.x.Events {
		e := &d.x.Events[i]
		if d.log.Dropped[i] || e.G == self || e.Partner >= 0 || e.Chan >= 0 {
			continue
		}
		switch e.Op.Kind {
		case prim.OpArriveSend:
			if send || e.Op.Obj != ch {
				continue
			}
		case prim.OpArriveRecv:
			if !send || e.Op.Obj != ch {
				continue
			}
		case prim.OpSelect:
			if !slices.ContainsFunc(indices(e.Op.More(), ch), func(k int) bool {
				if k >= len(e.Op.Cases()) {
					return false // what its loop reads besides
				}
				c := e.Op.Cases()[k]
				return c&prim.CaseBuffered == 0 && (c&prim.CaseSends != 0) != send
			}) {
				continue
			}
		default:
			continue
		}
		if !d.waits(i) {
			continue
		}
		if e.Op.Kind == prim.OpSelect {
			also = append(also, e.Op.More()...)
			if !all && d.hasGot(e) {
				continue
			}
		}
		if !all {
			return also
		}
	}
	return also
}

// hasGot reports whether a select that waits has been handed something at a channel with a
// buffer, after the events that are not dropped.
func (d *clocks) hasGot(e *prim.Event) bool {
	op := e.Op
	op.Kind = prim.OpSelectGo
	if !prim.Enabled(&d.log, &op, e.G) {
		return false
	}
	return !d.x.Queued || op.Gets(waiting{d, e}, e.G)
}

// hadGot is hasGot before event k.
func (d *clocks) hadGot(e *prim.Event, k int) bool {
	if !e.Op.WaitsForMore() {
		return false
	}
	n := d.log.N
	d.log.N = k
	got := d.hasGot(e)
	d.log.N = n
	return got
}

// waiting are those who wait after the events that are not dropped, as a select sees it that
// has come in an event.
type waiting struct {
	*clocks
	of *prim.Event
}

// State implements [prim.Waiting].
func (w waiting) State(ch int32) *prim.State { return w.log.State(ch) }

// Before implements [prim.Waiting].
func (w waiting) Before(thread, ch int32, send bool) (n int32) {
	noted, since := w.noted(), int32(0)
	w.queued(func(q queued) bool {
		if q.g == thread && q.seq == w.of.Seq+1 && q.since <= noted {
			since = q.since
		}
		return since == 0
	})
	w.queued(func(q queued) bool {
		left := q.event >= w.log.N || w.log.Dropped[q.event]
		if q.g != thread && left && q.since <= noted && prim.Earlier(q.since, since) && w.executed(q.g, q.seq, w.log.N) && q.op.Claims(ch, send) {
			n++
		}
		return true
	})
	return n
}

// indices are where a value stands in a list.
func indices(list []int32, v int32) (at []int) {
	for i, w := range list {
		if w == v {
			at = append(at, i)
		}
	}
	return at
}

// waits reports whether what arrived in event i still waits after the events that
// are not dropped.
func (d *clocks) waits(i int) bool {
	x := d.x
	e := &x.Events[i]
	for k := i + 1; k < len(x.Events); k++ {
		if d.log.Dropped[k] {
			continue
		}
		f := &x.Events[k]
		closes := f.Op.Kind == prim.OpClose && (f.Op.Obj == e.Op.Obj || e.Op.Meets(f.Op.Obj) && !d.hadGot(e, k))
		if f.Partner == int32(i) || f.G == e.G || closes {
			return false
		}
	}
	if e.Op.Kind != prim.OpSelect {
		return true
	}
	// A select that did not wait has taken its default.
	for k := range x.Completed {
		if b := &x.Completed[k]; b.G == e.G && b.Seq == e.Seq+1 {
			return true
		}
	}
	if of := d.perG[e.G]; int(e.Seq)+1 < len(of) {
		return x.Events[of[e.Seq+1]].Full.Kind == prim.OpSelectGo
	}
	return x.Threads[e.G].Op.Kind == prim.OpSelectGo
}
