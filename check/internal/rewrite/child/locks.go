package child

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// locking marks a run in which the locks of the standard library are operations.
const locking = ",locks"

// mostLocking is how many executions are made at most with them, besides as many as it took
// without.
const mostLocking = 2000

// metLocks is where goroutines have come to what the standard library guards with a lock or
// an atomic of its own, and change it, since it was called last. Without the race detector
// all that is known is where they have met at a lock.
func metLocks() (places []string) {
	at, met := exec.MetAt()
	places, races.guarded = races.guarded, nil
	if met && !exec.Race {
		places = []string{at}
	}
	return places
}

// assumeOrder has a verdict assume that it does not matter who comes there first.
func assumeOrder(v *verdict.Verdict, places []string) {
	for _, at := range places {
		v.Assume(verdict.Assumption{Premise: "who comes first does not matter, to what the standard library guards with a lock or an atomic of its own", Position: at})
	}
}

// locks explores a test that passes once more, if goroutines of it meet at locks of the
// standard library and it may matter who comes first: these are operations then. If that is
// too much, or cannot be done, it is assumed not to matter.
func (e *explorer) locks(name string, o search.Options, v *verdict.Verdict) *verdict.Verdict {
	places := metLocks()
	if len(places) == 0 || v.Answer == verdict.Fail {
		return v
	}
	left := o.Executions - min(o.Executions, v.Counts.Executions)
	if v.Answer != verdict.Pass || o.Strategy != "" || o.Replay != "" || left == 0 || o.Context.Err() != nil {
		assumeOrder(v, places)
		return v
	}
	marks := locking
	if world.Offered {
		marks = lucky + locking
	}
	premises := world.Begin()
	exec.Locking, exec.Choosing = true, marks != locking
	defer func() { exec.Locking, exec.Choosing = false, false }()
	o.Strategy, o.Executions = "optimal", min(left, mostLocking+v.Counts.Executions)
	w := e.explored(name, o)
	more := metLocks()
	switch w.Answer {
	case verdict.Fail:
		marked(w, marks)
	case verdict.Pass:
		assumeOrder(w, more)
	default:
		world.Resume(premises)
		v.Counts.Executions += w.Counts.Executions
		assumeOrder(v, append(places, more...))
		return v
	}
	include(w, v)
	return w
}
