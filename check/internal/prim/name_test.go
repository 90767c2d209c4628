package prim

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is met in allocations of their own may be one only where sizes agree, or one of them is
// not known; and a size that is not known makes no other object of it.
func TestNames(t *testing.T) {
	a := Name{Alloc: 3, At: 8, Size: 96}
	for _, c := range []struct {
		b         Name
		is, maybe bool
	}{
		{Name{Alloc: 3, At: 8, Size: 96}, true, true},
		{Name{Alloc: 3, At: 8}, true, true},
		{Name{Alloc: 4, At: 8, Size: 96}, false, true},
		{Name{Alloc: 4, At: 8}, false, true},
		{Name{Alloc: 4, At: 8, Size: 112}, false, false},
		{Name{Alloc: 4, At: 16, Size: 96}, false, false},
		{Name{Alloc: 3, At: 8, Size: 96, Generation: 1}, false, true},
	} {
		assert.Equal(t, c.is, a.Is(&c.b), "%+v", c.b)
		assert.Equal(t, c.is, c.b.Is(&a), "%+v", c.b)
		assert.Equal(t, c.maybe, a.MayBe(&c.b), "%+v", c.b)
		assert.Equal(t, c.maybe, c.b.MayBe(&a), "%+v", c.b)
	}
}
