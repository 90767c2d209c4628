package world

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// Premise is something that an execution takes for granted.
type Premise struct {
	Text     string
	Position string // base name and line
}

// premises are those of the test that is being explored.
var premises []Premise

// mostPremises is how many are kept.
const mostPremises = 50

// Begin is called when an exploration begins. It returns what the executions before
// took for granted.
//
//go:norace
func Begin() (before []Premise) {
	before, premises, Offered, Lucky, sites = premises, nil, false, false, [len(sites)]uintptr{}
	return before
}

// Resume has the executions before count again, in the place of those since [Begin].
//
//go:norace
func Resume(before []Premise) { premises = before }

// Premises are what the executions since [Begin] took for granted.
//
//go:norace
func Premises() []Premise { return premises }

// Assume notes a premise.
//
//go:norace
func Assume(text, position string) {
	for _, p := range premises {
		if p.Text == text && p.Position == position {
			return
		}
	}
	if len(premises) < mostPremises {
		premises = append(premises, Premise{text, position})
	}
}

// inside says that a probe is under way: what it calls is no business of the
// program's.
var inside bool

// enter reports whether a probe has been called by a goroutine that is controlled, in
// an execution that is not over. [leave] follows then.
//
//go:norace
func enter() *exec.G {
	if inside {
		return nil
	}
	g := exec.Controlled()
	if g == nil || g.Unwinding() {
		return nil
	}
	inside = true
	return g
}

//go:norace
func leave() { inside = false }

// reached is called by a function that is not controlled.
//
//go:norace
func reached(what string) {
	g := enter()
	if g == nil {
		if what != garbage && image.Early() && exec.Controlled() == nil && !caller().own {
			image.Wait()
		}
		return
	}
	defer leave()
	c := caller()
	switch {
	case c.own:
	case what == garbage:
		if does := finalizers.collects(g); does != "" {
			reach(c, does)
			exec.Collected()
		}
	default:
		reach(c, "")
	}
}

// pulls is called by iter.Pull, see the runtime's IpccheckPull: how far an iterator is that
// began before the executions is not put back from one to the next.
//
//go:norace
func pulls(begins bool) bool {
	if begins {
		return image.Early() && exec.Controlled() == nil && !caller().own
	}
	g := enter()
	if g == nil {
		return false
	}
	defer leave()
	reach(caller(), "whose iterator began before the executions")
	return true
}

// garbage is what the probe of runtime.GC says.
const garbage = "garbage"

// reach has the verdict say that something was reached that is not controlled.
//
//go:norace
func reach(c call, detail string) {
	text := c.function
	if detail != "" {
		text += ", " + detail
	}
	if c.position != "" {
		text = c.position + ": " + text
	}
	exec.Reach(text)
}
