package linear

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Minimal returns a short part of an unexplained history that shows the same
// fault: none of its operations can be left out. The part is sound: a fault in it is
// a fault of the whole history. A send is removed only with its receive; anything
// that could excuse the fault is kept. Of a history that only porcupine could decide
// it is the shortest beginning that is unexplained.
//
// It takes some dozen decisions about histories that are mostly short.
func Minimal(spec model.Spec, h record.History, d Decision, o Options) record.History {
	if d.Answer != Unexplained || len(d.Findings) == 0 {
		return h
	}
	if o.Budget.Steps == 0 {
		o.Budget.Steps = 1_000_000 // parts are to be decided quickly
	}
	b, ok := spec.(*model.Buffer)
	if !ok || d.Engine == porcupineSearch {
		return beginning(spec, h, o)
	}
	m := &minimizer{spec: b, h: h, o: o, code: d.Findings[0].Code}
	m.units(d.Findings[0])
	return m.run()
}

// beginning finds the shortest beginning that is unexplained: of an explained
// history every beginning is.
func beginning(spec model.Spec, h record.History, o Options) record.History {
	var times []int64
	for _, c := range h.Calls {
		if !c.Pending() {
			times = append(times, c.Return)
		}
	}
	slices.Sort(times)
	upTo := func(t int64) record.History {
		out := record.History{End: record.Cut}
		for _, c := range h.Calls {
			if c.Call > t {
				break
			}
			if c.Return > t {
				c = record.NewPending(c.Op(), c.Call)
			}
			out.Calls = append(out.Calls, c)
		}
		return out
	}
	n := sort.Search(len(times), func(i int) bool { return Decide(spec, upTo(times[i]), o).Answer == Unexplained })
	if n == len(times) {
		return h
	}
	return upTo(times[n])
}

// unit is what is left out together.
type unit struct {
	calls    []int32
	from, to int64
	pinned   bool
	distance int64 // from the witness
}

type minimizer struct {
	spec  *model.Buffer
	h     record.History
	o     Options
	code  verdict.Code
	all   []unit // nearest to the witness first
	tries int
}

const maxTries = 3000

// units takes the history apart.
func (m *minimizer) units(f Finding) {
	witness := map[record.Call]bool{}
	from, to := int64(math.MaxInt64), int64(math.MinInt64)
	var refused []record.Call // sends whose refusal is the fault
	for _, c := range f.Witness {
		witness[c] = true
		from, to = min(from, c.Call), max(to, c.Call)
		if !c.Pending() {
			to = max(to, c.Return)
		}
		if c.Kind.Sends() && !c.Pending() && c.Status != model.OK {
			refused = append(refused, c)
		}
	}
	byValue := map[int64]int{}
	stuck := m.h.End == record.Stuck
	for i := range m.h.Calls {
		c := &m.h.Calls[i]
		item := c.Kind.Sends() && (c.Pending() || c.Status == model.OK) || c.Kind.Receives() && c.Done()
		full := c.Kind.Sends() && !c.Pending() && (c.Status == model.Full || c.Status == model.Deadline)
		if full && !witness[*c] {
			continue // it might be unexplained for want of what is left out
		}
		if k, ok := byValue[c.Value]; ok && item {
			u := &m.all[k]
			u.calls = append(u.calls, int32(i))
			u.from, u.to = min(u.from, c.Call), max(u.to, c.Return)
			u.pinned = u.pinned || witness[*c]
			continue
		}
		if item {
			byValue[c.Value] = len(m.all)
		}
		m.all = append(m.all, unit{
			calls: []int32{int32(i)}, from: c.Call, to: c.Return,
			pinned: witness[*c] && (len(f.Witness) <= 4 || full) || c.Kind == model.Close || c.Kind.Receives() && c.Pending() || stuck && c.Pending(),
		})
	}
	for i := range m.all {
		u := &m.all[i]
		if len(u.calls) == 1 {
			c := &m.h.Calls[u.calls[0]]
			if c.Kind.Sends() && (c.Pending() || c.Status == model.OK) {
				u.to = never // nobody got it
				u.pinned = u.pinned || stuck
			}
		}
		for _, c := range refused {
			// What may have filled the buffer then.
			u.pinned = u.pinned || u.from <= c.Return && u.to >= c.Call
		}
		switch {
		case u.pinned:
			u.distance = -1
		case u.to < from:
			u.distance = from - u.to
		case u.from > to:
			u.distance = u.from - to
		}
	}
	slices.SortStableFunc(m.all, func(a, b unit) int { return cmp.Compare(a.distance, b.distance) })
}

// part is the history of some units.
func (m *minimizer) part(us []unit) record.History {
	var at []int32
	for _, u := range us {
		at = append(at, u.calls...)
	}
	slices.Sort(at)
	out := record.History{End: m.h.End, Calls: make([]record.Call, len(at))}
	for i, k := range at {
		out.Calls[i] = m.h.Calls[k]
	}
	return out
}

func (m *minimizer) shows(us []unit) bool {
	m.tries++
	d := Decide(m.spec, m.part(us), m.o)
	return d.Answer == Unexplained && slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Code == m.code })
}

func (m *minimizer) run() record.History {
	pinned := 0
	for pinned < len(m.all) && m.all[pinned].pinned {
		pinned++
	}
	n := max(pinned, 1)
	for n < len(m.all) && !m.shows(m.all[:n]) {
		n = min(max(2*n, 16), len(m.all))
	}
	kept := slices.Clone(m.all[:n])
	if n == len(m.all) && !m.shows(kept) {
		return m.h
	}
	// Leave out ever smaller runs of units.
	for size := max(len(kept)/2, 1); ; size /= 2 {
		for at := 0; at < len(kept) && m.tries < maxTries; {
			end := min(at+size, len(kept))
			rest := slices.Concat(kept[:at], slices.DeleteFunc(slices.Clone(kept[at:end]), func(u unit) bool { return !u.pinned }), kept[end:])
			if len(rest) < len(kept) && m.shows(rest) {
				at += size - (len(kept) - len(rest))
				kept = rest
				at = max(at, 0)
			} else {
				at = end
			}
		}
		if size <= 1 {
			break
		}
	}
	for i := range kept {
		if few := twice(m.h, kept[i]); few.calls != nil {
			rest := slices.Clone(kept)
			if rest[i] = few; m.shows(rest) {
				kept = rest
			}
		}
	}
	return m.part(kept)
}

// twice is a unit without the receives of its item after the second one: an item that is
// delivered a thousand times has been delivered twice.
func twice(h record.History, u unit) (few unit) {
	received := 0
	few = u
	few.calls = nil
	for _, i := range u.calls {
		if h.Calls[i].Done() && h.Calls[i].Kind.Receives() {
			if received++; received > 2 {
				continue
			}
		}
		few.calls = append(few.calls, i)
	}
	if received <= 2 {
		few.calls = nil
	}
	return few
}
