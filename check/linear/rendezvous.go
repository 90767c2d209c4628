package linear

import (
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// rendezvous checks that every send met its receive. Two operations that meet
// take effect at one moment, during both, and moments of different pairs do not
// touch each other: there is no order to search for. Completed sends that nobody
// got meet receives which have not returned, the k-th to return the k-th called.
// O(n) but for sorting those.
func (p *problem) rendezvous() {
	for i := range p.items {
		it := &p.items[i]
		if it.get == none {
			continue
		}
		s, r := &p.calls[it.put], &p.calls[it.get]
		what := p.name(s.Value)
		switch {
		case s.Return < r.Call:
			p.blame(verdict.Overflow, []int32{it.put, it.get}, "%v of %s returned before its %v was called: it was held in between, and a rendezvous holds nothing", s.Kind, what, r.Kind)
		case s.Proc == r.Proc:
			p.blame(verdict.NotLinearizable, []int32{it.put, it.get}, "%s was received by the process that sent it, and two are needed to meet", what)
		case !s.Kind.Waits() && !r.Kind.Waits():
			p.blame(verdict.Overflow, []int32{it.put, it.get}, "%s passed from %v to %v, and neither waits for the other: it was held in between, and a rendezvous holds nothing", what, s.Kind, r.Kind)
		case r.Call > p.closing.by:
			p.blame(verdict.BrokenBoundary, []int32{p.closing.byOp, it.get}, "%s, yet %v, called after that, answered ok", p.closedBy(), r.Kind)
		}
	}
	p.meetPending()
}

// meetPending pairs the completed sends that nobody got with receives that have
// not returned: a matching by augmenting paths, of at most as many as there are
// processes.
func (p *problem) meetPending() {
	taken := make([]int32, len(p.takers)) // by which send
	for n := range taken {
		taken[n] = none
	}
	var seen []bool
	var find func(send int32) bool
	find = func(send int32) bool {
		s := &p.calls[send]
		for n, t := range p.takers {
			if r := &p.calls[t]; seen[n] || r.Call > min(s.Return, p.closing.by) || !meets(s, r) {
				continue
			}
			seen[n] = true
			if taken[n] == none || find(taken[n]) {
				taken[n] = send
				return true
			}
		}
		return false
	}
	for _, i := range p.kept {
		seen = make([]bool, len(p.takers))
		if put := p.items[i].put; !find(put) {
			s := &p.calls[put]
			p.blame(verdict.LostItem, []int32{put}, "%v of %s answered ok, and nobody received it", s.Kind, p.name(s.Value))
			return
		}
	}
}

func meets(s, r *record.Call) bool {
	return s.Proc != r.Proc && (s.Kind.Waits() || r.Kind.Waits())
}
