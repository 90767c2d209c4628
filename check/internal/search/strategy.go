// Package search chooses the schedules of controlled runs: every Mazurkiewicz
// trace once (optimal dynamic partial order reduction), every interleaving,
// bounded or random ones, or one that is given.
package search

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Strategy makes the choices of one run after another.
type Strategy interface {
	exec.Chooser
	// After is called when a run has ended, and reports whether there is
	// another.
	After(x *exec.Exec) bool
	// Diverged says where a run did not do what it had done before under the
	// same choices; nil if it never did.
	Diverged() *Divergence
}

// Divergence is a place at which the program did something else than before,
// though all choices were the same: it is not deterministic.
type Divergence struct {
	Step      int // events before it
	Goroutine int
	Pos       string
}

func (d *Divergence) String() string {
	return fmt.Sprintf("the program is not deterministic: at step %d goroutine %d does something else than it did under the same choices before; look for maps that are ranged over, random numbers, real time, and state kept between executions", d.Step+1, d.Goroutine)
}
