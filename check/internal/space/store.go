package space

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/relay"
)

// store holds distinct states, each once, exactly: a slot of the table is 32
// bits of hash and the number of a state, and equal fingerprints are settled by
// comparing whole states.
//
// States are kept in chunks, w words each, and numbered from 0. Any number of
// workers may add states at once; grow runs alone.
type store struct {
	w     int
	table []uint64 // fingerprint<<32 | number+1; 0: free. Linear probing.
	dir   []unsafe.Pointer
	next  atomic.Uint32 // first number not given to any worker
	count atomic.Uint64 // states stored
	mu    sync.Mutex    // allocation of chunks
}

const (
	chunkBits  = 12
	chunkSize  = 1 << chunkBits // states in a chunk
	blockSize  = 256            // numbers that a worker takes at once; divides chunkSize
	firstTable = 1 << 12
	smallTable = 1 << 18 // tables up to this size grow fourfold
	// maxNumbers leaves room for one block a worker below the end of 32 bits.
	maxNumbers = math.MaxUint32 - 1<<20
)

func newStore(w, workers int) *store {
	s := &store{w: w}
	s.table = make([]uint64, firstTable)
	s.sizeDir(workers)
	return s
}

// limit is the number of states at which the table must grow: at three quarters
// a miss still takes less than nine probes, and all of them in one or two cache
// lines.
func (s *store) limit() uint64 { return uint64(len(s.table)) / 4 * 3 }

// sizeDir makes the directory long enough for all numbers that may be given out
// before the table grows again, so that it is never moved under a reader.
func (s *store) sizeDir(workers int) {
	n := (len(s.table)+workers*blockSize)/chunkSize + 2
	if n > len(s.dir) {
		s.dir = append(s.dir, make([]unsafe.Pointer, n-len(s.dir))...)
	}
}

// state returns the words of a state.
func (s *store) state(n uint32) []uint64 {
	p := unsafe.Add(s.dir[n>>chunkBits], uintptr(n&(chunkSize-1))*uintptr(s.w)*8)
	return unsafe.Slice((*uint64)(p), s.w)
}

// slot is where the search for a hash starts.
func (s *store) slot(h uint64) uint64 {
	hi, _ := bits.Mul64(h, uint64(len(s.table)))
	return hi
}

// block gives a worker blockSize numbers, and makes sure that there is memory
// behind them.
func (s *store) block() (first, end uint32) {
	first = s.next.Add(blockSize) - blockSize
	if first > maxNumbers {
		panic(fmt.Sprintf("space: more than %d states", uint32(maxNumbers)))
	}
	c := first >> chunkBits
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir[c] == nil {
		s.dir[c] = unsafe.Pointer(unsafe.SliceData(make([]uint64, chunkSize*s.w)))
	}
	return first, first + blockSize
}

// adder adds states on behalf of one worker.
type adder struct {
	s         *store
	free, end uint32    // numbers at hand
	added     []segment // numbers of the states it has added since take
}

// segment is a range of state numbers.
type segment struct{ first, end uint32 }

// add puts a state in, unless it is there, and reports whether it was new.
func (a *adder) add(state []uint64, h uint64) bool {
	s := a.s
	fp := h << 32
	mine := false // state is written at a.free
	for i, n := s.slot(h), uint64(len(s.table)); ; {
		e := atomic.LoadUint64(&s.table[i])
		if e == 0 {
			if !mine {
				if a.free == a.end {
					a.free, a.end = s.block()
				}
				copy(s.state(a.free), state)
				mine = true
			}
			if atomic.CompareAndSwapUint64(&s.table[i], 0, fp|uint64(a.free+1)) {
				a.record(a.free)
				a.free++
				return true
			}
			continue // somebody took the slot: look at what is in it
		}
		if e&^math.MaxUint32 == fp && slices.Equal(s.state(uint32(e)-1), state) {
			return false
		}
		if i++; i == n {
			i = 0
		}
	}
}

// record notes a new number, in as few segments as possible.
func (a *adder) record(n uint32) {
	if k := len(a.added); k > 0 && a.added[k-1].end == n {
		a.added[k-1].end++
		return
	}
	a.added = append(a.added, segment{n, n + 1})
}

// has reports whether the state is stored.
func (s *store) has(state []uint64, h uint64) bool {
	fp := h << 32
	for i, n := s.slot(h), uint64(len(s.table)); ; {
		e := atomic.LoadUint64(&s.table[i])
		if e == 0 {
			return false
		}
		if e&^math.MaxUint32 == fp && slices.Equal(s.state(uint32(e)-1), state) {
			return true
		}
		if i++; i == n {
			i = 0
		}
	}
}

// grow makes the table larger and puts all states of the segments back in. It
// runs while nobody adds, on the given number of workers. A small table grows
// fourfold, for speed; a large one twofold, for memory.
func (s *store) grow(all []segment, workers int) {
	n := 2 * len(s.table)
	if len(s.table) <= smallTable {
		n *= 2
	}
	s.table = make([]uint64, n)
	s.sizeDir(workers)
	jobs := split(all, 1<<14)
	var next atomic.Int64
	parallel(min(workers, len(jobs)), func(int) {
		for {
			j := int(next.Add(1)) - 1
			if j >= len(jobs) {
				return
			}
			s.reinsert(jobs[j])
		}
	})
}

// reinsert puts states that are stored, and so distinct, into the table, in
// groups whose cache misses overlap.
func (s *store) reinsert(g segment) {
	const group = 32
	var hs [group]uint64
	for n := g.first; n < g.end; {
		k := int(min(group, g.end-n))
		for i := range k {
			hs[i] = hash(s.state(n + uint32(i)))
		}
		var sum uint64
		for i := range k {
			sum |= atomic.LoadUint64(&s.table[s.slot(hs[i])])
		}
		touched(sum)
		for i := range k {
			at := s.slot(hs[i])
			for !atomic.CompareAndSwapUint64(&s.table[at], 0, hs[i]<<32|uint64(n+uint32(i)+1)) {
				if at++; at == uint64(len(s.table)) {
					at = 0
				}
			}
		}
		n += uint32(k)
	}
}

// touched keeps the loads that made its argument.
//
//go:noinline
func touched(uint64) {}

// split cuts segments into pieces of at most n numbers.
func split(segs []segment, n uint32) []segment {
	var out []segment
	for _, g := range segs {
		for g.end-g.first > n {
			out = append(out, segment{g.first, g.first + n})
			g.first += n
		}
		if g.first < g.end {
			out = append(out, g)
		}
	}
	return out
}

// parallel runs f(0) … f(n-1) at once and waits for them; one runs in the
// caller's goroutine.
func parallel(n int, f func(worker int)) {
	var wg relay.Group
	for i := 1; i < n; i++ {
		wg.Go(func() { f(i) })
	}
	if n > 0 {
		f(0)
	}
	wg.Wait()
}
