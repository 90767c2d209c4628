package search

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// Strategy chooses one execution after another.
type Strategy interface {
	// Plan says how the next execution is to be made. What is common to all
	// executions is there already.
	Plan(p *prim.Plan)
	// After is called when it has ended, and reports whether there is another.
	After(x *prim.Execution) bool
}

// diverger is a strategy that notices when an execution did something else than one
// before under the same choices.
type diverger interface {
	// Diverged says where; nil if it did not.
	Diverged(x *prim.Execution) *Divergence
}

// Divergence is a place at which the program did something else than before,
// though all choices were the same: it is not deterministic.
type Divergence struct {
	Step      int // events before it
	Goroutine int
}

func (d *Divergence) String() string {
	return fmt.Sprintf("the program is not deterministic: at step %d goroutine %d does something else than it did under the same choices before; look for maps that are ranged over, random numbers, real time, and state kept between executions", d.Step+1, d.Goroutine)
}

// diverged says where an execution did not follow its plan, or what the strategy
// knows of it; nil if it did.
func diverged(s Strategy, p *prim.Plan, x *prim.Execution) *Divergence {
	if x.Misfit >= 0 && !p.Lenient {
		return &Divergence{Step: x.Misfit, Goroutine: int(p.Choices[x.Misfit].G)}
	}
	if d, ok := s.(diverger); ok {
		return d.Diverged(x)
	}
	return nil
}
