package rt

import (
	"cmp"
	"reflect"
	"strings"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Maps are ranged over in the order of their keys. Keys that are pointers have the
// order of what they point to: addresses differ from run to run.

// comparison compares two values. It reads them behind the back of the race detector,
// for the program does not.
type comparison struct{ left int } // it gives up after so many parts

// Parts of values that are compared, and pointers that are followed one after another.
const (
	enoughParts = 2000
	deepest     = 8
)

// order compares values of a type, 0 if there is no order that is the same in every
// run.
//
//go:norace
func order(a, b unsafe.Pointer, t reflect.Type) int {
	c := comparison{enoughParts}
	return c.compare(a, b, t, 0)
}

//go:norace
func (c *comparison) compare(a, b unsafe.Pointer, t reflect.Type, depth int) int {
	if c.left--; c.left < 0 {
		return 0
	}
	switch t.Kind() {
	case reflect.Bool, reflect.Uint8:
		return cmp.Compare(*(*uint8)(a), *(*uint8)(b))
	case reflect.Int8:
		return cmp.Compare(*(*int8)(a), *(*int8)(b))
	case reflect.Int16:
		return cmp.Compare(*(*int16)(a), *(*int16)(b))
	case reflect.Uint16:
		return cmp.Compare(*(*uint16)(a), *(*uint16)(b))
	case reflect.Int32:
		return cmp.Compare(*(*int32)(a), *(*int32)(b))
	case reflect.Uint32:
		return cmp.Compare(*(*uint32)(a), *(*uint32)(b))
	case reflect.Int64:
		return cmp.Compare(*(*int64)(a), *(*int64)(b))
	case reflect.Uint64:
		return cmp.Compare(*(*uint64)(a), *(*uint64)(b))
	case reflect.Int:
		return cmp.Compare(*(*int)(a), *(*int)(b))
	case reflect.Uint:
		return cmp.Compare(*(*uint)(a), *(*uint)(b))
	case reflect.Uintptr:
		if depth > 0 {
			return 0 // it may be an address
		}
		return cmp.Compare(*(*uintptr)(a), *(*uintptr)(b))
	case reflect.Float32:
		return cmp.Compare(*(*float32)(a), *(*float32)(b))
	case reflect.Float64:
		return cmp.Compare(*(*float64)(a), *(*float64)(b))
	case reflect.String:
		return strings.Compare(*(*string)(a), *(*string)(b))
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if n := c.compare(unsafe.Add(a, f.Offset), unsafe.Add(b, f.Offset), f.Type, depth); n != 0 {
				return n
			}
		}
	case reflect.Array:
		return c.row(a, b, t.Elem(), t.Len(), depth)
	case reflect.Slice:
		x, y := (*[2]uintptr)(a)[1], (*[2]uintptr)(b)[1]
		if n := c.row(*(*unsafe.Pointer)(a), *(*unsafe.Pointer)(b), t.Elem(), int(min(x, y)), depth); n != 0 {
			return n
		}
		return cmp.Compare(x, y)
	case reflect.Pointer:
		return c.behind(*(*unsafe.Pointer)(a), *(*unsafe.Pointer)(b), t.Elem(), depth)
	case reflect.Interface:
		return c.dynamic((*[2]unsafe.Pointer)(a), (*[2]unsafe.Pointer)(b), t.NumMethod() > 0, depth)
	}
	return 0
}

// row compares n values side by side.
//
//go:norace
func (c *comparison) row(a, b unsafe.Pointer, t reflect.Type, n, depth int) int {
	for i := range n {
		if n := c.compare(unsafe.Add(a, uintptr(i)*t.Size()), unsafe.Add(b, uintptr(i)*t.Size()), t, depth); n != 0 || c.left < 0 {
			return n
		}
	}
	return 0
}

// behind compares what two pointers point to.
//
//go:norace
func (c *comparison) behind(a, b unsafe.Pointer, t reflect.Type, depth int) int {
	switch {
	case a == b || depth == deepest:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return c.compare(a, b, t, depth+1)
}

// dynamic compares what two interfaces hold.
//
//go:norace
func (c *comparison) dynamic(a, b *[2]unsafe.Pointer, methods bool, depth int) int {
	x, y := exec.TypeIn(a[0], methods), exec.TypeIn(b[0], methods)
	switch {
	case x == nil || y == nil:
		return cmp.Compare(number(x != nil), number(y != nil))
	case x != y:
		return strings.Compare(x.String(), y.String())
	case exec.InWord(x):
		return c.compare(unsafe.Pointer(&a[1]), unsafe.Pointer(&b[1]), x, depth)
	}
	return c.compare(a[1], b[1], x, depth)
}

//go:norace
func number(is bool) int {
	if is {
		return 1
	}
	return 0
}
