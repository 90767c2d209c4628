//go:build linux

package shm

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/impl"
)

// fakeFutex stands in for the kernel where the test's goroutine is both the one that
// sleeps and the one that wakes it: what the other does happens within wait.
type fakeFutex struct {
	early  func()  // happens before the kernel compares the word
	asleep func()  // happens after that
	woken  func()  // happens when the kernel is asked to wake
	rings  []*Ring // which map the word at different addresses
	at     int     // the word's offset
	wakes  int     // of those who sleep on it
	waits  int
	naps   int // sleeps that nothing but the end of the nap ends
}

func newFakeFutex(rings ...*Ring) *fakeFutex {
	f := &fakeFutex{rings: rings}
	for _, r := range rings {
		r.futex = f
	}
	return f
}

func (f *fakeFutex) offset(word *atomic.Uint32) int {
	for _, r := range f.rings {
		at := uintptr(unsafe.Pointer(word)) - uintptr(unsafe.Pointer(&r.mem[0]))
		if at < uintptr(len(r.mem)) {
			return int(at)
		}
	}
	return -1
}

func (f *fakeFutex) wait(word *atomic.Uint32, value uint32, nap time.Duration) {
	if f.waits++; f.waits > 10 {
		panic("the waiter does not sleep, and does not go on")
	}
	early, asleep := f.early, f.asleep
	f.early = nil
	if early != nil {
		early()
	}
	if word.Load() != value {
		return
	}
	f.asleep, f.at, f.wakes = nil, f.offset(word), 0
	if asleep != nil {
		asleep()
	}
	if f.wakes == 0 {
		f.naps++
	}
}

func (f *fakeFutex) wake(word *atomic.Uint32, n int) {
	if f.offset(word) == f.at {
		f.wakes++
	}
	if f.woken != nil {
		f.woken()
	}
}

// scene is a ring of one message and two processes, as far as it can tell. One
// waits for what the other does.
type scene struct {
	futex   *fakeFutex
	waiter  *Ring
	other   *Ring
	at      int
	peers   Role
	refused error
	try     func() error // the waiter's
	act     func() error // the other's
}

// scenes are the two sides of a ring, with locks and without.
func scenes(t *testing.T, test func(t *testing.T, s scene)) {
	for name, flags := range map[string]Flags{"with locks": 0, "without locks": SingleProducer | SingleConsumer} {
		for side, role := range map[string]Role{"receiver": Consumer, "sender": Producer} {
			t.Run(side+" "+name, func(t *testing.T) {
				waiter, err := CreateIn(t.TempDir(), 1, 8, flags, role)
				require.NoError(t, err)
				t.Cleanup(func() { _ = waiter.Detach() })
				other, err := AttachTo(waiter.File().Name(), (Producer|Consumer)&^role)
				require.NoError(t, err)
				t.Cleanup(func() { _ = other.Detach() })
				f := newFakeFutex(waiter, other)
				send := func(r *Ring) func() error { return func() error { return r.TrySend([]byte("message")) } }
				recv := func(r *Ring) func() error {
					return func() error { _, err := r.TryRecv(make([]byte, 8)); return err }
				}
				s := scene{f, waiter, other, atItems, Producer, impl.ErrEmpty, recv(waiter), send(other)}
				if role == Producer {
					require.NoError(t, send(waiter)())
					s = scene{f, waiter, other, atRoom, Consumer, impl.ErrFull, send(waiter), recv(other)}
				}
				test(t, s)
			})
		}
	}
}

func (s scene) wait(ctx context.Context, try func() error) error {
	return s.waiter.wait(ctx, s.at, s.peers, s.refused, try)
}

func (s scene) acts(t *testing.T) func() {
	return func() { require.NoError(t, s.act()) }
}

// TestWakeReachesTheSleeper: what ends a wait happens while the waiter sleeps.
func TestWakeReachesTheSleeper(t *testing.T) {
	scenes(t, func(t *testing.T, s scene) {
		s.futex.asleep = s.acts(t)
		require.NoError(t, s.wait(context.Background(), s.try))
		assert.Zero(t, s.futex.naps, "nothing but the nap wakes it")
		assert.Zero(t, word32(s.waiter.mem, s.at+waiters).Load(), "nobody sleeps any more")
	})
}

// TestSignalChangesTheWord: what ends a wait happens when the waiter is about to
// sleep. No wake reaches it then; the kernel sees that the word is another.
func TestSignalChangesTheWord(t *testing.T) {
	scenes(t, func(t *testing.T, s scene) {
		s.futex.early = s.acts(t)
		require.NoError(t, s.wait(context.Background(), s.try))
		assert.Zero(t, s.futex.naps, "nothing but the nap wakes it")
	})
}

