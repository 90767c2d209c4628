package prim

// Detail is what an execution keeps of an operation, if the plan asks for it: what a
// report shows, and nothing else depends on.
type Detail struct {
	// Stack are the return addresses of the calls that have led to it, innermost
	// first.
	Stack    []uintptr
	Position string // base name and line
	Value    string // what was sent, received, read or written, printed
	Of       string // of an atomic variable: its type
	Before   string // and what was in it
	Case     int    // of a select: the case that was taken, from 1; 0: none
	Default  bool   // its default was
	Nil      []int  // those of nil channels, from 0
	Blocks   bool   // the thread waits with it
	Time     int64  // when it was executed, in nanoseconds
	Watched  []Seen // variables that have changed before the next event
}

// Place is its position, "" if that is not known.
//
//go:norace
func (d *Detail) Place() string {
	if d == nil {
		return ""
	}
	return d.Position
}

// Seen is what a variable of the program holds.
type Seen struct {
	Variable int // see [Execution] Variables
	Value    string
}

// Watched is a variable of the program that is watched.
type Watched struct {
	Name, Package, Place string
	Type                 string
	Value                string // at the beginning
}

// Calls are the calls on a stack, as far as they are the program's.
type Calls struct {
	// Callee is the function of the library that the innermost of them has called.
	Callee string
	// Frames are innermost first.
	Frames []Frame
	// Unwinding: a panic goes up.
	Unwinding bool
}

// Frame is a function under way.
type Frame struct {
	Func string
	File string // that of a file of the standard library begins with $GOROOT
	Line int
	Col  int // 0: not known
	PC   uintptr
}
