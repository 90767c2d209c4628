package record

import (
	"math/bits"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/model"
)

// Log records the operations of one process, one at a time. One goroutine
// writes; any number may read at the same time. Writing takes no lock, and
// allocates only when the room that [NewLogFor] made is used up.
type Log struct {
	clock *Clock
	head  *chunk
	tail  *chunk // the writer's
}

// chunk is room for operations. The first n have been called, and the first ended
// have returned too; a reader reads no more than these.
type chunk struct {
	calls    []Call
	folded   []atomic.Uint64 // a bit for each
	n, ended atomic.Int32
	next     atomic.Pointer[chunk]
}

const (
	firstRoom = 16
	mostRoom  = 1 << 16 // of the chunks that are added
)

// NewLog returns an empty log whose events are numbered by the clock.
func NewLog(c *Clock) *Log { return NewLogFor(c, firstRoom) }

// NewLogFor is [NewLog] with room for n operations, which it then records without
// an allocation.
func NewLogFor(c *Clock, n int) *Log {
	first := newChunk(max(n, 1))
	return &Log{clock: c, head: first, tail: first}
}

func newChunk(n int) *chunk {
	return &chunk{calls: make([]Call, n), folded: make([]atomic.Uint64, (n+63)/64)}
}

// Begin records that the process calls the operation.
func (l *Log) Begin(op model.Op) {
	k := l.tail
	i := int(k.n.Load())
	if i == len(k.calls) {
		k = newChunk(min(2*i, mostRoom))
		l.tail.next.Store(k)
		l.tail, i = k, 0
	}
	k.calls[i] = begun(op)
	k.calls[i].Call = l.clock.Tick()
	k.n.Store(int32(i + 1))
}

// End records that the operation called last has returned.
func (l *Log) End(r model.Result) {
	at := l.clock.Tick()
	k := l.tail
	i := k.n.Load() - 1
	k.calls[i].end(r, at)
	k.ended.Store(i + 1)
}

// Fold takes the last operation, which was refused, out of the history and
// remembers only that it was under way. A refused operation changes nothing, so
// a history without it is explained whenever the whole one is. Polling would
// otherwise make histories too long to judge.
func (l *Log) Fold() {
	i := l.tail.n.Load() - 1
	l.tail.folded[i/64].Or(1 << (i % 64))
}

// Open returns the operation that has not returned, if there is one. It takes time
// proportional to the length of the log.
func (l *Log) Open() (Call, bool) {
	var last Call
	open := false
	l.each(func(c Call, _ bool) { last, open = c, c.Pending() })
	return last, open
}

// Last returns the last operation that is not folded, if there is one. It takes time
// proportional to the length of the log.
func (l *Log) Last() (Call, bool) {
	var last Call
	ok := false
	l.each(func(c Call, folded bool) {
		if !folded {
			last, ok = c, true
		}
	})
	return last, ok
}

// Len is the number of operations called so far, folded ones included.
func (l *Log) Len() int {
	n := 0
	for k := l.head; k != nil; k = k.next.Load() {
		n += int(k.n.Load())
	}
	return n
}

// split is what has been recorded so far, and apart from it what is folded.
func (l *Log) split() (kept, folded []Call) {
	n, away := 0, 0
	for k := l.head; k != nil; k = k.next.Load() {
		n += int(k.n.Load())
		for i := range k.folded {
			away += bits.OnesCount64(k.folded[i].Load())
		}
	}
	kept, folded = make([]Call, 0, max(n-away, 0)), make([]Call, 0, away)
	l.each(func(c Call, f bool) {
		if f {
			folded = append(folded, c)
		} else {
			kept = append(kept, c)
		}
	})
	return kept, folded
}

// each calls f with what has been recorded so far, in order.
func (l *Log) each(f func(c Call, folded bool)) {
	for k := l.head; k != nil; {
		// In this order only the last one of all may not have ended.
		next := k.next.Load()
		n := int(k.n.Load())
		ended := int(k.ended.Load())
		for i := range n {
			if i < ended {
				f(k.calls[i], k.folded[i/64].Load()&(1<<(i%64)) != 0)
			} else {
				f(k.calls[i].started(), false)
			}
		}
		k = next
	}
}

// started is the operation without the fields that [Log.End] writes, perhaps now.
func (c *Call) started() Call {
	d := Call{
		Call: c.Call, Return: Never, Proc: c.Proc, Size: c.Size, Peer: c.Peer, Box: c.Box,
		From: model.AnyPeer, Kind: c.Kind, Contended: c.Contended, Overlapped: c.Overlapped,
	}
	if c.Kind.Sends() {
		d.Value = c.Value
	}
	return d
}
