package harness

import (
	"context"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Drain takes out what is left when every other process is done, and reports whether
// the object said in the end that there is nothing more. Held is how much there
// should be.
func (x *Execution) Drain(c contract.Contract, held int, closed bool) (drained bool, end record.End) {
	p := x.Process("afterwards")
	switch t := c.Terms(); {
	case t.Has(model.TryRecv) && !(t.Refusals == model.Spurious && t.Has(model.Recv)): // then a refusal says nothing
	case t.Lossy() && !closed: // nobody knows how much there is to wait for
		return false, record.Complete
	default:
		return p.drainWaiting(c, held, closed)
	}
	op := model.Op{Kind: model.TryRecv}
	settled := false // the goroutines of the object have come to rest since the last item
	for refused := 0; refused < PollAttempts; {
		r, end := p.Alone(Plain, op)
		switch {
		case end != record.Complete || p.crash != nil:
			return false, end
		case r.Status == model.OK:
			if held -= c.Amount(record.NewCall(op, r, 0, 0)); held < -extraItems {
				return false, record.Complete
			}
			refused, settled = 0, false
		case r.Status == model.Empty && held > 0:
			if refused++; refused > KeptRefusals {
				p.Log.Fold()
			}
			Yield(1)
			if refused == PollAttempts && !settled {
				refused, settled = KeptRefusals+1, x.Settled()
			}
		default:
			return true, record.Complete
		}
	}
	return true, record.Complete
}

// drainWaiting drains an object whose receives all wait. It receives as much as
// there should be, and if the object is closed until it says so.
func (p *Process) drainWaiting(c contract.Contract, held int, closed bool) (drained bool, end record.End) {
	op := model.Op{Kind: model.Recv}
	var ctx context.Context
	if !c.Terms().Has(model.Recv) {
		ctx = context.Background()
	}
	for n := 0; n < held || closed && n < held+extraItems; {
		r, end := p.Alone(ctx, op)
		if end != record.Complete || p.crash != nil {
			return end != record.Complete, end
		}
		if r.Status != model.OK {
			break
		}
		n += c.Amount(record.NewCall(op, r, 0, 0))
	}
	return true, record.Complete
}
