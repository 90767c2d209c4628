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
	Namespaces bool  // a root, processes, and a network of its own
	UserSpace  bool  // by a user namespace: this process is not root
	User       int   // that the program becomes; 0: none
	Tool       *tool // the program is one of the machine's; nil: it is of a submission
}

// tool is what a program of the machine's that works on a submission has to do with.
type tool struct {
	Seen, Written string // folders
}

// Users that own nothing: one for programs of submissions, and one for the compiler.
const (
	programUser = 61_000
	toolUser    = 61_001
)

// Open lists what is not in force, in words.
func (s *Sandbox) Open() (all []string) {
	for _, m := range s.Measures {
		if !m.InForce {
			all = append(all, fmt.Sprintf("not isolated: %s (%s)", m.Name, m.How))
		}
	}
	return all
}

// Confine changes how a program of a submission is started.
func (s *Sandbox) Confine(cmd *exec.Cmd) error { return s.confine(cmd, s.plan) }

// ConfineTool changes how a compiler is started that works on a submission: it sees the
// system's own files and one folder, and may write to another. Both are given to the user
// that it is.
func (s *Sandbox) ConfineTool(cmd *exec.Cmd, seen, written string) error {
	p := s.plan
	p.Tool = &tool{seen, written}
	switch {
	case !p.Namespaces:
		p.User = 0 // that one does not get to the folders
	case p.User > 0:
		p.User = toolUser
	}
	return s.confine(cmd, p)
}
