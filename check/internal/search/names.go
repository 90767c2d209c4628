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
//   - those that lie in an allocation of which announcements with the same past name a
//     part in both runs: these are the same operation on the same objects in every run;
//   - those that lie in an allocation whose origin is known: who has made it, and with which
//     past. So it is of channels that rewritten code makes, and of what package sched makes.
//
// What is left are objects in allocations of their own, of the same size, of which the
// runtime does not tell who has made them, and that the two runs meet in operations with
// different pasts only, after they have parted. They cost executions that are blocked or
// redundant.
type names struct {
	first   int32 // object that is met after the event, by number
	known   int32 // allocations met by then
	list    []prim.Name
	origins []uint64
	later   []announcement
}

// announcement is an operation that was announced after the event, with its past.
type announcement struct {
	past uint64
	op   prim.Op
}

// namesOf are those of this run, after event j; nil if v has to do with no object
// that is new.
func (d *Optimal) namesOf(j int, v []item) *names {
	first := d.nodes[j].objects
	if d.hb.x.Names == nil || !slices.ContainsFunc(v, func(it item) bool { return beyond(d.opOf(it), first) }) {
		return nil
	}
	n := &names{first: first, list: slices.Clone(d.named()), later: d.announcedSince(j, first)}
	n.origins = d.origins(nil, n.list, first)
	for _, name := range n.list[:first] {
		n.known = max(n.known, name.Alloc+1)
	}
	return n
}

// announcedSince are the announcements of this run from event j on, by past, that
// have to do with an object whose number is not below first.
func (d *Optimal) announcedSince(j int, first int32) (list []announcement) {
	x := d.hb.x
	add := func(op *prim.Op, past uint64) {
		if beyond(op, first) {
			list = append(list, announcement{past, *op})
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
	slices.SortFunc(list, func(a, b announcement) int { return cmp.Compare(a.past, b.past) })
	return list
}

// named are the names of the objects of this run.
func (d *Optimal) named() []prim.Name {
	if len(d.names) == 0 {
		d.names = d.hb.x.Names(d.names)
	}
	return d.names
}

// origins appends for each object of this run, from number first on, what identifies it in all
// runs: the past of who made its allocation, how many that one had made with this past, and
// its place there. It is 0 where that is not known, and for the objects before.
func (d *Optimal) origins(to []uint64, list []prim.Name, first int32) []uint64 {
	for i := range list {
		n, h := &list[i], uint64(0)
		if o := &n.Origin; o.Known && i >= int(first) {
			h = d.hb.announcement(o.G, o.Seq, false)
			for _, part := range [...]uint64{uint64(o.Nth), uint64(n.At), uint64(n.Generation)} {
				h = (h ^ part) * 0x9e3779b97f4a7c15
				h ^= h >> 29
			}
			h |= 1
		}
		to = append(to, h)
	}
	return to
}

// matched says which objects of this run, from number first on, are which of the run
// that names are of.
type matched struct {
	of     *names
	now    []prim.Name
	made   []uint64 // by object of this run: see origins
	allocs []int32  // by allocation of this run: which it is there, unmatched
	there  []int32  // by object of this run: its number there, nowhere or unmatched
	here   []bool   // by object of that run: whether it is known which it is in this one
}

const (
	unmatched = -1 // it may be any that is not known
	nowhere   = -2 // it has not been met
)

// match works out what is known of the objects that both runs have met since they
// parted, for as long as this run is the current one.
func (d *Optimal) match(n *names) *matched {
	m := &d.matched
	if m.of == n {
		return m
	}
	m.of, m.now = n, d.named()
	m.there, m.here = resize(m.there, len(m.now)), resize(m.here, len(n.list))
	m.allocs = m.allocs[:0]
	for _, name := range m.now {
		for int(name.Alloc) >= len(m.allocs) {
			m.allocs = append(m.allocs, unmatched)
		}
	}
	m.made = d.origins(m.made[:0], m.now, n.first)
	m.linkAll(d.announcedSince(0, n.first))
	for o, name := range n.list {
		m.here[o] = name.Alloc < n.known || n.origins[o] != 0 || slices.Contains(m.allocs, name.Alloc)
	}
	for o, name := range m.now {
		if h := m.made[o]; h != 0 {
			if m.there[o] = int32(slices.Index(n.origins, h)); m.there[o] < 0 {
				m.there[o] = nowhere
			}
			continue
		}
		if name.Alloc >= n.known {
			if name.Alloc = m.allocs[name.Alloc]; name.Alloc == unmatched {
				m.there[o] = unmatched
				continue
			}
		}
		if m.there[o] = int32(slices.IndexFunc(n.list, func(there prim.Name) bool { return there.Is(&name) })); m.there[o] < 0 {
			m.there[o] = nowhere
		}
	}
	return m
}

// linkAll links what the announcements of this run, by past, name to what those of the
// other run with the same past do.
func (m *matched) linkAll(list []announcement) {
	later := m.of.later
	for _, a := range list {
		for len(later) > 0 && later[0].past < a.past {
			later = later[1:]
		}
		if len(later) == 0 {
			return
		}
		b := &later[0]
		if b.past != a.past || len(a.op.More()) != len(b.op.More()) {
			continue
		}
		m.link(a.op.Obj, b.op.Obj)
		m.link(a.op.Obj2, b.op.Obj2)
		m.link(a.op.Alert(), b.op.Alert())
		for i, o := range a.op.More() {
			m.link(o, b.op.More()[i])
		}
	}
}

// link notes that an object of this run is one of the other run: so their allocations
// are the same.
func (m *matched) link(here, there int32) {
	if here >= m.of.first && there >= m.of.first && m.now[here].Alloc >= m.of.known {
		m.allocs[m.now[here].Alloc] = m.of.list[there].Alloc
	}
}

// depends reports whether an operation of the run that the names are of depends on
// one of this run, and whether that is known: two objects of which nothing is known
// may be one: see [prim.Name.MayBe].
func (m *matched) depends(op, e *prim.Op) (yes, known bool) {
	if !op.Spin && !e.Spin && !prim.CanMeet(op, e) && len(op.Also()) == 0 && len(e.Also()) == 0 {
		return false, true
	}
	f := *e
	f.Renumber(m.number)
	if prim.Depends(op, &f) {
		return true, true
	}
	return false, !has(e, func(o int32) bool {
		return o >= m.of.first && m.there[o] == unmatched && has(op, func(p int32) bool {
			return p >= m.of.first && !m.here[p] && m.of.list[p].MayBe(&m.now[o])
		})
	})
}

// number is that of an object of this run in the other one; one that no object has, if
// it is not known.
func (m *matched) number(o int32) int32 {
	switch {
	case o < m.of.first:
		return o
	case m.there[o] >= 0:
		return m.there[o]
	}
	return o + 1<<24
}

// beyond reports whether the operation has to do with an object whose number is not
// below first.
func beyond(op *prim.Op, first int32) bool {
	return has(op, func(o int32) bool { return o >= first })
}

// has reports whether the operation has to do with an object that is.
func has(op *prim.Op, is func(o int32) bool) bool {
	return is(op.Obj) || is(op.Obj2) || is(op.Alert()) || slices.ContainsFunc(op.More(), is) || slices.ContainsFunc(op.Also(), is)
}
