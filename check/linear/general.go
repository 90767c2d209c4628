package linear

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Check decides with the general search of porcupine whether the specification
// explains the history. Operations that have not returned may have taken effect
// or not, at any time after their call; whether they should have returned is
// another question (see [Decide]). Operations that failed had no effect.
//
// The worst case is exponential in the number of operations under way at once.
func Check(spec model.Spec, h record.History, b Budget) Answer {
	a, _ := check(context.Background(), spec, h, b)
	return a
}

// Estimates of what a step of porcupine keeps: an entry of its cache with the set
// of operations done and a state.
const (
	bytesPerStep = 256
	defaultBytes = 1 << 30
)

func check(ctx context.Context, spec model.Spec, h record.History, b Budget) (Answer, string) {
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
			return Explained, ""
		case r == porcupine.Illegal && !spent.Load():
			return Unexplained, ""
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
	return Unknown, why
}

// Operations is the history in porcupine's form, for [Model]: operations that have not
// returned return after everything else, and those that failed are left out.
// Times are numbered anew, so that no time of the history is one that means
// something else; what has one time overlaps.
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

// Events is the history as porcupine's events, in order of time.
func Events(h record.History) []porcupine.Event {
	type at struct {
		porcupine.Event
		time int64
	}
	ops := Operations(h)
	all := make([]at, 0, 2*len(ops))
	for i, o := range ops {
		all = append(all,
			at{porcupine.Event{ClientId: o.ClientId, Kind: porcupine.CallEvent, Value: o.Input, Id: i}, o.Call},
			at{porcupine.Event{ClientId: o.ClientId, Kind: porcupine.ReturnEvent, Value: o.Output, Id: i}, o.Return})
	}
	slices.SortStableFunc(all, func(a, b at) int {
		// What has one time overlaps.
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(kindOrder(a.Kind), kindOrder(b.Kind)))
	})
	out := make([]porcupine.Event, len(all))
	for i, e := range all {
		out[i] = e.Event
	}
	return out
}

func kindOrder(k porcupine.EventKind) int {
	if k == porcupine.CallEvent {
		return 0
	}
	return 1
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

// generally decides by porcupine.
func generally(spec model.Spec, h record.History, o Options) Decision {
	ctx := o.Context
	if ctx == nil {
		ctx = context.Background()
	}
	d := Decision{Engine: general}
	d.Answer, d.Reason = check(ctx, spec, h, o.Budget)
	if d.Answer == Unexplained {
		d.Findings = []Finding{{verdict.NotLinearizable, "no order of these operations explains their results: " + spec.Name(), h.Calls}}
	}
	return d
}
