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
}

// variable is a package variable that is watched.
type variable struct {
	p     unsafe.Pointer
	t     reflect.Type
	value string
}
