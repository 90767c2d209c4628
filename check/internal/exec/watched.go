package exec

import (
	"reflect"
	"unsafe"
)

// watch is what a run watches.
type watch struct {
	variables []variable
	begun     bool
	seen      int // events that have been looked at
	later     []possible
}

// possible is something printed that may become a primitive of the run. That it is kept
// here keeps its memory from becoming something else.
type possible struct {
	p unsafe.Pointer
	t reflect.Type
}

// variable is a package variable that is watched.
type variable struct {
	p     unsafe.Pointer
	t     reflect.Type
	value string
}
