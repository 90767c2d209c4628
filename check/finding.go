package check

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// finding is a fault with the operations that show it.
type finding struct {
	code    verdict.Code
	message string
	witness []record.Call
}

// findings are those of a decision.
func findings(fs []linear.Finding) []finding {
	out := make([]finding, len(fs))
	for i, f := range fs {
		out[i] = finding{f.Code, f.Message, f.Witness}
	}
	return out
}

// firstOfEach keeps the first finding of each code.
func firstOfEach(in []finding) []finding {
	seen := map[verdict.Code]bool{}
	var out []finding
	for _, f := range in {
		if !seen[f.code] {
			seen[f.code] = true
			out = append(out, f)
		}
	}
	return out
}

// faults are what is certainly wrong with the history of an object: the narrowest
// codes that fit. The name is an item in words. If drained is set, somebody took
// what was left after everything else, and then found nothing.
func (b buffering) faults(h record.History, drained bool, name func(v int64) string) []finding {
	if s, ok := b.spec.(*model.Stream); ok {
		return findings(linear.StreamFaults(s.Config(), h, linear.Options{Drained: drained, Name: name}))
	}
	return findings(linear.Faults(b.config(), h, linear.Options{Drained: drained, Name: name}))
}

// decide holds a history against the specification. ok is false if it could not
// be decided.
func (b buffering) decide(h record.History, name func(v int64) string) (fs []finding, ok bool) {
	d := linear.Decide(b.spec, h, linear.Options{Budget: budget, Name: name})
	return findings(d.Findings), d.Answer != linear.Unknown
}

// config is the object as a buffer. Of a set of mailboxes it is any one.
func (b buffering) config() model.BufferConfig {
	if s, ok := b.spec.(*model.Buffer); ok {
		return s.Config()
	}
	return model.BufferConfig{Capacity: b.capacity, Order: b.order, Refusals: b.refusals, Deadlines: b.deadlines}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
