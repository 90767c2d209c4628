// Package registry holds lists to which files add what they have when the program
// starts.
package registry

import (
	"cmp"
	"fmt"
	"slices"
)

// List is a list in the order of ranks. Its zero value is empty.
type List[T any] struct{ all []ranked[T] }

type ranked[T any] struct {
	rank int
	name string
	item T
}

// Add adds an item; its rank is its position in the list. It panics if there is an
// item of that name or rank. Copies of the list do not change.
func (l *List[T]) Add(rank int, name string, item T) {
	for _, o := range l.all {
		if o.name == name || o.rank == rank {
			panic(fmt.Sprintf("registry: %q of rank %d: there is %q of rank %d", name, rank, o.name, o.rank))
		}
	}
	l.all = append(slices.Clip(l.all), ranked[T]{rank, name, item})
	slices.SortFunc(l.all, func(a, b ranked[T]) int { return cmp.Compare(a.rank, b.rank) })
}

// Items lists the items by rank.
func (l *List[T]) Items() []T {
	out := make([]T, len(l.all))
	for i, r := range l.all {
		out[i] = r.item
	}
	return out
}

// Names lists the names by rank.
func (l *List[T]) Names() []string {
	out := make([]string, len(l.all))
	for i, r := range l.all {
		out[i] = r.name
	}
	return out
}

// Named is the item of that name.
func (l *List[T]) Named(name string) (item T, ok bool) {
	for _, r := range l.all {
		if r.name == name {
			return r.item, true
		}
	}
	return item, false
}
