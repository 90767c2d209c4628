package step

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/model"
)

// Entry is a named program with parameters and the verdict it must get: a line
// in the list of models that a user can explore by name.
type Entry struct {
	Name    string // "circular-queue"
	Summary string // one line
	Doc     string // a paragraph or two: what it models, one step, who wrote it first
	Params  []Param
	// Build makes the program. The arguments are complete and in range.
	Build func(Args) (Program, error)
	// Expect is the verdict the program must get with these arguments: codes,
	// in order, of faults that exploration to the end finds; none for pass.
	Expect func(Args) []model.Code
}

// Param is one parameter of a model: an integer in a range, or a word out of a
// list.
type Param struct {
	Name     string // "producers"
	Help     string
	Default  int
	Min, Max int
	// Words, if set, makes the parameter a choice of words; the value is the
	// index, and Min and Max are ignored.
	Words []string
}

// Args are the values of an entry's parameters, by name.
type Args map[string]int

// Defaults returns the entry's default arguments.
func (e Entry) Defaults() Args {
	a := Args{}
	for _, p := range e.Params {
		a[p.Name] = p.Default
	}
	return a
}

// Registry is a list of entries, to which files add theirs when the program
// starts.
type Registry struct{ all []ranked }

type ranked struct {
	rank  int
	entry Entry
}

// Add adds an entry; its rank is its position in the list. It panics if an entry has
// the name or the rank, and if what makes the program or what must come of it is
// missing: a model of which nothing is expected would pass whatever it does.
func (r *Registry) Add(rank int, e Entry) {
	if e.Build == nil || e.Expect == nil {
		panic(fmt.Sprintf("step: entry %q needs Build and Expect", e.Name))
	}
	for _, other := range r.all {
		if other.entry.Name == e.Name || other.rank == rank {
			panic(fmt.Sprintf("step: entry %q of rank %d: there is %q of rank %d", e.Name, rank, other.entry.Name, other.rank))
		}
	}
	r.all = append(r.all, ranked{rank, e})
	slices.SortFunc(r.all, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
}

// Entries lists the entries by rank.
func (r *Registry) Entries() []Entry {
	out := make([]Entry, len(r.all))
	for i, x := range r.all {
		out[i] = x.entry
	}
	return out
}
