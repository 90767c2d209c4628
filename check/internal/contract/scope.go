package contract

import (
	"slices"

	"github.com/ipccheck/ipccheck/model"
)

// Scope is a small group of processes for exhaustive exploration, each with the
// operations that it performs.
type Scope struct {
	Name    string
	First   []model.Op // what is done before the processes begin
	Scripts []Script
	// Open says that somebody may wait forever, for there need not be items for all.
	Open bool
	// Item is a value of the scope in words.
	Item Namer
}

// Does reports whether a process of the scope performs such an operation.
func (s *Scope) Does(k model.Kind) bool {
	return slices.ContainsFunc(s.Scripts, func(p Script) bool {
		return slices.ContainsFunc(p.Ops, func(op model.Op) bool { return op.Kind == k })
	})
}

// Script is what one process does.
type Script struct {
	Name string
	Ops  []model.Op
	// Cancels says that the process first ends the contexts of the deadline forms.
	Cancels bool
}

// ops are operations of these kinds.
func ops(kinds ...model.Kind) []model.Op {
	out := make([]model.Op, len(kinds))
	for i, k := range kinds {
		out[i].Kind = k
	}
	return out
}
