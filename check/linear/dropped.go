package linear

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// A lossy buffer drops what it has no room for, and one that ignores sends drops
// what comes after the close. An item that was accepted and never received may then
// be one of those; the monitors know of it only that it may have entered.

// mayDrop reports whether the item, which nobody received, may have been dropped by
// promise. closing is the call of the first close.
func (p *problem) mayDrop(it *item, closing int64) bool {
	may := p.lossy() || p.config.IgnoreSends && it.putRet >= closing
	if may && p.doubt == "" && p.config.Capacity != 0 { // the search knows no rendezvous
		p.doubt = "items may have been dropped in several ways"
	}
	return may
}

// lossy reports whether items may have been dropped for want of room.
func (p *problem) lossy() bool {
	return p.config.Loss != model.Lossless && p.config.Capacity != model.NoLimit
}

// firstClose is when close was first called; never if it was not.
func (p *problem) firstClose() int64 {
	for i := range p.calls {
		if p.calls[i].Kind == model.Close {
			return p.calls[i].Call
		}
	}
	return never
}

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

// emptyReceiver finds, at the end of a stuck run that the specification explains, a
// receive that waits though the buffer cannot be empty: no order of the operations
// leaves it so. It does not depend on how the buffer refuses.
func emptyReceiver(b *model.Buffer, h record.History, o Options) (f Finding, ok bool) {
	var waiter *record.Call
	end := int64(0)
	for i := range h.Calls {
		c := &h.Calls[i]
		end = max(end, c.Call)
		switch {
		case c.Kind == model.Close && c.Done():
			return f, false // who waits after it is blamed already
		case !c.Pending():
			end = max(end, c.Return)
		case c.Kind == model.Recv:
			waiter = c
		}
	}
	if waiter == nil {
		return f, false
	}
	last := settled(h)
	probe := model.Op{Proc: int(waiter.Proc), Kind: model.Close}
	last.Calls = append(last.Calls, record.NewCall(probe, model.Result{From: model.AnyPeer}, end+1, end+2))
	probe.Kind = model.Recv
	last.Calls = append(last.Calls, record.NewCall(probe, model.Result{Status: model.Closed, From: model.AnyPeer}, end+3, end+4))
	if generally(b, last, o).Answer != Unexplained {
		return f, false
	}
	return Finding{verdict.LostWakeup, waiter.Kind.String() + " still waits, and no order of the operations leaves the buffer empty", []record.Call{*waiter}}, true
}
