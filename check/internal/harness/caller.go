package harness

import (
	"context"
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/model"
)

// caller is a process with the random choices that it makes.
type caller struct {
	*Process
	contract contract.Contract
	yields   int
	rng      *rand.Rand
}

// send sends one item, in any form, until that succeeds. It reports false if the
// process should end.
func (c *caller) send() bool {
	return c.insist(model.Send, model.TrySend, model.SendContext)
}

// receive is the same for receiving.
func (c *caller) receive() bool {
	return c.insist(model.Recv, model.TryRecv, model.RecvContext)
}

func (c *caller) insist(wait, try, until model.Kind) bool {
	for attempt := 0; ; attempt++ {
		Yield(c.rng.IntN(c.yields))
		version := c.execution.progress.Version()
		size, ok := c.contract.DrawSize(c.Source, wait.Sends(), c.rng)
		if !ok {
			return false
		}
		op := c.contract.Op(c.Source, c.choose(attempt, wait, try, until), 0, size)
		ctx, cancel := c.context(&op)
		r := c.Do(ctx, op)
		cancel()
		switch r.Status {
		case model.OK:
			return true
		case model.Full, model.Empty, model.Deadline:
		default:
			return false
		}
		if r.N == 0 { // nothing was sent
			if attempt >= KeptRefusals {
				c.Log.Fold()
			}
			if op.Kind.Sends() {
				c.contract.TakeBack(c.Source, op)
			}
		}
		if attempt >= PollAttempts {
			c.execution.progress.Wait(version)
			Yield(1) // to goroutines of the object: processes that wake each other leave them no turn
		}
	}
}

// choose picks a form of the operation that the object has. After some refusals it
// takes one that waits, if there is one.
func (c *caller) choose(attempt int, wait, try, until model.Kind) model.Kind {
	var forms [3]model.Kind
	n, waits := 0, false
	for _, k := range c.contract.Terms().Kinds {
		if k == wait || k == try || k == until {
			forms[n] = k
			n++
			waits = waits || k != try
		}
	}
	if attempt >= patientAttempts && waits {
		return wait
	}
	return forms[c.rng.IntN(n)]
}

// context is the context of a deadline form: done already, or done soon. A blocking
// operation is called in its deadline form now and then, with a context that is
// never done, and always where the object has no other.
func (c *caller) context(op *model.Op) (context.Context, context.CancelFunc) {
	nothing := func() {}
	until := model.SendContext
	if op.Kind.Receives() {
		until = model.RecvContext
	}
	t := c.contract.Terms()
	switch op.Kind {
	case model.Send, model.Recv:
		if !t.Has(until) || t.Has(op.Kind) && c.rng.IntN(3) > 0 {
			return nil, nothing
		}
		return context.Background(), nothing
	case until:
		ctx, cancel := context.WithCancel(context.Background())
		if c.rng.IntN(3) == 0 {
			cancel()
			return ctx, nothing
		}
		n := c.rng.IntN(8)
		go func() {
			Yield(n)
			cancel()
		}()
		return ctx, cancel
	}
	return nil, nothing
}
