package world

import "unsafe"

// Stdin says that standard input is the same in every execution: it is a file, which
// each reads from its beginning.
var Stdin bool

// Keeps says that what executions write to standard output and standard error is
// kept, for [Written], and that its order counts.
var Keeps bool

// written is what the execution has written.
var written []byte

// mostWritten is how much of it is kept, in bytes.
const mostWritten = 16 << 10

// Written is what has been written since it was called last, as much of it as is kept.
//
//go:norace
func Written() string {
	text := string(written)
	written = written[:0]
	return text
}

// keep keeps what was written.
//
//go:norace
//go:nocheckptr
func keep(at uintptr, n int) {
	n = min(n, mostWritten-len(written))
	if !Keeps || at == 0 || n <= 0 {
		return
	}
	p := *(**byte)(unsafe.Pointer(&at))
	written = append(written, unsafe.Slice(p, n)...)
}
