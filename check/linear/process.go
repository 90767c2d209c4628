package linear

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// A process has one operation at a time: what it calls comes after what it called
// before, even if the one returned at the time at which the other was called. What
// different processes do at one time overlaps. No times say both of two processes at
// once, so where several have operations that touch, a history is decided from both
// sides: with times that say less (a fault there is a fault) and with times that say
// more (an order there is an order).

// orderedCalls bounds of how many processes the order is asked for, one after the other:
// so many operations are decided for that, or those of a few processes.
const orderedCalls, fewProcesses = 1_000_000, 4

// sequentially decides a history in which operations of one process touch.
func sequentially(spec model.Spec, h record.History, o Options) Decision {
	b := newBoundaries(h)
	var of []int32
	for _, t := range b.tied {
		of = append(of, t...)
	}
	slices.Sort(of)
	of = slices.Compact(of)
	var d Decision
	most := max(orderedCalls/len(h.Calls), fewProcesses)
	for _, p := range of[:min(len(of), most)] {
		var back map[record.Call]record.Call
		d, back = decideRefined(spec, h, b, o, func(tied []int32) []int32 {
			if slices.Contains(tied, p) {
				return []int32{p}
			}
			return tied[:1]
		})
		if b.exact || d.Answer == Unexplained {
			return d.restored(back)
		}
	}
	if strict, _ := decideRefined(spec, h, b, o, func(tied []int32) []int32 { return tied }); strict.Answer == Explained {
		return strict
	}
	if d = generally(spec, h, o); d.Answer == Unknown {
		d.Reason = "operations of several processes touch at one time, so the monitors do not apply, and " + d.Reason
	}
	return d
}

func decideRefined(spec model.Spec, h record.History, b *boundaries, o Options, keep func([]int32) []int32) (Decision, map[record.Call]record.Call) {
	refined := b.refine(h, keep)
	back := make(map[record.Call]record.Call, len(h.Calls))
	for i, c := range refined.Calls {
		back[c] = h.Calls[i]
	}
	refined.Sort()
	return decide(spec, refined, o), back
}

// restored is the decision with the operations as they were.
func (d Decision) restored(back map[record.Call]record.Call) Decision {
	for _, f := range d.Findings {
		for i, c := range f.Witness {
			if was, ok := back[c]; ok {
				f.Witness[i] = was
			}
		}
	}
	return d
}

// boundaries are the times of a history, and who calls and returns at each.
type boundaries struct {
	events []boundary // by time; those of one process in its order
	from   []int      // the first event of each time
	// tied are, for each time, the processes that call an operation after one has
	// returned; exact says that they are never several.
	tied  [][]int32
	exact bool
}

// boundary is a call or a return.
type boundary struct {
	at      int64
	call    int32 // operation
	proc    int32
	returns bool
}

func newBoundaries(h record.History) *boundaries {
	b := &boundaries{exact: true}
	for i, c := range h.Calls {
		b.events = append(b.events, boundary{c.Call, int32(i), c.Proc, false})
		if !c.Pending() {
			b.events = append(b.events, boundary{c.Return, int32(i), c.Proc, true})
		}
	}
	slices.SortStableFunc(b.events, func(x, y boundary) int { return cmp.Compare(x.at, y.at) })
	returned := map[int32]bool{}
	for i, e := range b.events {
		if i == 0 || e.at != b.events[i-1].at {
			b.from = append(b.from, i)
			b.tied = append(b.tied, nil)
			clear(returned)
		}
		t := &b.tied[len(b.tied)-1]
		switch {
		case e.returns:
			returned[e.proc] = true
		case returned[e.proc] && !slices.Contains(*t, e.proc):
			*t = append(*t, e.proc)
			b.exact = b.exact && len(*t) == 1
		}
	}
	return b
}

// refine gives the history new times, in which the order of each process that keep
// chooses among those that are tied at a time is kept. Everything else that had one
// time overlaps as before, if one process is kept.
func (b *boundaries) refine(h record.History, keep func(tied []int32) []int32) record.History {
	out := record.History{Calls: slices.Clone(h.Calls), End: h.End}
	base := int64(0)
	for n, from := range b.from {
		to := len(b.events)
		if n+1 < len(b.from) {
			to = b.from[n+1]
		}
		// A process goes on a level with each call after a return.
		level := map[int32]int64{}
		returned := map[int32]bool{}
		if len(b.tied[n]) > 0 {
			for _, p := range keep(b.tied[n]) {
				level[p] = 0
			}
		}
		at := make([]int64, to-from)
		for i, e := range b.events[from:to] {
			l, kept := level[e.proc]
			if !kept {
				continue
			}
			if !e.returns && returned[e.proc] {
				l++
				level[e.proc] = l
			}
			returned[e.proc] = e.returns
			at[i] = l
		}
		last := int64(0)
		for l := range maps.Values(level) {
			last = max(last, l)
		}
		for i, e := range b.events[from:to] {
			c := &out.Calls[e.call]
			_, kept := level[e.proc]
			switch {
			case !e.returns:
				c.Call = base + at[i]
			case kept:
				c.Return = base + at[i]
			default:
				c.Return = base + last
			}
		}
		base += last + 1
	}
	return out
}
