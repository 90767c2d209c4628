// Package algo holds step-level algorithms: the textbook's, right and wrong,
// written statement by statement over a small state. Each is an entry that can
// be explored by name, and states the verdict it must get.
//
// An algorithm is a file that registers its entry; [Entries] lists them, the tests
// explore each and compare the verdict, and ipccheck list, explore and help know it.
package algo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/model/step"
)

type registered struct {
	rank  int // its place in the list
	entry step.Entry
}

var registry []registered

// register adds an algorithm. It panics if the name or the rank is taken.
func register(rank int, e step.Entry) {
	for _, r := range registry {
		if r.rank == rank || r.entry.Name == e.Name {
			panic(fmt.Sprintf("algo: %s of rank %d: there is %s of rank %d", e.Name, rank, r.entry.Name, r.rank))
		}
	}
	registry = append(registry, registered{rank, e})
	slices.SortFunc(registry, func(a, b registered) int { return cmp.Compare(a.rank, b.rank) })
}

// Entries lists the algorithms.
func Entries() []step.Entry {
	out := make([]step.Entry, len(registry))
	for i, r := range registry {
		out[i] = r.entry
	}
	return out
}
