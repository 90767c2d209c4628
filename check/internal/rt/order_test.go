package rt

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

type node struct {
	port int
	name string
	addr fmt.Stringer
	next *node
	more []any
}

type port int

func (p port) String() string { return "port" }

func ordered[T any](a, b T) int {
	return order(unsafe.Pointer(&a), unsafe.Pointer(&b), reflect.TypeFor[T]())
}

// What two pointers point to decides about their order, however deep it lies, and
// never where.
func TestPointersHaveTheOrderOfWhatTheyPointTo(t *testing.T) {
	a, b := &node{name: "a"}, &node{name: "b"}
	nodes := []*node{
		{port: 1, addr: port(7)},
		{port: 1, addr: port(8)},
		{port: 2, next: nil, more: []any{"x", a}},
		{port: 2, next: nil, more: []any{"x", b}},
		{port: 2, next: a},
		{port: 2, next: b},
		{port: 3, more: []any{1, 2}},
		{port: 3, more: []any{1, 2, 3}},
	}
	for i := range nodes {
		for j := range nodes {
			want := slices.Compare([]int{i}, []int{j})
			assert.Equal(t, want, ordered(nodes[i], nodes[j]), "%d %d", i, j)
			assert.Equal(t, want, ordered[any](nodes[i], nodes[j]), "%d %d", i, j)
			assert.Equal(t, want, ordered([1]*node{nodes[i]}, [1]*node{nodes[j]}), "%d %d", i, j)
		}
	}
	x, y := &node{}, &node{}
	x.next, y.next = y, x
	assert.Zero(t, ordered(x, y), "nothing tells one from the other")
	assert.Zero(t, ordered(make(chan int), make(chan int)))
	assert.Equal(t, -1, ordered[*node](nil, x))
	assert.Equal(t, 1, ordered[any](x, nil))
}
