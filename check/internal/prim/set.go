package prim

import (
	"iter"
	"math/bits"
)

// MaxThreads is how many threads an execution may have.
const MaxThreads = 256

// Set is a set of threads, by number.
type Set [MaxThreads / 64]uint64

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
func (s *Set) Add(g int) { s[uint(g)/64] |= 1 << (uint(g) % 64) }

// Remove takes a thread out.
//
//go:norace
func (s *Set) Remove(g int) { s[uint(g)/64] &^= 1 << (uint(g) % 64) }

// Has reports whether a thread is in it.
//
//go:norace
func (s *Set) Has(g int) bool { return s[uint(g)/64]>>(uint(g)%64)&1 == 1 }

// Empty reports whether none is.
//
//go:norace
func (s *Set) Empty() bool { return *s == Set{} }

// Len is how many there are.
//
//go:norace
func (s *Set) Len() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Without is the set without those of another.
//
//go:norace
func (s Set) Without(t Set) Set {
	for i := range s {
		s[i] &^= t[i]
	}
	return s
}

// First is the first one, -1 if there is none.
//
//go:norace
func (s *Set) First() int {
	for i, w := range s {
		if w != 0 {
			return 64*i + bits.TrailingZeros64(w)
		}
	}
	return -1
}

// Nth is the n-th one, counted from 0; -1 if there are not so many.
//
//go:norace
func (s *Set) Nth(n int) int {
	for i, w := range s {
		k := bits.OnesCount64(w)
		if n >= k {
			n -= k
			continue
		}
		for ; n > 0; n-- {
			w &= w - 1
		}
		return 64*i + bits.TrailingZeros64(w)
	}
	return -1
}

// All yields them in order.
//
//go:norace
func (s Set) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(64*i + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
