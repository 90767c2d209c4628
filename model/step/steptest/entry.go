package steptest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// Sweep lists arguments of an entry that keep its program small: every combination
// of words, with the least numbers and with each number in turn one greater.
func Sweep(e step.Entry) []step.Args {
	words := []step.Args{{}}
	for _, p := range e.Params {
		var longer []step.Args
		for _, a := range words {
			a[p.Name] = p.Min
			for v := range max(len(p.Words), 1) {
				b := maps.Clone(a)
				if p.Words != nil {
					b[p.Name] = v
				}
				longer = append(longer, b)
			}
		}
		words = longer
	}
	all := words
	for _, p := range e.Params {
		for _, a := range words {
			if p.Words == nil && p.Min < p.Max {
				b := maps.Clone(a)
				b[p.Name]++
				all = append(all, b)
			}
		}
	}
	return all
}

// Verify explores the entry's program with the arguments and compares the codes of
// the faults with those that the entry expects. It takes as long as [Explore].
func Verify(e step.Entry, a step.Args) error {
	p, err := e.Build(a)
	if err != nil {
		return fmt.Errorf("%s %v: %w", e.Name, a, err)
	}
	got := slices.Sorted(maps.Keys(Explore(p).Faults))
	if want := e.Expect(a); !slices.Equal(got, want) {
		return fmt.Errorf("%s %v: found %v, the entry expects %v", e.Name, a, codes(got), codes(want))
	}
	return nil
}

// codes are "none" where there are none.
func codes(cs []model.Code) any {
	if len(cs) == 0 {
		return "none"
	}
	return cs
}
