package search

import (
	"cmp"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// names say which objects of one run are which of another one that went the same
// way up to some event. Objects are numbered in the order in which a run meets
// them, so the numbers agree only for those that both have met before they part.
// Known are besides
//
//   - those that lie in an allocation of which a part had been met by then;
//   - those of two announcements with the same past: they are the same operation on
//     the same objects in every run.
//
// What is left are objects in allocations of their own that the two runs meet in
// operations with different pasts, after they have parted. Those could be known by who
// has allocated them, and when, which the runtime does not tell. They cost executions
// that are redundant, in one of a hundred programs with many channels: see
// TestSelectsCross.
type names struct {
	first int32 // object that is met after the event, by number
	known int32 // allocations met by then
	list  []prim.Name
	later []announcement
}

// announcement is an operation that was announced after the event, with its past.
type announcement struct {
	past uint64
	op   prim.Op
}

// namesOf are those of this run, after event j; nil if v has to do with no object
// that is new.
func (d *Optimal) namesOf(j int, v []item) *names {
	x := d.hb.x
	first := d.nodes[j].objects
	if x.Names == nil || !slices.ContainsFunc(v, func(it item) bool { return beyond(d.opOf(it), first) }) {
		return nil
	}
	n := &names{first: first, list: slices.Clone(d.named())}
	for _, name := range n.list[:first] {
		n.known = max(n.known, name.Alloc+1)
	}
	add := func(op *prim.Op, past uint64) {
		if beyond(op, first) {
			n.later = append(n.later, announcement{past, *op})
		}
	}
	for k := j; k < len(x.Events); k++ {
		e := &x.Events[k]
		add(&e.Full, d.hb.announcement(e.G, e.Seq, false))
	}
	for i := range x.Completed {
		if b := &x.Completed[i]; int(b.Event) >= j {
			add(&b.Op, d.hb.announcement(b.G, b.Seq, true))
		}
	}
	for _, t := range x.Threads {
		if !t.Ended {
			add(&t.Op, d.hb.announcement(int32(t.ID), t.Seq, false))
		}
	}
	slices.SortFunc(n.later, func(a, b announcement) int { return cmp.Compare(a.past, b.past) })
	return n
}

// named are the names of the objects of this run.
func (d *Optimal) named() []prim.Name {
	if len(d.names) == 0 {
		d.names = d.hb.x.Names(d.names)
	}
	return d.names
}

// beyond reports whether the operation has to do with an object whose number is not
// below first.
func beyond(op *prim.Op, first int32) bool {
	is := func(o int32) bool { return o >= first }
	return is(op.Obj) || is(op.Obj2) || is(op.Alert()) || slices.ContainsFunc(op.More(), is) || slices.ContainsFunc(op.Also(), is)
}

// depends reports whether an operation of the run that n is of depends on one of
// this run, whose objects have the names now, and whether that is known.
func (n *names) depends(op, e *prim.Op, now func() []prim.Name, past func() uint64) (yes, known bool) {
	switch {
	case n == nil:
		return true, false
	case !beyond(e, n.first) || !n.strange(op, n.list) || !n.strange(e, now()):
		translated := n.translate(*op, now())
		return prim.Depends(&translated, e), true
	case e.Kind == prim.OpInterrupted, slices.ContainsFunc(e.Also(), func(o int32) bool { return o >= n.first }):
		return true, false
	case !op.Spin && !e.Spin && !prim.CanMeet(op, e) && len(op.Also()) == 0:
		return false, true
	}
	i, ok := slices.BinarySearchFunc(n.later, past(), func(a announcement, h uint64) int { return cmp.Compare(a.past, h) })
	if !ok {
		return true, false
	}
	f := *e
	f.Obj, f.Obj2 = n.later[i].op.Obj, n.later[i].op.Obj2
	if more := n.later[i].op.More(); len(more) > 0 || len(f.More()) > 0 {
		f.SetMore(more, f.Cases())
	}
	if alert := n.later[i].op.Alert(); alert >= 0 {
		f.SetAlert(alert)
	}
	return prim.Depends(op, &f), true
}

// strange reports whether an operation has to do with an object in an allocation
// that had not been met before the event.
func (n *names) strange(op *prim.Op, list []prim.Name) bool {
	is := func(o int32) bool { return o >= n.first && list[o].Alloc >= n.known }
	return is(op.Obj) || is(op.Obj2) || is(op.Alert()) || slices.ContainsFunc(op.More(), is) || slices.ContainsFunc(op.Also(), is)
}

// translate gives the objects of an operation the numbers that they have in this
// run; those that it has not met get numbers that no object has.
func (n *names) translate(op prim.Op, now []prim.Name) prim.Op {
	number := func(o int32) int32 {
		if o < n.first {
			return o
		}
		if name := n.list[o]; name.Alloc < n.known {
			if i := slices.Index(now, name); i >= 0 {
				return int32(i)
			}
		}
		return o + 1<<24
	}
	all := func(list []int32) []int32 {
		out := make([]int32, len(list))
		for i, o := range list {
			out[i] = number(o)
		}
		return out
	}
	op.Obj, op.Obj2 = number(op.Obj), number(op.Obj2)
	if more := op.More(); len(more) > 0 {
		op.SetMore(all(more), op.Cases())
	}
	if alert := op.Alert(); alert >= 0 {
		op.SetAlert(number(alert))
	}
	op.SetAlso(all(op.Also()))
	return op
}
