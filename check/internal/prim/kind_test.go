package prim

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever two kinds can meet on one object, it is declared whether they commute,
// the same both ways, and if they do, why.
func TestEveryPairIsDeclared(t *testing.T) {
	require.Empty(t, missing())
	met := 0
	for a := range infos {
		for b := range infos {
			if !meet(&infos[a], &infos[b]) {
				continue
			}
			met++
			assert.Equal(t, relations[a][b], relations[b][a], "%v, %v", Kind(a), Kind(b))
			why := reasons[[2]Kind{Kind(a), Kind(b)}]
			assert.Equal(t, relations[a][b] == commuting, why != "", "%v, %v: %s", Kind(a), Kind(b), why)
		}
	}
	assert.Greater(t, met, 200)
}

// A kind that somebody has forgotten to declare stops the program at its start, and
// where it meets another.
func TestForgottenPair(t *testing.T) {
	const forgotten = maxKinds - 1
	infos[forgotten] = Info{Kind: forgotten, Name: "fetch", On: []string{"atomic"}}
	defer func() { infos[forgotten] = Info{} }()
	assert.Equal(t, `prim: it is not declared whether "fetch" (kind 127) and "load" (kind 1) commute`, missing())
	a, b := On(forgotten, 3), On(OpLoad, 3)
	assert.PanicsWithValue(t, "prim: fetch (kind 127) and load (kind 1) meet on one object, and it is not declared whether they commute", func() { Depends(&a, &b) })
	b.Obj = 4
	assert.False(t, Depends(&a, &b))
}

// Numbers and declarations that contradict others are refused.
func TestContradictions(t *testing.T) {
	assert.PanicsWithValue(t, `prim: kind 1 is "load" and "peek": every primitive needs a range of numbers of its own`, func() {
		describe([]Info{{Kind: OpLoad, Name: "peek"}})
	})
	assert.PanicsWithValue(t, "prim: kinds 1 and 1 are declared both to commute and to depend on each other", func() {
		describe(nil, depend(kinds(OpLoad), kinds(OpLoad)))
	})
}

// Two objects of different sorts have one number only if the program is not
// deterministic: that wakes who sleeps, and is no forgotten pair.
func TestASleeperOfAnotherProgram(t *testing.T) {
	p := Player{asleep: []Sleeper{{G: 1, Op: On(OpUnlock, 3)}, {G: 2, Op: On(OpUnlock, 4)}}}
	p.wake(&Event{G: 3, Op: On(OpLoad, 3)})
	require.Len(t, p.asleep, 1)
	assert.EqualValues(t, 2, p.asleep[0].G)
}
