package linear

import (
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// stuck holds the operations that wait in a run in which nobody can go on
// against the state that the others have left. Each of them, alone, must have to
// wait there (Burckhardt, Dern, Musuvathi, Tan: Line-Up, PLDI 2010). What the
// state is follows from how many have come and gone.
func (p *problem) stuck() {
	if p.end != record.Stuck || len(p.found) > 0 {
		return
	}
	held := 0
	received := map[int32]int32{} // of sends: the receive of their item
	for i := range p.items {
		switch it := &p.items[i]; {
		case it.get != none && p.calls[it.put].Pending():
			received[it.put] = it.get
		case it.get == none:
			held++
		}
	}
	for i := range p.calls {
		c := &p.calls[i]
		if !c.Pending() {
			continue
		}
		k := int32(i)
		what := c.Kind.String()
		if c.Kind.Sends() {
			what += " of " + p.name(c.Value)
		}
		get, passed := received[k]
		switch capacity := p.config.Capacity; {
		case passed:
			p.blame(verdict.LostWakeup, []int32{k, get}, "%s still waits though its item has been received", what)
		case !c.Kind.Waits():
			p.blame(verdict.LostWakeup, []int32{k}, "%s must answer at once, and does not return", what)
		case c.Kind == model.SendContext || c.Kind == model.RecvContext:
			p.blame(verdict.LostWakeup, []int32{k}, "%s still waits, and must not wait forever", what)
		case p.closing.closed:
			p.blame(verdict.LostWakeup, []int32{p.closing.byOp, k}, "%s still waits though %s", what, p.closedBy())
		case capacity == 0:
		case c.Kind.Receives() && held > 0:
			p.blame(verdict.LostWakeup, append(p.some(held), k), "%s still waits while %s inside", what, words.Plural(held, "item is", "items are"))
		case c.Kind.Sends() && capacity == model.NoLimit:
			p.blame(verdict.LostWakeup, []int32{k}, "%s still waits, and there is no limit", what)
		case c.Kind.Sends() && held < capacity:
			p.blame(verdict.LostWakeup, append(p.some(held), k), "%s still waits while %s inside and the capacity is %d", what, words.Plural(held, "item is", "items are"), capacity)
		}
	}
	if p.config.Capacity == 0 {
		p.stuckRendezvous()
	}
}

// some are up to three of the sends whose items are still inside.
func (p *problem) some(held int) []int32 {
	var ops []int32
	for _, i := range p.kept[:min(held, 3, len(p.kept))] {
		ops = append(ops, p.items[i].put)
	}
	return ops
}

// settled is the history of a stuck run without what still waits: what waits has
// not taken effect, or it would have returned.
func settled(h record.History) record.History {
	if h.End != record.Stuck {
		return h
	}
	out := record.History{End: h.End, Calls: make([]record.Call, 0, len(h.Calls))}
	for _, c := range h.Calls {
		if !c.Pending() {
			out.Calls = append(out.Calls, c)
		}
	}
	return out
}
