//go:build linux

package shm

import (
	"fmt"
	"os"
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

// join takes a place in the table.
func (r *Ring) join(role Role) error {
	pid := os.Getpid()
	start, err := began(uint32(pid))
	if err != nil {
		return fmt.Errorf("shm: without /proc nobody can tell that this process lives: %w", err)
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
	return lives(word32(r.mem, member(i)+inPID).Load(), word64(r.mem, member(i)+inStart).Load())
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
