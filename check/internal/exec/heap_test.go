package exec

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// Every small object of many spans is asked for, the last one of a span among them.
func TestHeapObjects(t *testing.T) {
	type large struct{ a, b, c, d uint64 }
	var tinies []*uint64
	var larges []*large
	for range 5000 {
		tinies = append(tinies, new(uint64))
		larges = append(larges, new(large))
	}
	for i, p := range tinies {
		base, _, shared := heapObject(uintptr(unsafe.Pointer(p)))
		assert.NotZero(t, base)
		assert.True(t, shared)
		l := larges[i]
		base, size, shared := heapObject(uintptr(unsafe.Pointer(&l.c)))
		assert.Equal(t, uintptr(unsafe.Pointer(l)), base)
		assert.False(t, shared)
		assert.Contains(t, []uintptr{0, unsafe.Sizeof(*l)}, size)
	}
	base, _, _ := heapObject(uintptr(unsafe.Pointer(&static)))
	assert.Zero(t, base)
}

var static uint64
