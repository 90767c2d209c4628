package rt

import (
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// What is put into a map while a loop goes over it, the loop may come to or not. It is
// looked for when the loop has come to what was there.

// watch has the loop look for what is put in, if the run is controlled. In a map that is
// empty there is no turn in which something is.
//
//go:norace
func (e *Entries[K, V]) watch() {
	if len(e.keys) > 0 && exec.Current() != nil {
		e.known, e.rounds = e.keys, mostRounds
	}
}

// more goes to what has been put in meanwhile, if chance decides so.
//
//go:norace
func (e *Entries[K, V]) more() bool {
	fresh, stray := e.fresh()
	switch {
	case len(fresh) == 0 && !stray:
		return false
	case len(fresh) == 0 || e.rounds == 0:
		e.known = nil
		world.AssumeMet()
		return false
	}
	// One that is put in before the loop comes to its last key may come before that one.
	which := world.Met(len(fresh), len(e.known) > 1 || stray)
	e.rounds--
	e.known = append(e.known[:len(e.known):len(e.known)], fresh...)
	e.keys = nil
	for _, i := range which {
		e.keys = append(e.keys, fresh[i])
	}
	return len(e.keys) > 0 && e.Next()
}

// fresh are the keys of the map that are not known, in their order. stray says that there
// are others that are not equal to themselves.
//
//go:norace
func (e *Entries[K, V]) fresh() (fresh []K, stray bool) {
	n := len(e.m)
	for _, k := range e.known {
		if _, ok := e.m[k]; ok {
			n--
		}
	}
	if n == 0 {
		return nil, false
	}
	known, strays := make(map[K]bool, len(e.known)), 0
	for _, k := range e.known {
		if k == k {
			known[k] = true
		} else {
			strays++
		}
	}
	for k := range e.m {
		switch {
		case k != k:
			strays--
		case !known[k]:
			fresh = append(fresh, k)
		}
	}
	sortKeys(fresh)
	return fresh, strays < 0
}
