package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// subject is an object under test of one capacity.
type subject struct {
	n        int // the constructor's argument
	build    func() harness.Object
	contract contract.Contract
	what     string // in the report
}

// capacity says what an object was built with.
func capacity(n int) string {
	if n < 0 {
		return "no limit"
	}
	return fmt.Sprintf("capacity %d", n)
}

// subjects are the objects of all capacities.
func (s *Suite) subjects(build func(n int) harness.Object, of func(n int) contract.Contract) []subject {
	var out []subject
	for _, n := range s.Capacities {
		out = append(out, subject{
			n: n, build: func() harness.Object { return build(n) }, contract: of(n), what: capacity(n),
		})
	}
	return out
}

// bufferKinds are the operations that a buffer may have.
var bufferKinds = []model.Kind{model.Send, model.Recv, model.TrySend, model.TryRecv, model.SendContext, model.RecvContext, model.Close}

// operations finds out which operations of a buffer the object has. It builds one. If
// sized is set, the object should also tell its length and capacity. It reports false
// if nothing can be checked.
func (s *Suite) operations(build func(n int) harness.Object, t contract.Terms, sized bool) ([]model.Kind, bool) {
	s.part = "construction"
	n := s.Capacities[0]
	x, end := harness.New(func() harness.Object { return build(n) }, s.Patience)
	refuse := func(code verdict.Code, format string, args ...any) {
		f := linear.Finding{Code: code, Message: fmt.Sprintf(format, args...)}
		s.report(x, contract.Buffer(t), x.History(end), capacity(n), []linear.Finding{f}, nil, judge.Complaint{Other: true})
	}
	for _, c := range x.Crashes() {
		refuse(judge.Crash(c).Code, "the constructor panicked when called with %d: %v", n, c.Value)
		return nil, false
	}
	if end != record.Complete {
		refuse(verdict.Deadlock, "the constructor does not return when called with %d", n)
		return nil, false
	}
	var kinds []model.Kind
	var lacks []string
	for _, k := range bufferKinds {
		if x.Object.Has(k) {
			kinds = append(kinds, k)
		} else {
			lacks = append(lacks, k.String())
		}
	}
	if o, ok := x.Object.(harness.Sized); ok && sized {
		if _, ok := o.Len(); !ok {
			lacks = append(lacks, "len")
		}
		if _, ok := o.Cap(); !ok {
			lacks = append(lacks, "cap")
		}
	}
	disposed, f := judge.Dispose(x)
	if f.Code != "" {
		refuse(f.Code, "%s", f.Message)
		return nil, false
	}
	if !slices.Contains(kinds, model.Close) && !disposed {
		s.unchecked("goroutines left behind: it cannot be closed")
	}
	if len(lacks) > 0 {
		s.unchecked("operations it does not have: %s", strings.Join(lacks, ", "))
	}
	if !slices.ContainsFunc(kinds, model.Kind.Sends) || !slices.ContainsFunc(kinds, model.Kind.Receives) {
		s.Inconclusive("it needs at least one operation that sends and one that receives")
		return nil, false
	}
	s.promised(t.Producers, "producer")
	s.promised(t.Consumers, "consumer")
	return kinds, true
}

// promised notes a promise of at most n processes of a side; 0: any number.
func (s *Suite) promised(n int, side string) {
	if n > 0 {
		s.unchecked("more than %s at a time, which it does not promise", words.Plural(n, side, side+"s"))
	}
}
