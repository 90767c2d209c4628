package space

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/model"
)

// The graph has the states and the steps that the exploration counts, on random programs.
func TestGraphHasAllStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		v := Explore(p, Options{})
		g, ok := graphOf(p, 1<<20)
		require.True(t, ok)
		states, deadlocks := 0, 0
		for _, n := range g.nodes {
			if n.fault.Code != model.InventedItem { // a step that breaks a property leads to no state
				states++
			}
			if n.fault.Code == model.Deadlock {
				deadlocks++
			}
		}
		require.EqualValues(t, v.Counts.Distinct, states)
		require.EqualValues(t, v.Counts.Transitions, len(g.edges))
		require.EqualValues(t, v.Counts.DeadlockStates, deadlocks)
		_, ok = graphOf(p, len(g.nodes)-1)
		require.False(t, ok)
	})
}

func TestDotIsQuoted(t *testing.T) {
	assert.Equal(t, `"a \"b\" \\l"`, quoteDot(`a "b" \l`))
	assert.Equal(t, `"a\lb\l"`, quoteDot("a\nb"))
	var b bytes.Buffer
	rapid.Check(t, func(t *rapid.T) {
		b.Reset()
		require.NoError(t, Dot(&b, drawProgram(t), 1<<20))
		require.True(t, strings.HasPrefix(b.String(), "digraph \"random\" {\n"))
		require.Zero(t, strings.Count(b.String(), `"`)%2)
	})
}

// A walk goes where its choices lead: what it says of a run is what replay says of it,
// and the way back is the same.
func TestWalkIsAReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		w := NewWalk(p, nil)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			choices := w.Choices()
			trace := w.Trace()
			_, moves, _ := strings.Cut(trace.Replay, "#")
			again, fault, err := Replay(p, nil, moves)
			require.NoError(t, err)
			require.Equal(t, again, trace)
			require.Equal(t, fault, w.Fault())
			if len(choices) == 0 {
				break
			}
			w.Take(choices[rapid.IntRange(0, len(choices)-1).Draw(t, "choice")])
			require.Len(t, w.Trace().Steps, w.Steps())
			w.Back(1)
			require.Equal(t, trace, w.Trace())
			require.Equal(t, choices, w.Choices())
			w.Take(choices[rapid.IntRange(0, len(choices)-1).Draw(t, "choice")])
		}
	})
}

func TestWalkJumps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		w := NewWalk(p, nil)
		for _, f := range Explore(p, Options{}).Findings {
			_, moves, _ := strings.Cut(f.Trace.Replay, "#")
			require.NoError(t, w.Jump(moves))
			require.EqualValues(t, f.Code, w.Fault().Code)
			require.Empty(t, w.Choices())
		}
		before := w.Steps()
		require.Error(t, w.Jump("no"))
		require.Error(t, w.Jump("9.9"))
		require.Equal(t, before, w.Steps())
	})
}
