package search

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Coverage is what a strategy covers when it comes to its end.
type Coverage int

// Coverages.
const (
	Exhaustive Coverage = iota // everything
	Bounded                    // everything up to a bound
	Sampling                   // what it met by chance; it never ends by itself
)

// StrategyKind is a kind of strategy.
type StrategyKind struct {
	rank   int // its place in the list
	Name   string
	Covers Coverage
	Help   string // what it executes, in a few words
	New    func(o *Options) Strategy
}

// Strategies are the kinds that there are; the first is the default. Each is
// registered by the file that has it.
var Strategies []*StrategyKind

// register adds a kind. It panics if the name or the rank is taken.
func register(k StrategyKind) {
	for _, o := range Strategies {
		if o.Name == k.Name || o.rank == k.rank {
			panic(fmt.Sprintf("search: strategy %q of rank %d: there is %q of rank %d", k.Name, k.rank, o.Name, o.rank))
		}
	}
	Strategies = append(Strategies, &k)
	slices.SortFunc(Strategies, func(a, b *StrategyKind) int { return cmp.Compare(a.rank, b.rank) })
}

// StrategyNamed is the kind of that name, the default if it is "".
func StrategyNamed(name string) (*StrategyKind, error) {
	if name == "" {
		return Strategies[0], nil
	}
	if i := slices.IndexFunc(Strategies, func(k *StrategyKind) bool { return k.Name == name }); i >= 0 {
		return Strategies[i], nil
	}
	var names []string
	for _, k := range Strategies {
		names = append(names, k.Name)
	}
	last := len(names) - 1
	return nil, fmt.Errorf("there is no strategy %q: there are %s and %s", name, strings.Join(names[:last], ", "), names[last])
}
