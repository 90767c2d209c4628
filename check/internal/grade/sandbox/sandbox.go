// Package sandbox runs processes of submissions so that they reach nothing of the machine:
// a process, a user, a network and files of their own, and bounds on what they take. What
// the machine cannot give is named, never left out in silence.
//
// A process is started through the command itself, which builds the walls and then
// becomes the program: see [Main].
package sandbox

import (
	"fmt"
	"os/exec"
)

// Measure is one wall of a sandbox.
type Measure struct {
	Name    string
	InForce bool
	How     string // how it is done, or why it cannot be
}

// Sandbox is how processes are confined on this machine.
type Sandbox struct {
	Measures []Measure
	plan     plan
	none     bool // processes are started as they are
}

// plan is what a helper is to do.
type plan struct {
	Namespaces bool // a root, processes, and a network of its own
	UserSpace  bool // by a user namespace: this process is not root
	User       int  // that the program becomes; 0: none
}

// Open lists what is not in force, in words.
func (s *Sandbox) Open() (all []string) {
	for _, m := range s.Measures {
		if !m.InForce {
			all = append(all, fmt.Sprintf("not isolated: %s (%s)", m.Name, m.How))
		}
	}
	return all
}

// Confine changes how a command is started.
func (s *Sandbox) Confine(cmd *exec.Cmd) error { return s.confine(cmd) }
