package search

import (
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
	Name   string
	Covers Coverage
	Help   string // what it executes, in a few words
	New    func(o *Options) Strategy
}

// Strategies are the kinds that there are. The first is the default.
var Strategies = []*StrategyKind{
	{"optimal", Exhaustive, "one execution for each order of the operations that depend on each other", func(*Options) Strategy { return new(Optimal) }},
	{"source", Exhaustive, "the same with more effort, to compare with", func(*Options) Strategy { return new(Source) }},
	{"naive", Exhaustive, "every interleaving", func(*Options) Strategy { return &Naive{Bound: -1} }},
	{"preemptions", Bounded, "every interleaving with few preemptions", func(o *Options) Strategy { return &Naive{Bound: o.Preemptions} }},
	{"random", Sampling, "every choice is drawn among those who can go on", func(o *Options) Strategy { return &Random{Seed: o.Seed} }},
	{"pct", Sampling, "random priorities that change at random points", func(o *Options) Strategy { return &PCT{Seed: o.Seed} }},
	{"urw", Sampling, "a goroutine is drawn with the weight of what it has left to do", func(o *Options) Strategy { return &URW{Seed: o.Seed} }},
}

// StrategyNamed is the kind of that name, the default if it is "".
func StrategyNamed(name string) (*StrategyKind, error) {
	if name == "" {
		return Strategies[0], nil
	}
	if i := slices.IndexFunc(Strategies, func(k *StrategyKind) bool { return k.Name == name }); i >= 0 {
		return Strategies[i], nil
	}
	return nil, fmt.Errorf("there is no strategy %q: there are %s", name, StrategyNames("and"))
}

// StrategyNames lists the names, with a word before the last.
func StrategyNames(and string) string {
	names := make([]string, len(Strategies))
	for i, k := range Strategies {
		names[i] = k.Name
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + and + " " + names[last]
}
