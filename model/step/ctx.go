package step

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
)

// Ctx is what a guard or a statement knows besides the state: who runs it, and
// how to make choices and report what the step breaks. It is valid only during
// the call.
type Ctx struct {
	Pid   int // number of the process in the program, from 0
	Index int // number of the process among those of its kind, from 0

	choice  []int // the choices to replay, then those made
	width   []int // how many alternatives each had
	at      int   // next choice
	fault   Fault
	failed  bool
	explain bool // messages and notes are wanted
	note    string
}

// Fault says which property a step or a state breaks.
type Fault struct {
	Code    model.Code
	Message string
}

// Choose returns a number in [0, n): every one of them is explored, each as a
// transition of its own. It panics if n < 1. It may be called several times in
// a statement, and not in a guard.
func (c *Ctx) Choose(n int) int {
	if n < 1 {
		panic(fmt.Sprintf("step: Choose(%d): nothing to choose from", n))
	}
	if c.at == len(c.choice) {
		c.choice = append(c.choice, 0)
		c.width = append(c.width, n)
	}
	v := c.choice[c.at]
	c.at++
	return v
}

// Fail reports that this step breaks the property with the given code. The
// first report of a step counts. The state after the step is kept and not
// explored further.
func (c *Ctx) Fail(code model.Code, format string, args ...any) {
	if c.failed {
		return
	}
	c.failed = true
	c.fault.Code = code
	if c.explain {
		c.fault.Message = fmt.Sprintf(format, args...)
	}
}

// Note adds words to this step in a trace. While no trace is being written it costs
// next to nothing besides its arguments.
func (c *Ctx) Note(format string, args ...any) {
	if c.explain {
		c.note = fmt.Sprintf(format, args...)
	}
}

// NoteFunc is Note for a text, or arguments, that take work to make: text is called only
// for a step that is shown, while the arguments of Note are made for every transition.
func (c *Ctx) NoteFunc(text func() string) {
	if c.explain {
		c.note = text()
	}
}

func (c *Ctx) reset() {
	c.at = 0
	if c.failed || c.explain {
		c.failed = false
		c.fault = Fault{}
		c.note = ""
	}
}

// next advances the choices like an odometer; false when all have been made.
func (c *Ctx) next() bool {
	for i := c.at - 1; i >= 0; i-- {
		if c.choice[i]+1 < c.width[i] {
			c.choice[i]++
			c.choice = c.choice[:i+1]
			c.width = c.width[:i+1]
			return true
		}
	}
	return false
}
