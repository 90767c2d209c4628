package search

import (
	"context"
	"fmt"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Explore explores the executions that an executor can make.
func Explore(name string, exec prim.Executor, o Options) *verdict.Verdict {
	begin := time.Now()
	v := &verdict.Verdict{Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Findings: []verdict.Finding{}, Seed: o.Seed}
	kind, err := StrategyNamed(o.Strategy)
	if err != nil {
		v.Engine = "search: " + o.Strategy
		v.Answer, v.Reason = verdict.Inconclusive, err.Error()
		return v
	}
	o.Strategy = kind.Name
	v.Engine = "search: " + o.Strategy
	random, given := kind.Covers == Sampling, o.Executions
	if o.Executions == 0 {
		o.Executions = 1_000_000
		if random {
			o.Executions = 1000
		}
	}
	most := o.Steps
	if o.Steps == 0 {
		o.Steps, most = 10_000, 500_000
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	live := prim.MaxThreads
	if random {
		live *= 10
	}
	e := &explorer{o: o, mostSteps: most, kind: kind, name: name, given: given, exec: exec, x: new(prim.Execution), base: prim.Plan{Steps: o.Steps, Threads: live, SignalAny: o.SignalAny, Late: o.Late}}
	if until, ok := o.Context.Deadline(); ok {
		e.until = until
		e.plainUntil = begin.Add(time.Duration(float64(until.Sub(begin)) * plainShare))
	}
	e.explore(v)
	if v.Answer != verdict.Fail && e.o.Replay == "" && e.err == nil {
		phases := e.seen.phases
		e.early(v)
		looks(e, v)
		slow(e, v, phases)
	}
	v.ElapsedMS = time.Since(begin).Milliseconds()
	return v
}

// looks explores a program that passes once more where that matters; see looks.go.
var looks func(*explorer, *verdict.Verdict)

// slow explores one once more in which time passes where that matters; see slow.go.
var slow func(e *explorer, v *verdict.Verdict, phases int32)

// count counts the last execution.
func (e *explorer) count(v *verdict.Verdict) {
	e.seen.note(e.x, len(e.base.Early))
	v.Counts.Executions++
	v.Counts.Steps += uint64(len(e.x.Events))
	v.Counts.Depth = max(v.Counts.Depth, len(e.x.Events))
	if n := v.Counts.Executions; e.o.Progress != nil && n%progressEvery == 0 {
		e.o.Progress(n)
	}
}

// progressEvery is how many executions there are between two reports of progress.
const progressEvery = 512

func executions(n uint64) string {
	if n == 1 {
		return "1 execution"
	}
	return fmt.Sprintf("%d executions", n)
}
