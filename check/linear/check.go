package linear

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Answer says whether a history can be explained.
type Answer int

// Answers.
const (
	Unknown Answer = iota // the search was cut short
	Explained
	Unexplained // no order of the operations explains the results
)

// String is the answer in words.
func (a Answer) String() string {
	switch a {
	case Explained:
		return "explained"
	case Unexplained:
		return "unexplained"
	}
	return "unknown"
}

// Budget bounds a search. When either bound is met the answer is [Unknown].
type Budget struct {
	Steps int64         // steps of the specification; 0: no bound
	Wall  time.Duration // 0: no bound. It guards against a step that hangs
}

// Check decides whether the specification explains the history. Operations that
// have not returned may have taken effect or not, at any time after their call;
// whether they should have returned is another question (see [Model]).
//
// The worst case is exponential in the number of operations under way at once.
func Check(spec model.Spec, h record.History, b Budget) Answer {
	m := Model(spec)
	var steps atomic.Int64
	var spent atomic.Bool
	plain := m.Step
	m.Step = nil
	m.StepContext = func(ctx context.Context, state, input, output any) (bool, any) {
		if b.Steps > 0 && steps.Add(1) > b.Steps {
			spent.Store(true)
		}
		if spent.Load() || ctx.Err() != nil {
			return false, nil
		}
		return plain(state, input, output)
	}
	done := make(chan porcupine.CheckResult, 1)
	go func() { done <- porcupine.CheckOperationsTimeout(m, operations(h), b.Wall) }()
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
			return Explained
		case r == porcupine.Illegal && !spent.Load():
			return Unexplained
		}
	case <-late:
		spent.Store(true) // lets the search end at its next step
	}
	return Unknown
}

// operations is the history in porcupine's form. Pending operations return after
// everything else.
func operations(h record.History) []porcupine.Operation {
	end := int64(0)
	for _, c := range h.Calls {
		end = max(end, c.Call)
		if !c.Pending() {
			end = max(end, c.Return)
		}
	}
	ops := make([]porcupine.Operation, 0, len(h.Calls))
	for _, c := range h.Calls {
		o := porcupine.Operation{ClientId: c.Op.Proc, Input: c.Op, Output: c.Result, Call: c.Call, Return: c.Return}
		if c.Pending() {
			end++
			o.Output, o.Return = Pending, end
		}
		ops = append(ops, o)
	}
	return ops
}
