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

// Engines.
const (
	Porcupine = "porcupine"
	Search    = "just-in-time search"
)

// Result says whether the specification explains a history.
type Result struct {
	Explained bool
	Unknown   string // why that is not known: the limits are met, or the context is done
	Engine    string
}

// Check decides whether the specification explains the history. Operations that have
// not returned may have taken effect or not, at any time after their call; those that
// failed had no effect. Of one process an operation that was called at the time at
// which another one returned comes after it. The worst case is exponential in the
// number of operations under way at once.
//
// porcupine decides where an order of single operations is all there is, and a search
// of this package elsewhere.
func Check(ctx context.Context, spec model.Spec, h record.History, b Limits) Result {
	return decide(ctx, spec, h, false, b)
}

// Stuck is [Check] where the operations that have not returned wait in the end, all of
// them in one state, and none has had its effect.
func Stuck(ctx context.Context, spec model.Spec, h record.History, b Limits) Result {
	return decide(ctx, spec, h, true, b)
}

func decide(ctx context.Context, spec model.Spec, h record.History, stuck bool, b Limits) Result {
	if alone, ok := spec.(model.Alone); !ok || !alone.Alone() || h.Touching() {
		explained, unknown := searched(ctx, spec, h, stuck, b)
		return Result{explained, unknown, Search}
	}
	explained, unknown := ordered(ctx, spec, h, stuck, b)
	return Result{explained, unknown, Porcupine}
}

// ordered decides with porcupine.
func ordered(ctx context.Context, spec model.Spec, h record.History, stuck bool, b Limits) (explained bool, unknown string) {
	ops := Operations(h)
	if d, ok := spec.(model.Divided); ok {
		ops = divide(d, ops)
	}
	if stuck {
		ops = atEnd(ops)
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
		if w, ok := input.(waiting); ok {
			return w.step(spec, state)
		}
		return plain(state, input, output)
	}
	r, late := within(b.Wall, func(wall time.Duration) porcupine.CheckResult { return porcupine.CheckOperationsTimeout(m, ops, wall) })
	spent.Store(spent.Load() || late) // lets the search end at its next step
	switch {
	case late:
		return false, undecided(Porcupine, b.Wall)
	case r == porcupine.Ok:
		return true, ""
	case r == porcupine.Illegal && !spent.Load():
		return false, ""
	case ctx.Err() != nil:
		return false, interrupted
	case steps.Load() <= most:
		return false, undecided(Porcupine, b.Wall)
	}
	return false, why
}

const interrupted = "it was interrupted"

func undecided(who string, wall time.Duration) string {
	return fmt.Sprintf("%s did not decide it in %v", who, wall)
}

// within is what f returns, or late if that takes twice the time: f is to keep the
// time itself, but a step of a specification may hang. No time is no bound.
func within[T any](wall time.Duration, f func(wall time.Duration) T) (result T, late bool) {
	if wall == 0 {
		return f(0), false
	}
	done := make(chan T, 1)
	go func() { done <- f(wall) }()
	timer := time.NewTimer(2 * wall)
	defer timer.Stop()
	select {
	case result = <-done:
		return result, false
	case <-timer.C:
		return result, true
	}
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

// waiting is the input of the last operation of a stuck run: those that wait in the
// end.
type waiting []model.Op

// atEnd adds the operation that asks whether those that have not returned wait. None
// of them has had its effect; of those that take effect in several steps all but the
// last may have been taken.
func atEnd(ops []porcupine.Operation) []porcupine.Operation {
	var waits waiting
	kept := make([]porcupine.Operation, 0, len(ops)+1)
	end := int64(0)
	for _, o := range ops {
		if o.Output != Pending {
			end = max(end, o.Return)
			kept = append(kept, o)
			continue
		}
		op := o.Input.(model.Op)
		waits = append(waits, op)
		if op.Early() {
			kept = append(kept, o)
		}
	}
	for i := range kept {
		end = max(end, kept[i].Call)
	}
	end++
	for i := range kept {
		if kept[i].Output == Pending {
			kept[i].Return = end + 1
		}
	}
	return append(kept, porcupine.Operation{Input: waits, Output: model.Result{}, Call: end, Return: end})
}

// step keeps the states in which all wait.
func (w waiting) step(spec model.Spec, state any) (bool, any) {
	if s, ok := state.(one); ok {
		return allWait(spec, s.state, w), s
	}
	var kept []model.State
	for _, s := range state.(set).states {
		if allWait(spec, s, w) {
			kept = append(kept, s)
		}
	}
	return len(kept) > 0, newSet(kept)
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
