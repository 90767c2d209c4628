package image

import (
	"os"
	"strconv"
	"strings"
)

// Memory that the program has mapped itself, with syscall.Mmap for one, belongs to no heap and
// no variable.

// mapping is a part of the address space that can be read and written.
type mapping struct{ from, to uintptr }

// Where the arenas of the Go heap are on 64-bit Linux, among which the stacks of goroutines
// and what is free are, too.
const (
	firstArena = 0xc000000000
	lastArena  = 0xe000000000
)

// longestMapped is how much of it is put back at a time, in bytes.
const longestMapped = 16 << 20

// mapped reports whether so many bytes at an address are such memory.
//
//go:norace
func (k *taker) mapped(p, size uintptr) bool {
	if size > longestMapped || firstArena <= p && p < lastArena {
		return false
	}
	if k.maps == nil {
		k.maps = mappings()
	}
	for _, m := range k.maps {
		if m.from <= p && p+size <= m.to {
			return true
		}
	}
	return false
}

// mappings are those of the process, of files, and without a name.
//
//go:norace
func mappings() []mapping {
	out := []mapping{{}}
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return out
	}
	for _, line := range strings.Split(string(text), "\n") {
		f := strings.Fields(line) // address, permissions, offset, device, inode, name
		if len(f) < 5 || !strings.HasPrefix(f[1], "rw") || len(f) > 5 && strings.HasPrefix(f[5], "[") {
			continue
		}
		from, to, _ := strings.Cut(f[0], "-")
		a, errA := strconv.ParseUint(from, 16, 64)
		b, errB := strconv.ParseUint(to, 16, 64)
		if errA == nil && errB == nil {
			out = append(out, mapping{uintptr(a), uintptr(b)})
		}
	}
	return out
}
