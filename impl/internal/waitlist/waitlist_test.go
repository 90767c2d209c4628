package waitlist

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

type node struct{ Links[node] }

// TestListAgreesWithASlice appends and removes elements of a list and of a slice.
func TestListAgreesWithASlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l List[node, *node]
		nodes := make([]node, 5)
		var want []*node
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			e := &nodes[rapid.IntRange(0, len(nodes)-1).Draw(t, "element")]
			if i := slices.Index(want, e); i >= 0 {
				assert.True(t, l.Remove(e))
				want = slices.Delete(want, i, i+1)
			} else {
				assert.False(t, l.Remove(e))
				l.Append(e)
				want = append(want, e)
			}
			var got []*node
			for e := l.First(); e != nil; e = l.Next(e) {
				got = append(got, e)
			}
			assert.Equal(t, len(want), len(got))
			assert.True(t, slices.Equal(want, got))
		}
	})
}
