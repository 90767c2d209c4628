package exec

import (
	"sync"
	"unsafe"
)

// bubbles are those of testing/synctest. A goroutine belongs to the bubble of whoever
// has started it, a channel or timer to the one in which it was made, a WaitGroup to
// the one in which it is added to. The program dies if what belongs to a bubble is used
// outside of it; and in a bubble time stands still while a goroutine waits for what
// somebody outside could bring about, or for a mutex.
//
// Channels that code has made which is not rewritten are not known: they are taken to
// belong to whoever uses them.
type bubbles struct {
	n     int32            // how many there have been
	chans keys             // channels, each with the number of its bubble
	alive []unsafe.Pointer // the same: nothing else gets the address of one
	since []int64          // by bubble, when it began; of the one that is not watched: at 0
}

// unwatched is the bubble of goroutines in one that does not care who uses what.
const unwatched = -1

//go:norace
func (b *bubbles) begin() {
	b.n = 0
	b.since = append(b.since[:0], 0)
	b.chans.clear()
	clear(b.alive)
	b.alive = b.alive[:0]
}

// add notes a channel of that bubble.
//
//go:norace
func (b *bubbles) add(bubble int32, ch unsafe.Pointer) {
	b.chans.add(in(bubble, ch))
	b.alive = append(b.alive, ch)
}

//go:norace
func in(bubble int32, ch unsafe.Pointer) uint64 { return uint64(bubble)<<48 | uint64(uintptr(ch)) }

// of is the bubble to which a channel belongs, 0 if to none; or that of whoever uses it,
// if it is not known.
//
//go:norace
func (b *bubbles) of(ch unsafe.Pointer, user int32) int32 {
	for n := b.n; n >= 0; n-- {
		if b.chans.has(in(n, ch)) {
			return n
		}
	}
	if before.chans.has(in(0, ch)) {
		return 0
	}
	return user
}

// before are the channels that were made before the executions.
var before struct {
	sync.Mutex
	bubbles
}
