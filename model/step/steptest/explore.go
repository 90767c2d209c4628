// Package steptest has the slow, obvious exploration of a program's states, the
// reference that fast engines are compared with.
//
// It is for the tests of this project and no stable interface.
package steptest

import (
	"encoding/binary"
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Counts are what [Explore] counted.
type Counts struct {
	// Distinct is the number of states reached, the initial one included. A
	// failing step leads nowhere.
	Distinct int
	// Transitions is the number of successors generated.
	Transitions int
	// Deadlocks is the number of states without successors that are no legal
	// ends.
	Deadlocks int
	// Levels is the number of breadth-first levels; the initial state is
	// level 1.
	Levels int
	// FirstDeadlock is the level of the first deadlock, 0 if there is none.
	FirstDeadlock int
	// Faults counts by code: failing steps, states that break an invariant,
	// and as [model.Deadlock] deadlocks. It is never nil.
	Faults map[model.Code]int
}

// Explore visits every state of the program that can be reached, level by level.
// A state that breaks an invariant is counted and not expanded; a step that fails
// is counted as a transition and leads nowhere. It takes time and memory proportional to the
// number of transitions and states, and returns only when all have been seen. It
// panics if the program contradicts itself: if repeating a move gives another
// state, or does not fail as it did.
func Explore(p step.Program) Counts {
	c := Counts{Faults: map[model.Code]int{}}
	seen := map[string]bool{}
	init := make([]uint64, p.Words())
	p.Initial(init)
	seen[key(init)] = true
	front := [][]uint64{init}

	b := step.NewBatch(p)
	for len(front) > 0 {
		c.Levels++
		var next [][]uint64
		for _, s := range front {
			if f, broken := p.Broken(s, false); broken {
				c.Faults[f.Code]++
				continue
			}
			b.Reset()
			p.Expand(s, b)
			c.Transitions += b.Len()
			if b.Len() == 0 && !p.Accepting(s) {
				c.Deadlocks++
				c.Faults[model.Deadlock]++
				if c.FirstDeadlock == 0 {
					c.FirstDeadlock = c.Levels
				}
			}
			for i := range b.Len() {
				to := append([]uint64(nil), b.States[i*p.Words():(i+1)*p.Words()]...)
				f, failed := repeat(p, s, b.Moves[i], to)
				if failed != b.Failed[i] {
					panic(fmt.Sprintf("steptest: %s: %v failed: %t, repeated: %t", p.Name(), b.Moves[i], b.Failed[i], failed))
				}
				if failed {
					c.Faults[f.Code]++
					continue
				}
				if k := key(to); !seen[k] {
					seen[k] = true
					next = append(next, to)
				}
			}
		}
		front = next
	}
	c.Distinct = len(seen)
	return c
}

// repeat applies the move and compares where it leads.
func repeat(p step.Program, from []uint64, mv step.Move, to []uint64) (step.Fault, bool) {
	next := make([]uint64, p.Words())
	e, err := p.Apply(from, mv, next)
	if err != nil {
		panic(fmt.Sprintf("steptest: %s: %v cannot be repeated: %v", p.Name(), mv, err))
	}
	if key(next) != key(to) {
		panic(fmt.Sprintf("steptest: %s: %v leads elsewhere when it is repeated", p.Name(), mv))
	}
	return e.Fault, e.Broken
}

func key(s []uint64) string {
	b := make([]byte, 0, 8*len(s))
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return string(b)
}
