package check

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// Bounds limit how much of a model [Model] explores; the zero value is no limit. A
// model that has more states is inconclusive, unless a fault was found before.
type Bounds struct {
	// MaxStates is how many distinct states may be found.
	MaxStates uint64
	// MaxDepth is how many levels of the breadth-first search are expanded: a step
	// each.
	MaxDepth int
}

// Model explores all reachable states of a model written with package
// [github.com/ipccheck/ipccheck/model/step]: every interleaving of its processes.
// The test fails unless the verdict is pass: no state breaks an invariant, no step a
// property, and nobody is stuck where that is no legal end.
//
// A finding carries a trace with the fewest steps that lead to it; there is one for
// each code. Time and memory are linear in the number of states and steps between
// them. The verdict does not depend on the number of processors.
//
// At most one Bounds may be given.
func Model(t TB, p step.Program, bounds ...Bounds) *verdict.Verdict {
	t.Helper()
	return tell(t, runModel(p, bounds), nil)
}

// RunModel is [Model] without a test: the verdict alone. Its subject is the name of
// the model.
func RunModel(p step.Program, bounds ...Bounds) *verdict.Verdict {
	v := runModel(p, bounds)
	suite.Tell(v, true)
	return v
}

func runModel(p step.Program, bounds []Bounds) *verdict.Verdict {
	suite.Escape()
	var b Bounds
	switch len(bounds) {
	case 0:
	case 1:
		b = bounds[0]
	default:
		return refuse(p.Name(), "space", fmt.Sprintf("Model takes at most one Bounds, and there are %d", len(bounds)))
	}
	if b.MaxDepth < 0 {
		return refuse(p.Name(), "space", fmt.Sprintf("Bounds.MaxDepth is %d: want 0 or more", b.MaxDepth))
	}
	return space.Explore(p, space.Options{MaxStates: b.MaxStates, MaxDepth: b.MaxDepth})
}
