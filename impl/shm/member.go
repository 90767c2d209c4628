//go:build linux

package shm

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
)

// A member is a process that is attached, with its role, in a place of a table.
// The time at which a process began tells it from a later one with its number.

func member(i int) int { return atMembers + i*memberSize }

// state is what the place is, in its lowest bits, and above them the number of its
// life, which tells the processes that have had the place one after the other
// apart.
func (r *Ring) state(i int) *atomic.Uint32 { return word32(r.mem, member(i)+inState) }

// freed is the state of a place after the life that it has now.
func freed(state uint32) uint32 { return state &^ stateMask }

// lockTag is what a lock holds that the place has in the life.
func lockTag(i int, life uint32) uint32 { return life<<placeBits | uint32(i+1) }

// began is when the process with the number began; ok is false if there is none,
// or it is dead and only waits to be reaped.
func began(pid int) (start uint64, ok bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The name stands in parentheses and may hold anything, even those.
	i := bytes.LastIndexByte(stat, ')')
	if i < 0 {
		return 0, false
	}
	f := bytes.Fields(stat[i+1:])
	if len(f) < 20 || f[0][0] == 'Z' || f[0][0] == 'X' {
		return 0, false
	}
	start, err = strconv.ParseUint(string(f[19]), 10, 64)
	return start, err == nil
}

// join takes a place in the table.
func (r *Ring) join(role Role) error {
	pid := os.Getpid()
	start, ok := began(pid)
	if !ok {
		return fmt.Errorf("shm: /proc does not know this process, and without it nobody can tell that it lives")
	}
	for i := range members {
		state := r.state(i)
		seen := state.Load()
		if seen&stateMask == live && !r.lives(i) {
			r.bury(i, seen)
			seen = state.Load()
		}
		life := (seen>>stateBits + 1) & lifeMask
		if seen&stateMask != free || !state.CompareAndSwap(seen, life<<stateBits|claimed) {
			continue
		}
		word32(r.mem, member(i)+inRole).Store(uint32(role))
		word32(r.mem, member(i)+inPID).Store(uint32(pid))
		word64(r.mem, member(i)+inStart).Store(start)
		state.Store(life<<stateBits | live)
		r.place, r.role, r.tag = i, role, lockTag(i, life)
		if r.g.flags&SingleProducer != 0 && role&Producer != 0 && r.others(Producer) ||
			r.g.flags&SingleConsumer != 0 && role&Consumer != 0 && r.others(Consumer) {
			r.leave()
			return ErrTaken
		}
		return nil
	}
	return fmt.Errorf("shm: %d processes are attached already", members)
}

// leave frees the process's own place.
func (r *Ring) leave() {
	state := r.state(r.place)
	state.Store(freed(state.Load()))
}

// lives reports whether the process of the place does.
func (r *Ring) lives(i int) bool {
	if i == r.place {
		return true
	}
	pid := word32(r.mem, member(i)+inPID).Load()
	start, ok := began(int(pid))
	return ok && start == word64(r.mem, member(i)+inStart).Load()
}

// bury frees the place of a process that died. Its lock, if it held one, is taken
// over by whoever waits for it: no message is half accepted or half taken.
//
// Several may bury it at once, and a process that begins may have the place while
// the last of them is not done: what was seen of the state tells the two apart.
func (r *Ring) bury(i int, seen uint32) {
	role := word32(r.mem, member(i)+inRole).Load()
	if r.state(i).Load() != seen {
		return // it is done
	}
	word32(r.mem, atDied).Or(role)
	for _, lock := range []int{atSending, atTaking} {
		word32(r.mem, lock).CompareAndSwap(lockTag(i, seen>>stateBits), 0)
	}
	r.state(i).CompareAndSwap(seen, freed(seen))
}

// others reports whether another process with the role lives, and buries those
// that do not.
func (r *Ring) others(role Role) bool {
	found := false
	for i := range members {
		seen := r.state(i).Load()
		if i == r.place || seen&stateMask != live || Role(word32(r.mem, member(i)+inRole).Load())&role == 0 {
			continue
		}
		if r.lives(i) {
			found = true
		} else {
			r.bury(i, seen)
		}
	}
	return found
}

// deserted reports whether nobody is left with the role, and somebody died.
func (r *Ring) deserted(role Role) bool {
	if r.role&role != 0 || r.others(role) {
		return false
	}
	return Role(word32(r.mem, atDied).Load())&role != 0
}