// TestSleeperIsCountedBeforeItsLastTry: what ends a wait happens right after the
// last try. It must see a sleeper, and change the word that the sleeper has read.
func TestSleeperIsCountedBeforeItsLastTry(t *testing.T) {
	scenes(t, func(t *testing.T, s scene) {
		tries := 0
		require.NoError(t, s.wait(context.Background(), func() error {
			err := s.try()
			if tries++; tries == Spins+1 {
				s.acts(t)()
			}
			return err
		}))
		assert.Zero(t, s.futex.naps, "nothing but the nap wakes it")
	})
}

// TestIndexMovesBeforeTheSignal: whoever is woken finds what it was woken for.
func TestIndexMovesBeforeTheSignal(t *testing.T) {
	scenes(t, func(t *testing.T, s scene) {
		found := s.refused
		s.futex.woken = func() { found = s.try() }
		s.futex.asleep = s.acts(t)
		err := s.wait(context.Background(), func() error {
			if found == nil {
				return nil
			}
			return s.try()
		})
		require.NoError(t, err)
		assert.NoError(t, found)
	})
}

// TestWakeOfACancelledWaiterIsNotLost: a wake that reaches a waiter whose context is
// done meanwhile was for it alone, so it does what it was woken for.
func TestWakeOfACancelledWaiterIsNotLost(t *testing.T) {
	scenes(t, func(t *testing.T, s scene) {
		ctx, cancel := context.WithCancel(context.Background())
		s.futex.asleep = func() {
			cancel()
			s.acts(t)()
		}
		assert.NoError(t, s.wait(ctx, s.try))
		assert.Equal(t, context.Canceled, s.wait(ctx, func() error { return s.refused }))
	})
}

// TestClosingWakesTheSleeper: also when the waiter is only about to sleep.
func TestClosingWakesTheSleeper(t *testing.T) {
	for _, end := range []struct {
		by   func(*Ring) error
		want error
	}{{(*Ring).Close, impl.ErrClosed}, {(*Ring).Destroy, impl.ErrDestroyed}} {
		for _, early := range []bool{false, true} {
			scenes(t, func(t *testing.T, s scene) {
				by := func() { require.NoError(t, end.by(s.other)) }
				if early {
					s.futex.early = by
				} else {
					s.futex.asleep = by
				}
				assert.Equal(t, end.want, s.wait(context.Background(), s.try))
				assert.Zero(t, s.futex.naps, "nothing but the nap wakes it")
			})
		}
	}
}

// TestCloseStopsASendUnderWay: the ring is closed by the receiver between the look of
// a send at the tail and its move. The receiver has learnt that nothing comes.
func TestCloseStopsASendUnderWay(t *testing.T) {
	scenes(t, func(t *testing.T, s scene) {
		if s.at != atItems {
			return
		}
		sender, receiver, buf := s.other, s.waiter, make([]byte, 8)
		tail := word64(sender.mem, atTail).Load()
		require.NoError(t, receiver.Close())
		_, err := receiver.Recv(buf)
		require.Equal(t, impl.ErrClosed, err)
		assert.Equal(t, impl.ErrClosed, sender.accept(tail))
		assert.Zero(t, receiver.Len())
	})
}

// TestUnlockWakesTheNext: whoever waits for a lock is woken when it is released, or
// sees that before it sleeps.
func TestUnlockWakesTheNext(t *testing.T) {
	holder, err := CreateIn(t.TempDir(), 1, 8, 0, Producer)
	require.NoError(t, err)
	t.Cleanup(func() { _ = holder.Detach() })
	next, err := AttachTo(holder.File().Name(), Consumer)
	require.NoError(t, err)
	t.Cleanup(func() { _ = next.Detach() })
	for _, at := range []int{atSending, atTaking} {
		for _, early := range []bool{false, true} {
			f := newFakeFutex(holder, next)
			require.NoError(t, holder.lock(at))
			release := func() { holder.unlock(at) }
			if early {
				f.early = release
			} else {
				f.asleep = release
			}
			require.NoError(t, next.lock(at))
			assert.Zero(t, f.naps, "nothing but the nap wakes it")
			assert.Zero(t, word32(next.mem, at+waiters).Load(), "nobody sleeps any more")
			next.unlock(at)
		}
	}
}

