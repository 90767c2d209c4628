package linear

import (
	"iter"
	"math"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// span is a time during which something was inside for certain, both ends left
// out.
type span struct{ from, to int64 }

// occupied are the times during which the buffer cannot have been empty, in
// order. Spans that only touch stay apart: at that moment it may have been.
func (p *problem) occupied() []span {
	var out []span
	for _, i := range p.sorted() {
		it := &p.items[i]
		if it.putRet >= it.getCall {
			continue
		}
		if n := len(out); n > 0 && it.putRet < out[n-1].to {
			out[n-1].to = max(out[n-1].to, it.getCall)
			continue
		}
		out = append(out, span{it.putRet, it.getCall})
	}
	return out
}

// empty finds an answer that says empty while it cannot have been. O(n log n).
func (p *problem) empty() {
	if len(p.empties) == 0 {
		return
	}
	spans := p.occupied()
	for _, w := range p.empties {
		n, _ := slices.BinarySearchFunc(spans, w.call, func(s span, at int64) int {
			if s.from < at {
				return -1
			}
			return 1
		})
		if n > 0 && spans[n-1].to > w.ret {
			p.blameEmpty(w)
			return
		}
	}
}

// blameEmpty names the fewest items that were inside throughout.
func (p *problem) blameEmpty(w window) {
	c := &p.calls[w.op]
	var chain []int32
	at := w.call // the items of the chain cover the time from w.call up to this
	first := true
	for first || at <= w.ret {
		best := int32(none)
		for _, i := range p.sorted() {
			it := &p.items[i]
			if it.putRet >= at {
				break
			}
			if it.getCall > at && (best == none || it.getCall > p.items[best].getCall) {
				best = i
			}
		}
		if best == none {
			break
		}
		chain, at, first = append(chain, best), p.items[best].getCall, false
	}
	var ops []int32
	for _, i := range chain {
		ops = append(ops, p.items[i].put)
	}
	ops = append(ops, w.op)
	for _, i := range chain {
		if g := p.items[i].get; g != none {
			ops = append(ops, g)
		}
	}
	what := p.name(p.calls[p.items[chain[0]].put].Value)
	for _, i := range chain[1:] {
		what += ", then " + p.name(p.calls[p.items[i].put].Value)
	}
	if it := &p.items[chain[0]]; len(chain) == 1 && it.getCall == never {
		p.blame(verdict.LostItem, ops, "%s was accepted and never delivered, and %v answered %v", what, c.Kind, c.Status)
		return
	}
	p.blame(verdict.FalseRefusal, ops, "%v answered %v while %s was inside", c.Kind, c.Status, what)
}

// level is the number of items from a time on.
type level struct {
	at int64
	n  int32
}

// changes yields the levels one after the other: the number of items inside after
// each entry and each exit. Those that come and go at one moment are counted at their
// most if most is set, else at their least. O(n).
func changes(n int, from, to func(i int) int64, most bool) iter.Seq[level] {
	return func(yield func(level) bool) {
		starts := make([]int64, 0, n)
		ends := make([]int64, 0, n)
		for i := range n {
			if f, t := from(i), to(i); f < t || most && f == t {
				starts = append(starts, f)
				if t != never {
					ends = append(ends, t)
				}
			}
		}
		so := byKey(len(starts), func(i int32) int64 { return starts[i] })
		eo := byKey(len(ends), func(i int32) int64 { return ends[i] })
		count := int32(0)
		for len(so) > 0 || len(eo) > 0 {
			enter := len(eo) == 0
			if len(so) > 0 && len(eo) > 0 {
				s, e := starts[so[0]], ends[eo[0]]
				enter = s < e || s == e && most
			}
			var at int64
			if enter {
				at, so = starts[so[0]], so[1:]
				count++
			} else {
				at, eo = ends[eo[0]], eo[1:]
				count--
			}
			if !yield(level{at, count}) {
				return
			}
		}
	}
}

// levels are the changes, kept.
func levels(n int, from, to func(i int) int64, most bool) []level {
	return slices.AppendSeq(make([]level, 0, 2*n), changes(n, from, to, most))
}

// overflow finds a time at which more items than the capacity were inside for
// certain. O(n).
func (p *problem) overflow() {
	if p.config.Capacity == model.NoLimit {
		return
	}
	for l := range changes(len(p.items), func(i int) int64 { return p.items[i].putRet }, func(i int) int64 { return p.items[i].getCall }, false) {
		if int(l.n) <= p.config.Capacity {
			continue
		}
		var ops []int32
		for i := range p.items {
			if it := &p.items[i]; it.putRet <= l.at && l.at < it.getCall {
				ops = append(ops, it.put)
			}
		}
		many := words.Plural(int(l.n), "item was", "items were")
		if open, ok := unclosed(record.History{Calls: p.calls}); ok && p.closing.byOp != none && !newProblem(p.config, open, p.name).overflows() {
			p.blame(verdict.BrokenBoundary, append([]int32{p.closing.byOp}, ops...), "%s, and a send that was under way went on all the same: else %s inside at once, and the capacity is %d", p.closedBy(), many, p.config.Capacity)
			return
		}
		p.blame(verdict.Overflow, ops, "%s inside at once, and the capacity is %d", many, p.config.Capacity)
		return
	}
}

// overflows reports whether overflow finds one.
func (p *problem) overflows() bool {
	before := len(p.found)
	p.overflow()
	return len(p.found) > before
}

// passage finds an item whose send and receive overlap (it may pass at any point of
// the overlap) although the buffer was full of other items at every such point. Where
// the order of different producers does not count, items stay no longer than they
// must, so that is all the capacity asks. O(n log n).
func (p *problem) passage() {
	if p.config.Capacity == model.NoLimit || p.config.Order == model.FIFO {
		return
	}
	var ls []level
	var bottom tops
	for i := range p.items {
		it := &p.items[i]
		if it.putRet < it.getCall {
			continue
		}
		if ls == nil {
			ls = levels(len(p.items), func(i int) int64 { return p.items[i].putRet }, func(i int) int64 { return p.items[i].getCall }, false)
			bottom = newBottoms(ls)
		}
		from, to := between(ls, max(it.putCall, it.getCall), min(it.putRet, it.getRet))
		if from == 0 || -int(bottom.most(from-1, to)) < p.config.Capacity {
			continue
		}
		ops := []int32{it.put}
		if it.get != none {
			ops = append(ops, it.get)
		}
		p.blame(verdict.Overflow, ops, "%s had no room to pass: %s inside all the time, and the capacity is %d",
			p.name(p.calls[it.put].Value), words.Plural(p.config.Capacity, "other was", "others were"), p.config.Capacity)
		return
	}
}

// between is the range of levels that begin from one time to another.
func between(ls []level, from, to int64) (int, int) {
	i, _ := slices.BinarySearchFunc(ls, from, func(l level, at int64) int {
		if l.at < at {
			return -1
		}
		return 1
	})
	j, _ := slices.BinarySearchFunc(ls, to, func(l level, at int64) int {
		if l.at <= at {
			return -1
		}
		return 1
	})
	return i, j
}

// full finds an answer that says full while it cannot have been. O(n log n).
func (p *problem) full() {
	if len(p.fulls) == 0 {
		return
	}
	if p.config.Capacity == model.NoLimit {
		w := p.fulls[0]
		c := &p.calls[w.op]
		p.blame(verdict.FalseRefusal, []int32{w.op}, "%v answered %v to %s, and there is no limit", c.Kind, c.Status, p.name(c.Value))
		return
	}
	if p.lossy() {
		w := p.fulls[0]
		c := &p.calls[w.op]
		p.blame(verdict.FalseRefusal, []int32{w.op}, "%v answered %v to %s, and what there is no room for is dropped, not refused", c.Kind, c.Status, p.name(c.Value))
		return
	}
	n := len(p.items)
	at := func(i int) *item {
		if i < n {
			return &p.items[i]
		}
		return &p.spare[i-n]
	}
	ls := levels(n+len(p.spare), func(i int) int64 { return at(i).putCall }, func(i int) int64 { return at(i).getRet }, true)
	tops := newTops(ls)
	for _, w := range p.fulls {
		from, to := between(ls, w.call, w.ret)
		if most := max(int(tops.most(max(from-1, 0), to)), 0); most < p.config.Capacity {
			c := &p.calls[w.op]
			p.blame(verdict.FalseRefusal, []int32{w.op}, "%v answered %v to %s while at most %s inside and the capacity is %d",
				c.Kind, c.Status, p.name(c.Value), words.Plural(most, "item was", "items were"), p.config.Capacity)
			return
		}
	}
}

// tops answers for the greatest of a range of levels, by blocks.
type tops struct {
	levels []level
	blocks []int32
}

const blockBits = 8

func newTops(ls []level) tops {
	t := tops{ls, make([]int32, len(ls)>>blockBits+1)}
	for i := range t.blocks {
		t.blocks[i] = math.MinInt32
	}
	for i, l := range ls {
		b := &t.blocks[i>>blockBits]
		*b = max(*b, l.n)
	}
	return t
}

// newBottoms answers for the least, as its negative.
func newBottoms(ls []level) tops {
	negative := make([]level, len(ls))
	for i, l := range ls {
		negative[i] = level{l.at, -l.n}
	}
	return newTops(negative)
}

func (t tops) most(from, to int) int32 {
	top := int32(math.MinInt32)
	for i := from; i < to; {
		if i&(1<<blockBits-1) == 0 && i+1<<blockBits <= to {
			top = max(top, t.blocks[i>>blockBits])
			i += 1 << blockBits
			continue
		}
		top = max(top, t.levels[i].n)
		i++
	}
	return top
}
