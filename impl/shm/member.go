//go:build linux

package shm

import (
	"fmt"
	"os"
	"sync/atomic"
)

// A member is a process that is attached. It has a slot in a table, which holds its
// role, its number and its start time; that tells it from a later process with the
// same number.

func member(i int) int { return atMembers + i*memberSize }

// state is the word of a slot that says whether it is free, claimed or live, in its
// lowest bits. The bits above are the slot's generation, which every process that
// takes the slot increments.
func (r *Ring) state(i int) *atomic.Uint32 { return word32(r.mem, member(i)+inState) }

// freed is the state of a slot when the process that has it now is gone.
func freed(state uint32) uint32 { return state &^ stateMask }

// lockTag is what a lock contains while the process with the slot and the
// generation holds it.
func lockTag(i int, life uint32) uint32 { return life<<slotBits | uint32(i+1) }

// join takes a slot in the table. It returns ErrTaken if the ring was made for one
// process with the role and has it.
func (r *Ring) join(role Role) error {
	pid := os.Getpid()
	start, err := startTime(uint32(pid))
	if err != nil {
		return fmt.Errorf("shm: without /proc nobody can tell that this process lives: %w", err)
	}
	for i := range members {
		state := r.state(i)
		seen := state.Load()
		if seen&stateMask == live && !r.lives(i) {
			r.reclaim(i, seen)
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
		r.slot, r.role, r.tag = i, role, lockTag(i, life)
		if r.g.flags&SingleProducer != 0 && role&Producer != 0 && r.others(Producer) ||
			r.g.flags&SingleConsumer != 0 && role&Consumer != 0 && r.others(Consumer) {
			r.leave()
			return ErrTaken
		}
		return nil
	}
	return fmt.Errorf("shm: %d processes are attached already", members)
}

// leave frees the process's own slot.
func (r *Ring) leave() {
	state := r.state(r.slot)
	state.Store(freed(state.Load()))
}

// lives reports whether the process with the slot is alive.
func (r *Ring) lives(i int) bool {
	if i == r.slot {
		return true
	}
	return lives(word32(r.mem, member(i)+inPID).Load(), word64(r.mem, member(i)+inStart).Load())
}

// reclaim frees the slot of a process that died, and the locks that it held. No
// message is half accepted or half taken then, so whoever waits for a lock may have
// it.
//
// Several processes may reclaim a slot at once, and a new process may take it
// meanwhile. The state that was seen before contains the slot's generation;
// comparing with it keeps a late reclaimer from touching the new owner.
func (r *Ring) reclaim(i int, seen uint32) {
	role := word32(r.mem, member(i)+inRole).Load()
	if r.state(i).Load() != seen {
		return // another process has reclaimed it
	}
	word32(r.mem, atDied).Or(role)
	for _, lock := range []int{atSending, atTaking} {
		word32(r.mem, lock).CompareAndSwap(lockTag(i, seen>>stateBits), 0)
	}
	r.state(i).CompareAndSwap(seen, freed(seen))
}

// others reports whether another process with the role is alive. It reclaims the
// slots of those that died.
func (r *Ring) others(role Role) bool {
	found := false
	for i := range members {
		seen := r.state(i).Load()
		if i == r.slot || seen&stateMask != live || Role(word32(r.mem, member(i)+inRole).Load())&role == 0 {
			continue
		}
		if r.lives(i) {
			found = true
		} else {
			r.reclaim(i, seen)
		}
	}
	return found
}

// peersDied reports whether no process has the role any more, this one included,
// and at least one that had it died.
func (r *Ring) peersDied(role Role) bool {
	if r.role&role != 0 || r.others(role) {
		return false
	}
	return Role(word32(r.mem, atDied).Load())&role != 0
}