// TestLastLookAfterAPeerDied: the peer accepts a message and dies, before it wakes
// anybody, after the receiver has looked for the last time.
func TestLastLookAfterAPeerDied(t *testing.T) {
	r, err := CreateIn(t.TempDir(), 4, 64, 0, Consumer)
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Detach() })
	newFakeFutex(r).asleep = func() {
		kill, said := process(t, "accept", r.File().Name())
		assert.Equal(t, "ready", said)
		kill()
	}
	buf := make([]byte, 64)
	n, err := r.Recv(buf)
	require.NoError(t, err)
	assert.Equal(t, "accepted", string(buf[:n]))
	_, err = r.Recv(buf)
	assert.Equal(t, ErrPeerDied, err)
}

// TestOnlyTheLockOfTheDeadIsReleased: when the slot of a process that died is
// reclaimed, a living one has the lock.
func TestOnlyTheLockOfTheDeadIsReleased(t *testing.T) {
	r, err := CreateIn(t.TempDir(), 4, 8, 0, Producer)
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Detach() })
	kill, said := process(t, "consumer", r.File().Name())
	require.Equal(t, "ready", said)
	kill()
	for _, at := range []int{atSending, atTaking} {
		require.NoError(t, r.lock(at))
	}
	assert.False(t, r.others(Consumer))
	const slot = 1
	assert.Equal(t, uint32(free), r.state(slot).Load()&stateMask, "it is reclaimed")
	for _, at := range []int{atSending, atTaking} {
		assert.Equal(t, r.tag, word32(r.mem, at).Load(), "the lock is this process's")
		require.NoError(t, r.recover(at, r.tag))
		assert.Equal(t, r.tag, word32(r.mem, at).Load(), "which lives")
		r.unlock(at)
	}
}

// TestLockIsReleasedByWhoeverWaits: the holder has left the ring, or another process
// has its slot.
func TestLockIsReleasedByWhoeverWaits(t *testing.T) {
	dir := t.TempDir()
	r, err := CreateIn(dir, 4, 8, 0, Producer)
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Detach() })
	word := word32(r.mem, atSending)
	gone, err := AttachTo(r.File().Name(), Producer)
	require.NoError(t, err)
	require.NoError(t, gone.lock(atSending))
	require.NoError(t, gone.Detach())
	seen := word.Load()
	require.NoError(t, r.recover(atSending, seen))
	require.Zero(t, word.Load())

	word.Store(seen)
	next, err := AttachTo(r.File().Name(), Producer)
	require.NoError(t, err)
	t.Cleanup(func() { _ = next.Detach() })
	require.NoError(t, r.recover(atSending, seen))
	require.Zero(t, word.Load(), "the process that has the slot now does not hold the lock")
	require.NoError(t, next.lock(atSending))
	require.NoError(t, r.recover(atSending, seen))
	assert.Equal(t, next.tag, word.Load(), "nor is its lock that of the one before")
}

// noNap is the kernel's futex where nothing but a wake ends a sleep.
type noNap struct{ kernel }

func (f noNap) wait(word *atomic.Uint32, value uint32, _ time.Duration) {
	f.kernel.wait(word, value, time.Hour)
}

// TestWakesComeWithoutNaps: two goroutines that wait for each other all the time,
// and sleep, go on by wakes alone. Without one of them a round hangs, which is the
// only thing that its time limit is for: on a loaded machine all of them may take longer.
func TestWakesComeWithoutNaps(t *testing.T) {
	const rounds = 300
	there, back := ring(t, 1, 8, 0), ring(t, 1, 8, SingleProducer|SingleConsumer)
	there.futex, back.futex = noNap{}, noNap{}
	asleep := func(r *Ring, at int) {
		for word32(r.mem, at+waiters).Load() == 0 {
			runtime.Gosched()
		}
	}
	round := make(chan struct{})
	go func() {
		defer close(round)
		var wg sync.WaitGroup
		wg.Go(func() {
			buf := make([]byte, 8)
			for range rounds {
				_, err := there.Recv(buf)
				assert.NoError(t, err)
				asleep(back, atItems)
				assert.NoError(t, back.Send(buf))
			}
		})
		buf := make([]byte, 8)
		for range rounds {
			asleep(there, atItems)
			assert.NoError(t, there.Send(buf))
			_, err := back.Recv(buf)
			assert.NoError(t, err)
			round <- struct{}{}
		}
		wg.Wait()
	}()
	for more := true; more; {
		select {
		case _, more = <-round:
		case <-time.After(20 * time.Second):
			t.Fatal("a wake is missing")
		}
	}
}
