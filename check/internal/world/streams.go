package world

import "unsafe"

// Stdin says that standard input is the same in every execution: it is a file, which
// each reads from its beginning.
var Stdin bool

// Keeps says that what executions write to standard output and standard error is
// kept, for [Written], and that its order counts.
var Keeps bool

// written is what the execution has written. It does not grow: the race detector would take
// that for accesses of those who write.
var written = make([]byte, 0, mostWritten)

// ended says that the execution's main has returned, or ended the program, and atEnd is how much of what is kept had
// been written by then, in bytes.
var (
	ended bool
	atEnd int
)

// End is called when main has returned, or ends the program with status 0: who writes before that, and who does not come to it,
// is a matter of order.
//
//go:norace
func End() {
	Share(OutputName, true)
	if !ended {
		ended, atEnd = true, len(written)
	}
}

// Ended is what had been written when main returned; false if it has not, since [Written] was
// called last.
//
//go:norace
func Ended() (text string, ok bool) {
	if !ended {
		return "", false
	}
	return string(written[:atEnd]), true
}

// mostWritten is how much of it is kept, in bytes.
const mostWritten = 16 << 10

// Written is what has been written since it was called last, as much of it as is kept.
//
//go:norace
func Written() string {
	text := string(written)
	written, ended = written[:0], false
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
