package space

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
	"github.com/ipccheck/ipccheck/model/step/steptest"

	"github.com/ipccheck/ipccheck/model"
)

// node is the state of a random program: a place in a drawn graph, and a second
// word that makes states longer.
type node struct {
	At    uint64
	Trail uint64
}

// drawProgram draws a program of a few processes over a graph of n places. From
// each place each process may have several ways on, of which some break a
// property; some places break an invariant, and some are legal ends.
func drawProgram(t *rapid.T) step.Program {
	n := rapid.IntRange(1, 300).Draw(t, "places")
	procs := rapid.IntRange(1, 4).Draw(t, "processes")
	place := rapid.IntRange(0, n-1)
	ways := make([][][]int, procs)
	for p := range ways {
		ways[p] = make([][]int, n)
		for i := range ways[p] {
			ways[p][i] = rapid.SliceOfN(place, 0, 3).Draw(t, "ways")
		}
	}
	marks := rapid.SliceOfN(rapid.IntRange(0, 40), n, n).Draw(t, "marks")
	trail := rapid.Uint64Range(1, 7).Draw(t, "trail")

	m := step.New[node]("random")
	for p := range procs {
		m.Process("p", 1).Stmt("go", "go on").
			When(func(s *node, c *step.Ctx) bool { return len(ways[p][s.At]) > 0 }).
			Do(func(s *node, c *step.Ctx) {
				from := s.At
				s.At = uint64(ways[p][from][c.Choose(len(ways[p][from]))])
				s.Trail = (s.Trail + s.At) % trail
				if marks[s.At] == 1 && from%2 == 0 {
					c.Fail(model.InventedItem, "from %d to %d", from, s.At)
				}
			})
	}
	m.Invariant(model.Overflow, "no place is marked 2", func(s *node) bool { return marks[s.At] != 2 }, nil)
	m.Accept(func(s *node) bool { return s.At%3 == 0 })
	return m
}

// The fast engine counts what the slow one counts, on random programs.
func TestExploreAgreesWithTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		want := steptest.Explore(p)
		v := Explore(p, Options{Workers: rapid.IntRange(1, 4).Draw(t, "workers")})
		require.EqualValues(t, want.Distinct, v.Counts.Distinct)
		require.EqualValues(t, want.Transitions, v.Counts.Transitions)
		require.EqualValues(t, want.Deadlocks, v.Counts.DeadlockStates)
		require.EqualValues(t, want.FirstDeadlock, v.Counts.FirstDeadlockLevel)
		require.EqualValues(t, want.Levels, v.Counts.Depth)
		codes := map[verdict.Code]bool{}
		for _, f := range v.Findings {
			codes[f.Code] = true
			require.Positive(t, want.Faults[model.Code(f.Code)], "%s", f.Code)
		}
		require.Len(t, codes, len(want.Faults))
	})
}

// The verdict does not depend on the number of workers, byte for byte.
func TestWorkersDoNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		o := Options{
			MaxStates: rapid.Uint64Range(0, 400).Draw(t, "states"),
			MaxDepth:  rapid.IntRange(0, 12).Draw(t, "depth"),
		}
		var first string
		for workers := 1; workers <= 4; workers++ {
			o.Workers = workers
			v := Explore(p, o)
			v.ElapsedMS = 0
			out, err := json.Marshal(v)
			require.NoError(t, err)
			if first == "" {
				first = string(out)
			}
			require.Equal(t, first, string(out), "%d workers", workers)
		}
	})
}

// Every trace replays to the fault it was given for, and is as short as a plain
// breadth-first search says a trace to that fault can be.
func TestTracesReplayAndAreShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		v := Explore(p, Options{})
		dist := distances(p)
		for _, f := range v.Findings {
			_, moves, ok := strings.Cut(f.Trace.Replay, "#")
			require.True(t, ok)
			again, end, err := Replay(p, nil, moves)
			require.NoError(t, err)
			require.Equal(t, f.Trace, again)
			require.Equal(t, step.Fault{Code: model.Code(f.Code), Message: f.Message}, end)
			require.Len(t, f.Trace.Steps, dist[model.Code(f.Code)])
		}
	})
}

// distances gives by code the least number of steps after which it shows.
func distances(p step.Program) map[model.Code]int {
	type at struct{ a, b uint64 }
	out := map[model.Code]int{}
	note := func(code model.Code, n int) {
		if _, ok := out[code]; !ok {
			out[code] = n
		}
	}
	init := make([]uint64, p.Words())
	p.Initial(init)
	seen := map[at]bool{{init[0], init[1]}: true}
	front := [][]uint64{init}
	failed := map[model.Code]int{} // failing steps are one step longer than their level
	for n := 0; len(front) > 0; n++ {
		for code, m := range failed {
			if m == n {
				note(code, n)
			}
		}
		var next [][]uint64
		for _, s := range front {
			if f, broken := p.Broken(s, false); broken {
				note(f.Code, n)
				continue
			}
			b := step.NewBatch(p)
			p.Expand(s, b)
			if b.Len() == 0 && !p.Accepting(s) {
				note(model.Deadlock, n)
			}
			for i, mv := range b.Moves {
				to := b.States[i*2 : i*2+2]
				if b.Failed[i] {
					e, _ := p.Apply(s, mv, make([]uint64, 2))
					if _, ok := failed[e.Fault.Code]; !ok {
						failed[e.Fault.Code] = n + 1
					}
					continue
				}
				if k := (at{to[0], to[1]}); !seen[k] {
					seen[k] = true
					next = append(next, to)
				}
			}
		}
		front = next
	}
	for code, m := range failed {
		note(code, m)
	}
	return out
}
