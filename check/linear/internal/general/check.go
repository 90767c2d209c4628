package general

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Limits bound a search.
type Limits struct {
	Steps int64         // steps of the specification; 0: as many as Bytes allows
	Bytes int64         // memory, estimated; 0: 1 GiB
	Wall  time.Duration // 0: no bound. It guards against a step that hangs
}

// Estimates of what a step of porcupine keeps: an entry of its cache with the set
// of operations done and a state.
const (
	bytesPerStep = 256
	defaultBytes = 1 << 30
)

// Check decides with porcupine whether the specification explains the history.
// Where it met its limits, or the context is done, unknown says why. Operations
// that have not returned may have taken effect or not, at any time after their
// call; those that failed had no effect. The worst case is exponential in the
// number of operations under way at once.
func Check(ctx context.Context, spec model.Spec, h record.History, b Limits) (explained bool, unknown string) {
	ops := Operations(h)
	if d, ok := spec.(model.Divided); ok {
		ops = divide(d, ops)
	}
	most := b.Steps
	why := fmt.Sprintf("porcupine did not decide it in %d steps", b.Steps)
	memory := b.Bytes
	if memory == 0 {
		memory = defaultBytes
	}
	if n := memory / int64(bytesPerStep+len(ops)/8); most == 0 || n < most {
		most, why = n, fmt.Sprintf("porcupine did not decide it in %d steps, which take about %d MiB", n, memory>>20)
	}
	m := modelFor(spec, h)
	var steps atomic.Int64
	var spent atomic.Bool
	plain := m.Step
	m.Step = nil
	m.StepContext = func(inner context.Context, state, input, output any) (bool, any) {
		if steps.Add(1) > most {
			spent.Store(true)
		}
		if spent.Load() || inner.Err() != nil || ctx.Err() != nil {
			spent.Store(true)
			return false, nil
		}
		return plain(state, input, output)
	}
	done := make(chan porcupine.CheckResult, 1)
	go func() { done <- porcupine.CheckOperationsTimeout(m, ops, b.Wall) }()
	var late <-chan time.Time
	if b.Wall > 0 {
		// porcupine keeps its own timeout only between steps.
		timer := time.NewTimer(2 * b.Wall)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case r := <-done:
		switch {
		case r == porcupine.Ok:
			return true, ""
		case r == porcupine.Illegal && !spent.Load():
			return false, ""
		}
		if steps.Load() <= most {
			why = fmt.Sprintf("porcupine did not decide it in %v", b.Wall)
		}
		if ctx.Err() != nil {
			why = "it was interrupted"
		}
	case <-late:
		spent.Store(true) // lets the search end at its next step
		why = fmt.Sprintf("porcupine did not decide it in %v", b.Wall)
	}
	return false, why
}

// Operations is the history in porcupine's form, for [Model]: operations that have not
// returned return after everything else, and those that failed are left out.
// Times are replaced by ranks from 1, to keep clear of the sentinels Never and
// MinInt64; equal times stay equal, so those operations overlap.
func Operations(h record.History) []porcupine.Operation {
	rank := ranks(h)
	ops := make([]porcupine.Operation, 0, len(h.Calls))
	end := int64(2*len(h.Calls) + 1)
	for _, c := range h.Calls {
		if !c.Pending() && c.Status == model.Failed {
			continue
		}
		o := porcupine.Operation{ClientId: int(c.Proc), Input: c.Op(), Call: rank(c.Call)}
		if c.Pending() {
			end++
			o.Output, o.Return = Pending, end
		} else {
			o.Output, o.Return = c.Result(), rank(c.Return)
		}
		ops = append(ops, o)
	}
	return ops
}

// divide replaces operations that take effect in several steps by these. The
// specification keeps them in order.
func divide(spec model.Divided, ops []porcupine.Operation) []porcupine.Operation {
	out := make([]porcupine.Operation, 0, len(ops))
	for _, o := range ops {
		var result *model.Result
		if r, ok := o.Output.(model.Result); ok {
			result = &r
		}
		parts := spec.Parts(o.Input.(model.Op), result)
		if len(parts) == 0 {
			out = append(out, o)
		}
		for _, p := range parts {
			step := o
			step.Input, step.Output = p.Op, any(Pending)
			if p.Result != nil {
				step.Output = *p.Result
			}
			out = append(out, step)
		}
	}
	return out
}

// ranks numbers the times of a history from 1.
func ranks(h record.History) func(int64) int64 {
	times := make([]int64, 0, 2*len(h.Calls))
	for _, c := range h.Calls {
		times = append(times, c.Call)
		if !c.Pending() {
			times = append(times, c.Return)
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	return func(t int64) int64 {
		n, _ := slices.BinarySearch(times, t)
		return int64(n + 1)
	}
}
