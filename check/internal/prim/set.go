package prim

import (
	"iter"
	"math/bits"
	"slices"
)

// Set is a set of threads, by number. It is a value: what is done to a copy does not
// touch the original.
type Set struct {
	few  [4]uint64 // the first 256
	more []uint64  // the others; never changed where it is
}

// fewThreads is how many threads have a place of their own in every set.
const fewThreads = 256

// Only is the set of one thread.
//
//go:norace
func Only(g int) (s Set) {
	s.Add(g)
	return s
}

// Add puts a thread in.
//
//go:norace
func (s *Set) Add(g int) {
	if uint(g) < fewThreads {
		s.few[uint(g)/64] |= 1 << (uint(g) % 64)
		return
	}
	w := (g - fewThreads) / 64
	more := make([]uint64, max(w+1, len(s.more)))
	//lint:ignore S1001 the race detector sees what copy does with the whole of a slice
	for i, v := range s.more {
		more[i] = v
	}
	more[w] |= 1 << (uint(g) % 64)
	s.more = more
}

// RoomFor is an empty set with room for the first n threads: Put takes no more.
//
//go:norace
func RoomFor(n int) (s Set) {
	if n > fewThreads {
		s.more = make([]uint64, (n-fewThreads+63)/64)
	}
	return s
}

// Put is Add to a set that nobody has a copy of yet.
//
//go:norace
func (s *Set) Put(g int) {
	if w := (g - fewThreads) / 64; g >= fewThreads && w < len(s.more) {
		s.more[w] |= 1 << (uint(g) % 64)
		return
	}
	s.Add(g)
}

// Remove takes a thread out.
//
//go:norace
func (s *Set) Remove(g int) {
	if uint(g) < fewThreads {
		s.few[uint(g)/64] &^= 1 << (uint(g) % 64)
		return
	}
	if s.Has(g) {
		s.more = slices.Clone(s.more)
		s.more[(g-fewThreads)/64] &^= 1 << (uint(g) % 64)
	}
}

// Has reports whether a thread is in it.
//
//go:norace
func (s *Set) Has(g int) bool {
	if uint(g) < fewThreads {
		return s.few[uint(g)/64]>>(uint(g)%64)&1 == 1
	}
	w := (g - fewThreads) / 64
	return w < len(s.more) && s.more[w]>>(uint(g)%64)&1 == 1
}

// Empty reports whether none is.
//
//go:norace
func (s *Set) Empty() bool {
	for _, w := range s.more {
		if w != 0 {
			return false
		}
	}
	return s.few == [4]uint64{}
}

// Len is how many there are.
//
//go:norace
func (s *Set) Len() (n int) {
	for _, w := range s.few {
		n += bits.OnesCount64(w)
	}
	for _, w := range s.more {
		n += bits.OnesCount64(w)
	}
	return n
}

// First is the first one, -1 if there is none.
//
//go:norace
func (s *Set) First() int {
	for i, w := range s.few {
		if w != 0 {
			return 64*i + bits.TrailingZeros64(w)
		}
	}
	for i, w := range s.more {
		if w != 0 {
			return fewThreads + 64*i + bits.TrailingZeros64(w)
		}
	}
	return -1
}

// Nth is the n-th one, counted from 0; -1 if there are not so many.
//
//go:norace
func (s *Set) Nth(n int) int {
	for g := range s.All() {
		if n == 0 {
			return g
		}
		n--
	}
	return -1
}

// All yields them in order.
//
//go:norace
func (s Set) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range len(s.few) + len(s.more) {
			w := uint64(0)
			if i < len(s.few) {
				w = s.few[i]
			} else {
				w = s.more[i-len(s.few)]
			}
			for ; w != 0; w &= w - 1 {
				if !yield(64*i + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
