package space

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// States with one hash are told apart: the store is exact, whatever the hash.
func TestStoreIsExactWhenAllHashesCollide(t *testing.T) {
	s := newStore(2, 1)
	a := adder{s: s}
	for i := range uint64(1000) {
		require.True(t, a.add([]uint64{i, i % 3}, 42))
	}
	for i := range uint64(1000) {
		require.False(t, a.add([]uint64{i, i % 3}, 42))
		require.True(t, s.has([]uint64{i, i % 3}, 42))
	}
	require.False(t, s.has([]uint64{1000, 1}, 42))
	require.Equal(t, []segment{{0, 1000}}, a.added)
}

// The store is a set: compared with a map, through growth, with several adders.
func TestStoreIsASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.IntRange(1, 5).Draw(t, "words")
		workers := rapid.IntRange(1, 3).Draw(t, "workers")
		n := rapid.IntRange(1, 12000).Draw(t, "states")
		span := rapid.Uint64Range(1, 10000).Draw(t, "span")
		s := newStore(w, workers)
		adders := make([]adder, workers)
		for i := range adders {
			adders[i].s = s
		}
		var all []segment
		set := map[uint64]bool{}
		x := uint64(1)
		for i := range n {
			x = x*6364136223846793005 + 1442695040888963407
			v := (x >> 33) % span
			state := make([]uint64, w)
			state[w-1] = v
			state[0] = v * 3
			fresh := adders[i%workers].add(state, hash(state))
			if fresh == set[state[w-1]+state[0]<<32] {
				t.Fatalf("add(%v) = %t, the set says otherwise", state, fresh)
			}
			set[state[w-1]+state[0]<<32] = true
			if fresh {
				s.count.Add(1)
			}
			if s.count.Load() >= s.limit() {
				for j := range adders {
					all = append(all, adders[j].added...)
					adders[j].added = nil
				}
				s.grow(all, workers)
			}
		}
		if s.count.Load() != uint64(len(set)) {
			t.Fatalf("%d states, the set has %d", s.count.Load(), len(set))
		}
	})
}

// Equal states hash equally, and single-bit changes move the slot and the
// fingerprint about half the time, bit by bit.
func TestHashSpreads(t *testing.T) {
	base := []uint64{1, 0, 7, 1 << 40}
	h := hash(base)
	for i := range 64 * len(base) {
		s := append([]uint64(nil), base...)
		s[i/64] ^= 1 << (i % 64)
		d := hash(s) ^ h
		n := 0
		for ; d != 0; d &= d - 1 {
			n++
		}
		require.Greater(t, n, 12, "bit %d", i)
	}
}

func TestSplit(t *testing.T) {
	require.Equal(t, []segment{{0, 3}, {3, 6}, {6, 7}, {9, 10}}, split([]segment{{0, 7}, {9, 10}, {11, 11}}, 3))
}
