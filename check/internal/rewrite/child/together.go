package child

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Parallel tests run together with those that package testing has begun before. Each
// is explored by itself first, and then, if one of them changes package variables,
// together with those that were explored before: as long as that comes to an end.

// functions are the test functions of the program, by name.
var functions = map[string]func(t *ours.T){}

// Register notes a test function. It is called while packages are initialised.
func Register(name string, f func(t *ours.T)) { functions[name] = f }

// parallel are the tests explored so far that may run beside others.
var parallel struct {
	names  []string
	shared string // a package variable that one of them changes
	large  bool   // to explore them together takes too much
}

// beside is what the parallel tests of a replay string begin with, and plus stands
// between them.
const (
	beside = ",beside="
	plus   = "+"
)

// together explores a parallel test together with those before, if v has found
// nothing in the test alone. Where it does not come to an end v assumes that they do
// not disturb each other.
func (e *explorer) together(o search.Options, v *verdict.Verdict) *verdict.Verdict {
	if !e.run.Parallel || len(config.Tests) == 1 || v.Answer == verdict.Fail || o.Replay != "" {
		return v
	}
	variable := image.Used(e.x.Primitives())
	p := &parallel
	p.names = append(p.names, e.name)
	if p.shared == "" {
		p.shared = variable
	}
	if p.shared == "" || variable == "" && len(p.names) == 1 {
		w := e.lateBeside(o, p.names, v)
		if w.Answer == verdict.Fail {
			p.names = p.names[:len(p.names)-1] // as below
		}
		return w
	}
	how := "each was explored by itself"
	if len(p.names) > 1 {
		how = "with those before it, an exploration does not come to an end"
		if !p.large && v.Answer == verdict.Pass && o.Strategy == "" {
			w := e.group(o, p.names, v.Counts.Executions)
			if w.Answer == verdict.Fail {
				p.names = p.names[:len(p.names)-1] // it fails beside others, too
				include(w, v)
				return w
			}
			v.Counts.Executions += w.Counts.Executions
			v.Counts.Steps += w.Counts.Steps
			if w.Answer == verdict.Pass {
				for _, a := range w.Assumes {
					v.Assume(a)
				}
				v.Coverage += "; and every one of it and the parallel tests before it together"
				return v
			}
			p.large = true
		}
	}
	v.Assume(verdict.Assumption{
		Premise: "parallel tests do not disturb each other, through " + p.shared + " for one: " + how, Position: e.position,
	})
	return v
}

// groupLimit is how many executions of tests together are made at most.
const groupLimit = 5000

// group explores tests together, as package testing runs them.
func (e *explorer) group(o search.Options, names []string, used uint64) *verdict.Verdict {
	run := e.run
	e.names = names
	defer func() { e.names = nil }()
	o.Strategy, o.Executions = "optimal", max(1, min(groupLimit, (o.Executions-min(o.Executions, used))/2))
	w := e.late(e.name, o, e.explored(e.name, o))
	assumeOrder(w, metLocks())
	if w.Answer != verdict.Fail {
		e.run = run
	}
	return w
}

// nameGroup has the findings of tests that were explored together say so.
func (e *explorer) nameGroup(v *verdict.Verdict) {
	others := strings.Join(e.names[:len(e.names)-1], ", ")
	for i := range v.Findings {
		f := &v.Findings[i]
		f.Message = "beside " + others + ", which may run in parallel: " + f.Message
	}
	marked(v, beside+strings.Join(e.names, plus))
}

// asked sets what a replay string asks for, and returns the marks that it has.
func (e *explorer) asked(o *search.Options, replay string) (marks string) {
	has := func(mark string) bool {
		left := strings.ReplaceAll(replay, mark, "")
		yes := left != replay
		if replay = left; yes {
			marks += mark
		}
		return yes
	}
	exec.Choosing, exec.Locking, o.Late = has(lucky), has(locking), has(late)
	choices, names, ok := strings.Cut(replay, beside)
	if e.names = nil; ok {
		e.names = strings.Split(names, plus)
	}
	o.Replay = choices
	return marks
}

// call calls the test, or those that are explored together.
func (e *explorer) call() {
	if e.names == nil {
		ours.Controlled(e.run, e.name, e.t, e.f)
		return
	}
	var group []ours.InternalTest
	for _, name := range e.names {
		if f := functions[name]; f != nil {
			group = append(group, ours.InternalTest{Name: name, F: f})
		}
	}
	ours.Together(e.run, e.t, group)
}
