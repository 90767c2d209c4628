package linear

import (
	"cmp"
	"slices"

	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// order finds an item that left before one that had entered earlier: in the
// whole buffer, or among those of one producer. For each item it suffices to
// look at the one among the earlier whose receive was called last. O(n), and
// O(n log n) by producer.
func (p *problem) order() {
	switch p.config.Order {
	case model.FIFO:
		p.match(p.kept)
		all := make([]int32, len(p.items))
		for i := range all {
			all[i] = int32(i)
		}
		p.overtaken(all, p.sorted())
	case model.PerProducer:
		p.matchByProducer()
		for _, group := range p.producers() {
			byReturn := slices.Clone(group)
			slices.SortStableFunc(byReturn, func(a, b int32) int { return cmp.Compare(p.items[a].putRet, p.items[b].putRet) })
			if p.overtaken(group, byReturn) {
				return
			}
			p.tighten(group)
			if p.config.Capacity != model.NoLimit && p.sendsOverlap(group) {
				p.doubt = "sends of one producer overlap"
			}
		}
	case model.Bag:
		p.match(p.kept)
	}
}

// producers are the items of each producer by call of their put, producers in
// order.
func (p *problem) producers() [][]int32 {
	index := map[int32]int{}
	var procs []int32
	var groups [][]int32
	for i := range p.items {
		proc := p.calls[p.items[i].put].Proc
		g, ok := index[proc]
		if !ok {
			g = len(groups)
			index[proc] = g
			groups = append(groups, nil)
			procs = append(procs, proc)
		}
		groups[g] = append(groups[g], int32(i))
	}
	order := byKey(len(groups), func(i int32) int64 { return int64(procs[i]) })
	out := make([][]int32, len(groups))
	for i, g := range order {
		out[i] = groups[g]
	}
	return out
}

// overtaken looks for the fault among the items, which come by call and by
// return of their put.
func (p *problem) overtaken(byCall, byReturn []int32) bool {
	late := int32(none)
	n := 0
	for _, b := range byCall {
		for n < len(byReturn) && p.items[byReturn[n]].putRet < p.items[b].putCall {
			if a := byReturn[n]; late == none || p.items[a].getCall > p.items[late].getCall {
				late = a
			}
			n++
		}
		if late == none || p.items[late].getCall <= p.items[b].getRet {
			continue
		}
		x, y := &p.items[late], &p.items[b]
		first, second := p.name(p.calls[x.put].Value), p.name(p.calls[y.put].Value)
		if x.get != none {
			p.blame(verdict.ReorderedItem, []int32{x.put, y.put, y.get, x.get}, "%s was put before %s, yet %s left first", first, second, second)
		} else {
			p.blame(verdict.LostItem, []int32{x.put, y.put, y.get}, "%s was put before %s, yet %s left and %s was never delivered", first, second, second, first)
		}
		return true
	}
	return false
}

// sendsOverlap reports whether the producer's sends do: their times are equal, or
// it is not one process. The order of the items is then open.
func (p *problem) sendsOverlap(group []int32) bool {
	for n, i := range group[1:] {
		if p.items[group[n]].putRet >= p.items[i].putCall {
			return true
		}
	}
	return false
}

// tighten delays the receives of a producer's items: none leaves before those
// that the producer put earlier.
func (p *problem) tighten(group []int32) {
	latest := int64(always)
	for n, i := range group {
		if n > 0 && p.items[group[n-1]].putRet < p.items[i].putCall {
			latest = max(latest, p.items[group[n-1]].getCall)
		}
		if p.items[i].getCall < latest {
			p.items[i].getCall = latest
		}
	}
}

// matchByProducer is match for a buffer that keeps the order of each producer:
// first come the items which others of their producer have overtaken, by the
// time until which they must have left.
func (p *problem) matchByProducer() {
	if len(p.kept) == 0 || len(p.takers) == 0 {
		p.match(p.kept)
		return
	}
	due := make(map[int32]int64, len(p.kept))
	for _, group := range p.producers() {
		earliest := int64(never)
		for n := len(group) - 1; n >= 0; n-- {
			it := &p.items[group[n]]
			if it.get == none {
				due[group[n]] = earliest
			}
			earliest = min(earliest, it.getRet)
		}
	}
	kept := slices.Clone(p.kept)
	slices.SortStableFunc(kept, func(a, b int32) int { return cmp.Compare(due[a], due[b]) })
	p.match(kept)
}
