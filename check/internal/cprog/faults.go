//go:build linux && amd64

package cprog

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// noteLeft notes what the last execution has left behind when it ended: processes that
// nobody has waited for, and names.
func (s *session) noteLeft(x *prim.Execution) {
	if x.End != prim.Done && x.End != prim.Deadlock {
		return
	}
	s.ends++
	if w := s.x.child.wire; w.Left&leftSomething != 0 {
		s.leaving++
		s.left = text(w.Message[:])
	}
}

// leftSomething are the bits of the wire that say so: a process, a name.
const leftSomething = 2 | 4

// leftBehind has a verdict say what is left behind: a warning if every execution leaves
// it, and a failure if only some do, or if the rule is strict.
func (s *session) leftBehind(ctx context.Context, v *verdict.Verdict) {
	if v.Answer != verdict.Pass || s.leaving == 0 {
		return
	}
	f := verdict.Finding{Code: verdict.Leak, Message: s.left, Severity: verdict.Warning}
	if s.leaving < s.ends || s.config.Search.Leaks == search.LeaksFail {
		o := s.config.Search
		o.Context, o.Strategy, o.Named, o.Further = ctx, "", s.called, 0
		o.Judge = func(*prim.Execution) (verdict.Code, string, bool) {
			if w := s.x.child.wire; w.Left&leftSomething != 0 {
				return verdict.Leak, text(w.Message[:]), true
			}
			return "", "", true
		}
		if w := search.Explore(s.name, s.x, o); len(w.Findings) > 0 {
			f = w.Findings[0]
		}
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
		if n := named(w, r.Address); n != nil {
			what += " " + n.at(r.Address)
		}
		var sides [2]string
		for k := range sides {
			sides[k] = fmt.Sprintf("%s at %s by %s", s.access(r.PC[k], r.Write[k] != 0), s.program.position(r.PC[k]), s.x.who(int(r.Thread[k])))
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

// access says what an access does: that it is one of free, or of a function of a lock or
// the like, if that is written at its place.
func (s *session) access(pc uint64, writes bool) string {
	if r, ok := s.program.lines.at(pc); ok {
		call, _ := callAt(s.program.lines.line(r.file, r.line), "", r.col)
		switch name, _, _ := strings.Cut(call, "("); {
		case name == "free" || name == "realloc":
			return "freed"
		case usesObject.MatchString(name):
			return "used"
		}
	}
	if writes {
		return "written"
	}
	return "read"
}

// usesObject are the functions that use a lock or the like.
var usesObject = regexp.MustCompile(`^(?:pthread|sem|mtx|cnd)_`)

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
