package linear

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// dropped finds an item that was accepted, never received, and cannot have been
// dropped by promise, after everything was taken out: there was room for it all the
// time or, if the oldest goes, too few others came that could take its place.
// O(n log n).
func (p *problem) dropped() {
	if len(p.takers) > 0 || !p.lossy() {
		return
	}
	var tops tops
	var ls []level
	if p.config.Loss == model.DropNewest {
		ls = levels(len(p.items), func(i int) int64 { return p.items[i].putCall }, func(i int) int64 { return p.items[i].getRet }, true)
		tops = newTops(ls)
	}
	returns := make([]int64, 0, len(p.items)+len(p.spare))
	for _, it := range slices.Concat(p.items, p.spare) {
		returns = append(returns, it.putRet)
	}
	slices.Sort(returns)
	for _, it := range p.spare {
		if p.calls[it.put].Pending() || p.config.IgnoreSends && it.putRet >= p.closing.from {
			continue
		}
		what := p.name(p.calls[it.put].Value)
		if p.config.Loss == model.DropNewest {
			from, to := between(ls, it.putCall, it.putRet)
			if most := max(int(tops.most(max(from-1, 0), to)), 0); most < p.config.Capacity {
				p.blame(verdict.LostItem, []int32{it.put}, "%s was accepted while at most %s inside and the capacity is %d, and was never delivered",
					what, words.Plural(most, "item was", "items were"), p.config.Capacity)
				return
			}
			continue
		}
		at, _ := slices.BinarySearch(returns, it.putCall)
		if after := len(returns) - at - 1; after < p.config.Capacity {
			p.blame(verdict.LostItem, []int32{it.put}, "%s was accepted and never delivered, and only %s after it, too few to take its place: the capacity is %d",
				what, words.Plural(after, "item came", "items came"), p.config.Capacity)
			return
		}
	}
}
