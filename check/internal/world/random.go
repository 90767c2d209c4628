package world

import (
	"sync/atomic"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/image"
)

// Random numbers are the same in every execution: each goroutine has a sequence of
// its own, so that its numbers do not depend on the others.

var streams struct {
	run    uint32
	states []uint64 // by goroutine
}

// random is the next number of the goroutine.
//
//go:norace
func random(g *exec.G) uint64 {
	if n := g.Exec().Run(); streams.run != n {
		streams.run, streams.states = n, streams.states[:0]
	}
	for len(streams.states) <= g.ID {
		streams.states = append(streams.states, uint64(len(streams.states)+1)*0xD1342543DE82EF95)
	}
	s := &streams.states[g.ID]
	*s += step
	return mix(*s)
}

// SplitMix64: Steele, Lea, Flood, Fast splittable pseudorandom number generators,
// OOPSLA 2014.
const step = 0x9E3779B97F4A7C15

//go:norace
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// before is the state of the sequence before the executions.
var before atomic.Uint64

// Random is a random number for the program, false if there are no executions.
//
//go:norace
func Random() (n uint64, ok bool) {
	g := enter()
	if g == nil {
		if image.Early() && exec.Controlled() == nil && !caller().own {
			return mix(before.Add(step)), true
		}
		return 0, false
	}
	defer leave()
	c := caller()
	if c.own {
		return 0, false
	}
	Lucky = true
	Assume("random numbers: one sequence", c.position)
	return random(g), true
}
