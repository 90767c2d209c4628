package search

import (
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// counts reports whether the search goes on after the first execution that fails.
func (e *explorer) counts() bool {
	return e.o.All || e.o.Further > 0 && e.kind.Covers != Bounded && e.o.Replay == ""
}

// outcomes are the ends in a verdict, those that fail first.
func (e *explorer) outcomes(d *ends) (out []verdict.Outcome) {
	index := map[string]int{}
	defer func(was time.Duration) { e.base.Delay = was }(e.base.Delay)
	for _, n := range d.list {
		o := verdict.Outcome{Answer: n.answer, Code: n.code, Message: n.message, Executions: n.executions, Steps: len(n.choices)}
		e.base.Delay = n.delay
		e.withPositions(n.choices)
		if f := e.judge(); f != nil && f.code == n.code {
			o.Message = prim.Cut(f.message, longestMessage)
		}
		o.Replay = e.replayText(choicesOf(e.x))
		if n.answer == verdict.Fail {
			t := e.trace(len(e.x.Events), -1)
			for _, w := range t.Waiting {
				if w.Site > 0 {
					o.Waiting = append(o.Waiting, t.Sites[w.Site-1])
				}
			}
		}
		key := keyOf(&o)
		if i, ok := index[key]; ok {
			out[i].Executions += o.Executions
			continue
		}
		index[key] = len(out)
		out = append(out, o)
	}
	var ranked []verdict.Outcome
	for _, answer := range []verdict.Answer{verdict.Fail, verdict.Inconclusive, verdict.Pass} {
		for _, o := range out {
			if o.Answer == answer {
				ranked = append(ranked, o)
			}
		}
	}
	return ranked
}

// keyOf is the same for ends that are alike, as far as can be told without the sources.
func keyOf(o *verdict.Outcome) string {
	parts := []string{string(o.Answer), string(o.Code)}
	for _, s := range o.Waiting {
		text := s.Op
		for _, f := range s.Frames {
			text += "|" + f.Func + " " + f.Position
		}
		parts = append(parts, text)
	}
	if len(o.Waiting) == 0 {
		parts = append(parts, withoutNumbers(o.Message))
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "\n")
}

// tell puts what has been counted into a verdict that fails: it is the finding's share of
// the executions. It reports whether every execution there is ends so.
func (e *explorer) tell(v *verdict.Verdict, code verdict.Code, d *ends, complete bool) (always bool) {
	v.Outcomes, v.AllOutcomes = e.outcomes(d), complete && !d.more
	always = v.AllOutcomes
	for _, o := range v.Outcomes {
		if o.Answer == verdict.Fail {
			v.Counts.Failing += o.Executions
		}
		always = always && o.Code == code
	}
	return always
}

// share are the executions of a verdict that end with a fault, and all of them.
func share(v *verdict.Verdict, code verdict.Code) (n, of uint64) {
	for _, o := range v.Outcomes {
		if of += o.Executions; o.Code == code {
			n += o.Executions
		}
	}
	return n, of
}

// Include adds so many executions of searches before, none of which fails, to the outcomes of a
// verdict that fails, and to what it says that it covers. There may be others, then.
func Include(v *verdict.Verdict, before uint64) {
	if rest, ok := strings.CutPrefix(v.Coverage, executions(v.Counts.Executions)); ok && v.Answer == verdict.Fail {
		v.Coverage = executions(v.Counts.Executions+before) + rest
	}
	if before == 0 || len(v.Outcomes) == 0 {
		return
	}
	v.AllOutcomes = false
	i := slices.IndexFunc(v.Outcomes, func(o verdict.Outcome) bool { return o.Answer == verdict.Pass })
	if i < 0 {
		i = len(v.Outcomes)
		v.Outcomes = append(v.Outcomes, verdict.Outcome{Answer: verdict.Pass, Message: passes})
	}
	v.Outcomes[i].Executions += before
	for k := range v.Findings {
		if f := &v.Findings[k]; f.Of > 0 {
			f.Of += before
			if f.Trace != nil {
				f.Trace.Unavoidable = false
			}
		}
	}
}
