package exec

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// told looks like one of the primitives, which are not looked into.
type told struct {
	n    int
	text string
	next *told
}

// String must not be called.
func (told) String() string { panic("called") }

// Values are printed without calling the program, and without what differs from run to
// run.
func TestShow(t *testing.T) {
	for want, v := range map[string]any{
		"7": 7, "-1": int8(-1), "255": uint8(255), "1.5": 1.5, "true": true, `"a\"b"`: `a"b`, "struct{}{}": struct{}{},
		"[1 2]": []int{1, 2}, "[0 0]": [2]bool2{}, "tick": time.Now(), `{1 "x" nil}`: told{n: 1, text: "x", next: nil},
		`&{1}`: &struct{ n int }{1}, "*exec.told": &told{}, `&{"gone"}`: errors.New("gone"), "map[string]int": map[string]int{"a": 1},
		"func()": func() {}, "chan int": make(chan int), "nil": (*told)(nil), "(1+2i)": 1 + 2i,
	} {
		x := New("", nil)
		w := (*[2]unsafe.Pointer)(unsafe.Pointer(&v))
		p := w[1]
		if InWord(reflect.TypeOf(v)) {
			p = unsafe.Pointer(&w[1])
		}
		assert.Equal(t, want, x.show(p, reflect.TypeOf(v)))
	}
	x := New("", nil)
	long := strings.Repeat("ä", 100)
	assert.Len(t, []rune(x.show(unsafe.Pointer(&long), reflect.TypeFor[string]())), longestShown)
}

type bool2 uint16
