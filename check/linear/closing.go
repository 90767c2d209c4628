package linear

import (
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// close finds the time at which the close took effect and reports the answers that
// contradict it. Without loss of generality that is the latest time that the history
// allows: operations that must precede the close only gain room, and those that must
// follow it answered closed, which they may do at their return.
func (p *problem) close() {
	cl := closing{by: never, byOp: none, from: always, drained: never, drainer: none}
	earliest := int64(never) // call of a close that may have been the first
	accepted := int32(none)
	answered := int32(none) // an operation that answered closed
	for i := range p.calls {
		c := &p.calls[i]
		k := int32(i)
		if c.Kind == model.Close {
			switch {
			case c.Pending():
				if c.Call < earliest && accepted == none {
					earliest = c.Call
				}
			case c.Status == model.OK && !p.config.IdempotentClose:
				if accepted != none {
					p.blame(verdict.BrokenBoundary, []int32{accepted, k}, "close answered ok twice")
					continue
				}
				accepted, earliest = k, c.Call
				if c.Return < cl.by {
					cl.by, cl.byOp = c.Return, k
				}
			case c.Status == model.OK:
				accepted = k
				if c.Call < earliest {
					earliest = c.Call
				}
				if c.Return < cl.by {
					cl.by, cl.byOp = c.Return, k
				}
			case c.Status == model.Closed && p.config.IdempotentClose:
				p.blame(verdict.BrokenBoundary, []int32{k}, "close answered closed, which it never may")
			case c.Status != model.Closed && c.Status != model.Failed:
				p.blame(verdict.BrokenBoundary, []int32{k}, "close answered %v, which it never may", c.Status)
			}
		}
		if c.Pending() || c.Status != model.Closed {
			continue
		}
		if answered == none {
			answered = k
		}
		if c.Return < cl.by {
			cl.by, cl.byOp = c.Return, k
		}
		if c.Kind.Receives() && c.Return < cl.drained {
			cl.drained, cl.drainer = c.Return, k
		}
	}
	cl.closed = accepted != none || answered != none
	if !cl.closed {
		p.closing = cl
		return
	}
	cl.from = earliest
	p.closing = cl
	if answered != none && cl.by < earliest {
		p.blame(verdict.BrokenBoundary, []int32{cl.byOp}, "%v answered closed before anybody closed", p.calls[cl.byOp].Kind)
		p.closing.by, p.closing.drained = never, never
		return
	}
	p.boundary()
}

// closedBy is in words what shows that it was closed.
func (p *problem) closedBy() string {
	if c := &p.calls[p.closing.byOp]; c.Kind != model.Close || c.Status == model.Closed {
		return c.Kind.String() + " had answered closed"
	}
	return "close had returned"
}

// boundary tightens the times of the items: they entered before the close, and
// left before a receive answered closed.
func (p *problem) boundary() {
	cl := p.closing
	for _, it := range p.spare {
		if s := &p.calls[it.put]; s.Done() && s.Call > cl.by && !p.config.IgnoreSends {
			p.blame(verdict.BrokenBoundary, []int32{cl.byOp, it.put}, "%s, yet %v, called after that, answered %v", p.closedBy(), s.Kind, s.Status)
			return
		}
	}
	for i := range p.items {
		it := &p.items[i]
		if it.putCall > cl.by && p.config.IgnoreSends {
			p.blame(verdict.BrokenBoundary, []int32{cl.byOp, it.put, it.get}, "%s, yet %s, sent after that, was delivered", p.closedBy(), p.name(p.calls[it.put].Value))
			return
		}
		if it.putCall > cl.by {
			s := &p.calls[it.put]
			p.blame(verdict.BrokenBoundary, []int32{cl.byOp, it.put}, "%s, yet %v, called after that, answered %v", p.closedBy(), s.Kind, s.Status)
			return
		}
		it.putRet = min(it.putRet, cl.by)
		if cl.drained == never || it.get == none {
			continue
		}
		if it.getCall > cl.drained {
			p.blame(verdict.BrokenBoundary, []int32{it.put, cl.drainer, it.get}, "%v answered closed while %s was still there", p.calls[cl.drainer].Kind, p.name(p.calls[it.put].Value))
			return
		}
		it.getRet = min(it.getRet, cl.drained)
	}
	if cl.drained == never {
		return
	}
	for n, i := range p.kept {
		it := &p.items[i]
		if n >= len(p.takers) || p.calls[p.takers[n]].Call > cl.drained {
			p.blame(verdict.LostItem, []int32{it.put, cl.drainer}, "%s was accepted and never delivered, and %v answered closed", p.name(p.calls[it.put].Value), p.calls[cl.drainer].Kind)
			return
		}
	}
	if len(p.takers) <= len(p.kept) {
		p.spare = nil // it was empty in the end, and nobody is left to take more
	}
}
