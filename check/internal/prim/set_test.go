package prim_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A set does what a map does, and its copies are sets of their own.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s, copied prim.Set
		want, was := map[int]bool{}, []int{}
		members := func(s *prim.Set) []int { return slices.AppendSeq([]int{}, s.All()) }
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				g := rapid.IntRange(0, 700).Draw(t, "g")
				s.Add(g)
				want[g] = true
			},
			"remove": func(t *rapid.T) {
				g := rapid.IntRange(0, 700).Draw(t, "g")
				if some := members(&s); len(some) > 0 && rapid.Bool().Draw(t, "member") {
					g = some[g%len(some)]
				}
				s.Remove(g)
				delete(want, g)
			},
			"put": func(t *rapid.T) {
				s = prim.RoomFor(rapid.IntRange(0, 701).Draw(t, "n"))
				for g := range want {
					s.Put(g)
				}
			},
			"copy": func(*rapid.T) { copied, was = s, members(&s) },
			"": func(t *rapid.T) {
				all := members(&s)
				require.Len(t, all, len(want))
				require.True(t, slices.IsSorted(all))
				for i, g := range all {
					require.True(t, want[g] && s.Has(g))
					require.Equal(t, g, s.Nth(i))
				}
				require.Equal(t, -1, s.Nth(len(all)))
				require.Equal(t, len(all), s.Len())
				require.Equal(t, len(all) == 0, s.Empty())
				require.Equal(t, s.Nth(0), s.First())
				require.Equal(t, was, members(&copied))
			},
		})
	})
}
