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
	{"optimal", Exhaustive, "one execution for each order of operations that depend on each other", func(o *Options) Strategy { return &Optimal{part: o.Part} }},
	{"source", Exhaustive, "as optimal, with more executions", func(*Options) Strategy { return new(Source) }},
	{"naive", Exhaustive, "every interleaving, without reduction", func(*Options) Strategy { return &Naive{Bound: -1} }},
	{"preemptions", Bounded, "all with few preemptions", func(o *Options) Strategy { return &Naive{Bound: o.Preemptions} }},
	{"random", Sampling, "random executions, each choice uniform", func(o *Options) Strategy { return &Random{Seed: o.Seed} }},
	{"pct", Sampling, "random executions, priorities that change at a few points", func(o *Options) Strategy { return &PCT{Seed: o.Seed} }},
	{"urw", Sampling, "random executions, weighted by what is left to do", func(o *Options) Strategy { return &URW{Seed: o.Seed} }},
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
