package impl_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/catalog"
)

// channel is a plain channel, the measure of all.
type channel chan int

func (c channel) Send(v int) error   { c <- v; return nil }
func (c channel) Recv() (int, error) { return <-c, nil }

func (c channel) TrySend(v int) error {
	select {
	case c <- v:
		return nil
	default:
		return impl.ErrFull
	}
}

func (c channel) TryRecv() (int, error) {
	select {
	case v := <-c:
		return v, nil
	default:
		return 0, impl.ErrEmpty
	}
}

// waiting is what the benchmarks use of a buffer.
type waiting interface {
	impl.Sender[int]
	impl.Receiver[int]
	impl.TrySender[int]
	impl.TryReceiver[int]
}

// subject is something to measure.
type subject struct {
	name    string
	parties int // most producers and consumers, 0 for any number
	build   func(n int) waiting
}

const room = 256

func subjects(entries []catalog.Entry, plain int) []subject {
	out := []subject{{"channel", 0, func(int) waiting { return make(channel, plain) }}}
	for _, e := range entries {
		out = append(out, subject{e.Name, e.MaxProducers, func(n int) waiting { return e.New(n) }})
	}
	return out
}

// One goroutine sends and receives in turn: the cost of the operations alone.
func BenchmarkAlone(b *testing.B) {
	for _, s := range subjects(catalog.Buffers(), room) {
		b.Run(s.name, func(b *testing.B) {
			q := s.build(room)
			for b.Loop() {
				_ = q.Send(1)
				_, _ = q.Recv()
			}
		})
	}
}

// Producers and consumers that wait for each other: the cost of one item.
func BenchmarkWaiting(b *testing.B) {
	for _, n := range []int{1, 4} {
		for _, s := range subjects(catalog.Buffers(), room) {
			b.Run(fmt.Sprintf("%d-%d/%s", n, n, s.name), func(b *testing.B) { transfer(b, s, n, sendWaiting, recvWaiting) })
		}
	}
}

// Producers and consumers that yield the processor while they are refused.
func BenchmarkPolling(b *testing.B) {
	for _, n := range []int{1, 4} {
		for _, s := range subjects(catalog.Buffers(), room) {
			b.Run(fmt.Sprintf("%d-%d/%s", n, n, s.name), func(b *testing.B) { transfer(b, s, n, sendPolling, recvPolling) })
		}
	}
}

// One sender and one receiver meet for each item.
func BenchmarkRendezvous(b *testing.B) {
	for _, s := range subjects(catalog.Rendezvous(), 0) {
		b.Run(s.name, func(b *testing.B) { transfer(b, s, 1, sendWaiting, recvWaiting) })
	}
}

func sendWaiting(q waiting) { _ = q.Send(1) }
func recvWaiting(q waiting) { _, _ = q.Recv() }

func sendPolling(q waiting) {
	for errors.Is(q.TrySend(1), impl.ErrFull) {
		runtime.Gosched()
	}
}

func recvPolling(q waiting) {
	for {
		if _, err := q.TryRecv(); !errors.Is(err, impl.ErrEmpty) {
			return
		}
		runtime.Gosched()
	}
}

// transfer moves b.N items through the object, with n goroutines on each side.
func transfer(b *testing.B, s subject, n int, send, recv func(waiting)) {
	if s.parties > 0 && n > s.parties {
		b.Skipf("for at most %d on each side", s.parties)
	}
	q := s.build(room)
	var wg sync.WaitGroup
	b.ResetTimer()
	for i := range n {
		share := b.N / n
		if i < b.N%n {
			share++
		}
		wg.Go(func() {
			for range share {
				send(q)
			}
		})
		wg.Go(func() {
			for range share {
				recv(q)
			}
		})
	}
	wg.Wait()
}
