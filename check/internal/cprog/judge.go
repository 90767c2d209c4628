//go:build linux && amd64

package cprog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// leftBehind warns of what the program has left behind when it ended: processes that
// nobody has waited for, and names. It is the same in every execution that ends well, or
// nearly so.
func (s *session) leftBehind(v *verdict.Verdict) {
	if v.Answer != verdict.Pass || s.x.child == nil {
		return
	}
	w := s.x.child.wire
	if w.Left&6 == 0 {
		return
	}
	f := verdict.Finding{Code: verdict.Leak, Message: text(w.Message[:]), Severity: verdict.Warning}
	if s.config.Search.Leaks == search.LeaksFail {
		f.Severity = ""
		v.Answer = verdict.Fail
	}
	v.Findings = append(v.Findings, f)
}

// written is what the last execution has written to its standard output and error.
func (s *session) written() string {
	w := s.x.child.wire
	out := string(w.Out[:min(max(w.Output, 0), maxOutput)])
	if w.OutputLost > 0 {
		out += fmt.Sprintf("… (cut: %d bytes more)\n", w.OutputLost)
	}
	return out
}

// raced are the data races of the last execution.
func (s *session) raced() (list []found) {
	if s.x.child == nil {
		return nil
	}
	w := s.x.child.wire
	for i := range min(max(w.Races, 0), maxRaces) {
		r := &w.Race[i]
		if v := s.program.lines.find(r.Address); v != nil && v.atomic {
			continue // gcc reads an _Atomic index of an array as if it were plain
		}
		f := found{key: raceKey{s.program.position(r.PC[0]), s.program.position(r.PC[1])}}
		if f.key.later < f.key.earlier {
			f.key.earlier, f.key.later = f.key.later, f.key.earlier
		}
		if slices.ContainsFunc(list, func(g found) bool { return g.key == f.key }) {
			continue
		}
		what := s.program.memory(r.Address)
		var sides [2]string
		for k := range sides {
			does := "read"
			if r.Write[k] != 0 {
				does = "written"
			}
			sides[k] = fmt.Sprintf("%s at %s by %s", does, s.program.position(r.PC[k]), s.x.who(int(r.Thread[k])))
			a := verdict.Access{Write: r.Write[k] != 0, Position: s.program.position(r.PC[k]), Function: s.program.lines.functionAt(r.PC[k])}
			if t := r.Thread[k]; t >= 0 && t < maxThreads {
				a.Started = s.program.position(w.Thread[t].Created)
			}
			f.sides = append([]verdict.Access{a}, f.sides...)
		}
		f.message = fmt.Sprintf("%s is %s and %s, and nothing orders the two", what, sides[0], sides[1])
		list = append(list, f)
	}
	return list
}

// memory names what is at an address.
func (p *Program) memory(address uint64) string {
	if name, _ := p.lines.variableAt(address); name != "" {
		return name
	}
	switch {
	case address >= heapBegin && address < heapEnd:
		return "memory of the heap"
	case address >= stacksBegin && address < heapBegin:
		return "a local variable"
	case address >= sharedBegin && address < sharedEnd:
		return "shared memory"
	}
	return fmt.Sprintf("memory at %#x", address)
}

// Where the runtime has things: see runtime/rt.h.
const (
	stacksBegin = 0x220000000000
	heapBegin   = 0x230000000000
	heapEnd     = 0x240000000000
	sharedBegin = 0x250000000000
	sharedEnd   = 0x260000000000
)

// words makes the texts of a verdict those of C.
func (s *session) words(v *verdict.Verdict) {
	for i := range v.Findings {
		f := &v.Findings[i]
		f.Message = inC(f.Message)
		if f.Trace != nil {
			s.dress(f.Trace)
		}
		if f.Trace != nil && i == 0 && f.Code == verdict.Deadlock {
			f.Message += s.heldOpen(f.Trace)
		}
	}
	v.Reason, v.Coverage = inC(v.Reason), inC(v.Coverage)
	v.Assumes = slices.DeleteFunc(v.Assumes, func(a verdict.Assumption) bool {
		return strings.HasPrefix(a.Premise, "a loop that goes round more than")
	})
	for _, u := range s.program.unseen {
		if v.Answer == verdict.Pass {
			v.Answer, v.Reason = verdict.Inconclusive, u
		}
		v.Unchecked = append(v.Unchecked, u)
	}
	if v.Answer == verdict.Pass {
		v.Assume(verdict.Assumption{Premise: "memory is sequentially consistent: no thread sees writes in another order than they are made"})
		v.Assume(verdict.Assumption{Premise: "the program is compiled without optimisation (-O0)"})
		if s.config.NoRaces {
			v.Assume(verdict.Assumption{Premise: "no data race: not judged (-race=false)"})
		}
	}
}

// heldOpen says why a read of a pipe does not end, where somebody waits for that in the last
// execution, which is the one that is shown.
func (s *session) heldOpen(trace *verdict.Trace) (text string) {
	if s.x.child == nil {
		return ""
	}
	w := s.x.child.wire
	for i := range trace.Waiting {
		wait := &trace.Waiting[i]
		if wait.Process >= len(s.x.Threads) {
			continue
		}
		t := s.x.Threads[wait.Process]
		if t.Ended || t.Op.Kind != prim.OpPipeRead || t.Op.Obj < 0 || t.Op.Obj >= w.Objects {
			continue
		}
		var who []string
		for p := range maxThreads {
			if w.Object[t.Op.Obj].Holders>>p&1 == 1 {
				who = append(who, process(p))
			}
		}
		if len(who) > 0 {
			open := fmt.Sprintf("%s still has its write end open, so the read does not end", strings.Join(who, " and "))
			wait.For += "; " + open
			text += "; " + open
		}
	}
	return text
}

func process(p int) string {
	if p == 0 {
		return "main"
	}
	return fmt.Sprintf("child %d", p)
}

// inC says thread where package search says goroutine.
func inC(text string) string {
	return strings.NewReplacer("goroutines", "threads", "goroutine", "thread", "the test fails: ", "", "when the test is over", "when the program ends").Replace(text)
}
