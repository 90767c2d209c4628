//go:build linux

package shm

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// A member is a process that is attached, with its role, in a place of a table.
// The time at which a process began tells it from a later one with its number.

func member(i int) int { return atMembers + i*memberSize }

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
		state := word32(r.mem, member(i)+inState)
		if state.Load() == live && !r.lives(i) {
			r.bury(i)
		}
		if !state.CompareAndSwap(free, claimed) {
			continue
		}
		word32(r.mem, member(i)+inRole).Store(uint32(role))
		word32(r.mem, member(i)+inPID).Store(uint32(pid))
		word64(r.mem, member(i)+inStart).Store(start)
		state.Store(live)
		r.place, r.role = i, role
		if r.g.flags&SingleProducer != 0 && role&Producer != 0 && r.others(Producer) ||
			r.g.flags&SingleConsumer != 0 && role&Consumer != 0 && r.others(Consumer) {
			state.Store(free)
			return ErrTaken
		}
		return nil
	}
	return fmt.Errorf("shm: %d processes are attached already", members)
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
func (r *Ring) bury(i int) {
	role := word32(r.mem, member(i)+inRole).Load()
	died := word32(r.mem, atDied)
	died.Or(role)
	for _, lock := range []int{atSending, atTaking} {
		word32(r.mem, lock).CompareAndSwap(uint32(i+1), 0)
	}
	word32(r.mem, member(i)+inState).CompareAndSwap(live, free)
}

// others reports whether another process with the role lives, and buries those
// that do not.
func (r *Ring) others(role Role) bool {
	found := false
	for i := range members {
		if i == r.place || word32(r.mem, member(i)+inState).Load() != live || Role(word32(r.mem, member(i)+inRole).Load())&role == 0 {
			continue
		}
		if r.lives(i) {
			found = true
		} else {
			r.bury(i)
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
