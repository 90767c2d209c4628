package linear

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// excerpt is how many operations a trace shows at most.
const excerpt = 30

// Verdict decides the history and says so as a verdict: what it covers, what is
// wrong, and the shortest part of the history that shows it.
func Verdict(subject string, spec model.Spec, h record.History, w Words, o Options) *verdict.Verdict {
	if o.Name == nil {
		o.Name = w.Item
	}
	d := Decide(spec, h, o)
	overlapping := h.Overlapping()
	v := &verdict.Verdict{
		Schema: verdict.Schema, Subject: subject, Kind: verdict.History,
		Findings: []verdict.Finding{}, Engine: d.Engine, Complete: d.Answer != Unknown,
		Coverage: fmt.Sprintf("this one run: %s, %d of which overlapped another", words.Plural(len(h.Calls), "operation", "operations"), overlapping),
		Counts:   verdict.Counts{Operations: uint64(len(h.Calls)), Overlapping: uint64(overlapping)},
	}
	if n := len(h.Pending()); n > 0 {
		v.Coverage += fmt.Sprintf(", %d that did not return", n)
	}
	v.Coverage += "; decided by "
	if d.Engine != porcupineSearch {
		v.Coverage += "the "
	}
	v.Coverage += d.Engine
	if overlapping == 0 && len(h.Calls) > 0 {
		v.Unchecked = append(v.Unchecked, "concurrency: nothing overlapped in this run")
	}
	switch d.Answer {
	case Explained:
		v.Answer = verdict.Pass
		if len(h.Calls) == 0 {
			v.Answer, v.Reason = verdict.Inconclusive, "the history has no operations"
		}
	case Unknown:
		v.Answer, v.Reason = verdict.Inconclusive, d.Reason
	case Unexplained:
		v.Answer = verdict.Fail
	}
	for i, f := range d.Findings {
		out := verdict.Finding{Code: f.Code, Message: f.Message}
		if i == 0 && d.Behaves > 0 {
			out.Message += fmt.Sprintf("; it behaves like capacity %d", d.Behaves)
			if f.Code == verdict.Overflow {
				out.Message += " or more"
			}
		}
		one := d
		one.Findings = d.Findings[i : i+1]
		out.Trace = w.excerpt(spec, f, Minimal(spec, h, one, o), len(h.Calls))
		out.Trace.Subject = subject
		v.Findings = append(v.Findings, out)
	}
	return v
}

// waitsFor is what a pending operation waits for, in words, by what the object is; of a
// transport that moves nothing that is not known.
func waitsFor(spec model.Spec, c record.Call) string {
	b, buffer := spec.(*model.Buffer)
	switch {
	case c.Kind.Sends() && buffer && b.Capacity() == model.NoLimit:
		return "nothing: there is no limit"
	case c.Kind.Sends() && buffer && b.Capacity() == 0:
		return "a receiver"
	case c.Kind.Sends():
		return "room"
	case c.Kind.Receives():
		return "an item"
	}
	return ""
}

// Hanging is the trace of the operations that have not returned, and before them the last
// one that each process has made, if that is not long.
func (w Words) Hanging(h record.History) *verdict.Trace {
	last := map[int32]int{}
	for i, c := range h.Calls {
		if !c.Pending() {
			last[c.Proc] = i
		}
	}
	var calls []record.Call
	for i, c := range h.Calls {
		if n, ok := last[c.Proc]; c.Pending() || len(last) <= excerpt/2 && ok && n == i {
			calls = append(calls, c)
		}
	}
	t := w.excerpt(nil, Finding{}, record.History{Calls: calls, End: record.Stuck}, len(h.Calls))
	t.Picture = verdict.StressPicture
	return t
}

// excerpt is the trace of what shows the fault, or of its last operations if that
// is long.
func (w Words) excerpt(spec model.Spec, f Finding, part record.History, of int) *verdict.Trace {
	calls := part.Calls
	if len(calls) > excerpt {
		calls = calls[len(calls)-excerpt:]
	}
	t, index := w.Trace(calls)
	if len(calls) < of {
		t.Params = append(t.Params, verdict.Param{Name: "shown", Value: fmt.Sprintf("%d of %d operations", len(calls), of)})
	}
	for _, c := range calls {
		if c.Pending() && part.End == record.Stuck {
			t.Waiting = append(t.Waiting, verdict.Waiting{Process: index[int(c.Proc)], Label: w.Op(c.Op()), For: waitsFor(spec, c)})
		}
	}
	if part.End != record.Stuck { // it may yet return, or does so later than is shown
		for i := range t.Steps {
			if s := &t.Steps[i]; s.Note == NeverReturns {
				s.Note = "goes on"
			}
		}
	}
	w.picture(t, index, spec, f, calls)
	return t
}
