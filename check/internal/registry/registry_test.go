package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestItemsAreListedByRank(t *testing.T) {
	var l List[int]
	l.Add(20, "second", 2)
	l.Add(10, "first", 1)
	assert.Equal(t, []int{1, 2}, l.Items())
	assert.Equal(t, []string{"first", "second"}, l.Names())
	second, ok := l.Named("second")
	assert.True(t, ok)
	assert.Equal(t, 2, second)
	_, ok = l.Named("third")
	assert.False(t, ok)
	assert.PanicsWithValue(t, `registry: "first" of rank 30: there is "first" of rank 10`, func() { l.Add(30, "first", 3) })
	assert.PanicsWithValue(t, `registry: "third" of rank 20: there is "second" of rank 20`, func() { l.Add(20, "third", 3) })
}
