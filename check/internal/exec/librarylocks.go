package exec

import "unsafe"

// libraryLocks are the locks of the standard library that an execution has met, and
// the goroutine that has taken each last. One of a sync.Once is there if the function
// was called in the execution.
type libraryLocks struct {
	n    int
	lock [mostLibraryLocks]unsafe.Pointer
	by   [mostLibraryLocks]int
}

// mostLibraryLocks is how many are told apart. With more, goroutines count as met.
const mostLibraryLocks = 64

// meet notes that a goroutine comes to a lock; isNew: also to a new one. It reports
// whether another one has been there before.
//
//go:norace
func (l *libraryLocks) meet(g int, lock unsafe.Pointer, isNew bool) (met bool) {
	for i := range l.n {
		if l.lock[i] == lock {
			return l.by[i] != g
		}
	}
	if !isNew || l.n == mostLibraryLocks {
		return isNew
	}
	l.lock[l.n], l.by[l.n] = lock, g
	l.n++
	return false
}
