package catalog_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/catalog"
	"github.com/ipccheck/ipccheck/impl/internal/watchdog"
	"github.com/ipccheck/ipccheck/model"
)

// each runs the test for every entry and for capacities that are edges, powers
// of two, and neither.
func each(t *testing.T, entries []catalog.Entry, test func(t *testing.T, e catalog.Entry, n int)) {
	for _, e := range entries {
		t.Run(e.Name, func(t *testing.T) {
			watchdog.Start(t)
			for _, n := range []int{1, 2, 3, 8} {
				test(t, e, n)
			}
		})
	}
}

func all() []catalog.Entry { return slices.Concat(catalog.Buffers(), catalog.Rendezvous()) }

// limit is at most n, and what the entry allows.
func limit(n, promised int) int {
	if promised > 0 {
		return min(n, promised)
	}
	return n
}

func done() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// One process at a time: a slice is the specification.
func TestSequentialMeaning(t *testing.T) {
	each(t, all(), func(t *testing.T, e catalog.Entry, n int) {
		rapid.Check(t, func(t *rapid.T) {
			b := e.New(n)
			capacity := e.Promise(n).Capacity
			var held []int
			closed := false
			room := func() bool { return capacity == impl.NoLimit || len(held) < capacity }
			send := func(refusal error) func(v int) error {
				return func(v int) error {
					switch {
					case closed:
						return impl.ErrClosed
					case !room():
						return refusal
					}
					held = append(held, v)
					return nil
				}
			}
			recv := func(refusal error) func() (int, error) {
				return func() (int, error) {
					switch {
					case len(held) > 0:
						v := held[0]
						held = held[1:]
						return v, nil
					case closed:
						return 0, impl.ErrClosed
					}
					return 0, refusal
				}
			}
			next := 0
			actions := []string{"try send", "try recv", "send", "recv", "send context", "recv context", "close"}
			for range rapid.IntRange(0, 60).Draw(t, "operations") {
				op := rapid.SampledFrom(actions).Draw(t, "operation")
				next++
				var got, want int
				var err, expected error
				switch op {
				case "try send":
					err, expected = b.TrySend(next), send(impl.ErrFull)(next)
				case "send context":
					err, expected = b.SendContext(done(), next), send(context.Canceled)(next)
				case "send":
					if !room() && !closed {
						continue // it would wait
					}
					err, expected = b.Send(next), send(nil)(next)
				case "try recv":
					got, err = b.TryRecv()
					want, expected = recv(impl.ErrEmpty)()
				case "recv context":
					got, err = b.RecvContext(done())
					want, expected = recv(context.Canceled)()
				case "recv":
					if len(held) == 0 && !closed {
						continue
					}
					got, err = b.Recv()
					want, expected = recv(nil)()
				case "close":
					if rapid.IntRange(0, 3).Draw(t, "close?") > 0 {
						continue
					}
					err = b.Close()
					if closed {
						expected = impl.ErrClosed
					}
					closed = true
				}
				require.Equal(t, expected, err, op)
				require.Equal(t, want, got, op)
				require.Equal(t, len(held), b.Len())
				require.Equal(t, capacity, b.Cap())
			}
		})
	})
}

// soon is a context that is cancelled after a few turns of the scheduler.
func soon() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for range 5 {
			runtime.Gosched()
		}
		cancel()
	}()
	return ctx, cancel
}

// mode is a way to send and to receive.
type mode struct {
	name string
	send func(b impl.Buffer[int], v int) error
	recv func(b impl.Buffer[int]) (int, error)
}

func modes() []mode {
	return []mode{
		{"waiting",
			func(b impl.Buffer[int], v int) error { return b.Send(v) },
			func(b impl.Buffer[int]) (int, error) { return b.Recv() }},
		{"polling",
			func(b impl.Buffer[int], v int) error {
				for {
					if err := b.TrySend(v); !errors.Is(err, impl.ErrFull) {
						return err
					}
					runtime.Gosched()
				}
			},
			func(b impl.Buffer[int]) (int, error) {
				for {
					if v, err := b.TryRecv(); !errors.Is(err, impl.ErrEmpty) {
						return v, err
					}
					runtime.Gosched()
				}
			}},
		{"cancelling",
			func(b impl.Buffer[int], v int) error {
				for {
					ctx, cancel := soon()
					if err := b.SendContext(ctx, v); !errors.Is(err, context.Canceled) {
						cancel()
						return err
					}
				}
			},
			func(b impl.Buffer[int]) (int, error) {
				for {
					ctx, cancel := soon()
					if v, err := b.RecvContext(ctx); !errors.Is(err, context.Canceled) {
						cancel()
						return v, err
					}
				}
			}},
	}
}

// Every item arrives once, and those of one producer in their order, however
// the two sides wait.
func TestConservationAndOrder(t *testing.T) {
	items := 400
	if testing.Short() {
		items = 100
	}
	each(t, all(), func(t *testing.T, e catalog.Entry, n int) {
		for i, out := range modes() {
			for j, in := range modes() {
				if i > 0 && j > 0 && i == j && e.Promise(n).Capacity == 0 {
					continue // two that do not wait never meet
				}
				if e.Promise(n).Capacity == 0 && out.name != "waiting" && in.name != "waiting" {
					continue
				}
				b := e.New(n)
				producers, consumers := limit(3, e.MaxProducers), limit(3, e.MaxConsumers)
				var sending, receiving sync.WaitGroup
				for p := range producers {
					sending.Go(func() {
						for k := range items {
							if err := out.send(b, p*items+k); err != nil {
								t.Errorf("%s: send of %d: %v", out.name, p*items+k, err)
							}
						}
					})
				}
				got := make([][]int, consumers)
				for c := range consumers {
					receiving.Go(func() {
						for {
							v, err := in.recv(b)
							if err != nil {
								assert.ErrorIs(t, err, impl.ErrClosed)
								return
							}
							got[c] = append(got[c], v)
						}
					})
				}
				sending.Wait()
				require.NoError(t, b.Close())
				receiving.Wait()
				for _, g := range got {
					last := make(map[int]int)
					for _, v := range g {
						if prev, ok := last[v/items]; ok {
							assert.Less(t, prev, v, "%s, %s, capacity %d: order of producer %d", out.name, in.name, n, v/items)
						}
						last[v/items] = v
					}
				}
				flat := slices.Concat(got...)
				slices.Sort(flat)
				want := make([]int, producers*items)
				for k := range want {
					want[k] = k
				}
				assert.Equal(t, want, flat, "%s, %s, capacity %d", out.name, in.name, n)
			}
		}
	})
}

// What a send answered with nil is received before the close is, and nothing
// else, though everybody is in the middle of something when the close comes.
func TestCloseUnderLoad(t *testing.T) {
	each(t, all(), func(t *testing.T, e catalog.Entry, n int) {
		for range 100 {
			b := e.New(n)
			var wg sync.WaitGroup
			var sum, received atomic.Int64
			for p := range limit(3, e.MaxProducers) {
				wg.Go(func() {
					for k := 1; ; k++ {
						err := b.Send(p*1000 + k)
						if err != nil {
							assert.ErrorIs(t, err, impl.ErrClosed)
							assert.ErrorIs(t, b.TrySend(1), impl.ErrClosed)
							return
						}
						sum.Add(int64(p*1000 + k))
						if k%16 == 0 {
							runtime.Gosched() // or an unbounded buffer takes all the memory
						}
					}
				})
			}
			for range limit(2, e.MaxConsumers) {
				wg.Go(func() {
					for {
						v, err := b.Recv()
						if err != nil {
							assert.ErrorIs(t, err, impl.ErrClosed)
							_, err = b.TryRecv()
							assert.ErrorIs(t, err, impl.ErrClosed)
							return
						}
						received.Add(int64(v))
					}
				})
			}
			for range 10 {
				runtime.Gosched()
			}
			assert.NoError(t, b.Close())
			assert.ErrorIs(t, b.Close(), impl.ErrClosed)
			wg.Wait()
			assert.Equal(t, sum.Load(), received.Load())
			assert.Zero(t, b.Len())
		}
	})
}

// Everyone who waits is woken by the close, and none before.
func TestCloseWakesAll(t *testing.T) {
	each(t, all(), func(t *testing.T, e catalog.Entry, n int) {
		synctest.Test(t, func(t *testing.T) {
			b := e.New(n)
			var woken atomic.Int64
			receivers := limit(4, e.MaxConsumers)
			for i := range receivers {
				go func() {
					recv := b.Recv
					if i%2 == 1 {
						recv = func() (int, error) { return b.RecvContext(t.Context()) }
					}
					_, err := recv()
					assert.ErrorIs(t, err, impl.ErrClosed)
					woken.Add(1)
				}()
			}
			synctest.Wait()
			assert.Zero(t, woken.Load())
			assert.NoError(t, b.Close())
			synctest.Wait()
			assert.EqualValues(t, receivers, woken.Load())

			if e.Promise(n).Capacity == impl.NoLimit {
				return
			}
			b = e.New(n)
			for k := range e.Promise(n).Capacity {
				assert.NoError(t, b.Send(k))
			}
			woken.Store(0)
			senders := limit(4, e.MaxProducers)
			for i := range senders {
				go func() {
					send := b.Send
					if i%2 == 1 {
						send = func(v int) error { return b.SendContext(t.Context(), v) }
					}
					assert.ErrorIs(t, send(100+i), impl.ErrClosed)
					woken.Add(1)
				}()
			}
			synctest.Wait()
			assert.Zero(t, woken.Load())
			assert.NoError(t, b.Close())
			synctest.Wait()
			assert.EqualValues(t, senders, woken.Load())
			for k := range e.Promise(n).Capacity {
				v, err := b.Recv()
				assert.NoError(t, err)
				assert.Equal(t, k, v)
			}
			_, err := b.Recv()
			assert.ErrorIs(t, err, impl.ErrClosed)
		})
	})
}

// A wait ends with its context, leaves nothing behind, and takes nothing along.
func TestCancelledWait(t *testing.T) {
	each(t, all(), func(t *testing.T, e catalog.Entry, n int) {
		synctest.Test(t, func(t *testing.T) {
			b := e.New(n)
			ctx, cancel := context.WithCancel(t.Context())
			late := make(chan error, 1)
			go func() {
				_, err := b.RecvContext(ctx)
				late <- err
			}()
			synctest.Wait()
			cancel()
			assert.ErrorIs(t, <-late, context.Canceled)
			assert.Zero(t, b.Len())
			if e.Promise(n).Capacity == 0 {
				assert.ErrorIs(t, b.TrySend(1), impl.ErrFull)
			}
			if e.Promise(n).Capacity == impl.NoLimit {
				return
			}
			for k := range e.Promise(n).Capacity {
				assert.NoError(t, b.TrySend(k))
			}
			ctx, cancel = context.WithCancel(t.Context())
			go func() { late <- b.SendContext(ctx, 100) }()
			synctest.Wait()
			cancel()
			assert.ErrorIs(t, <-late, context.Canceled)
			for k := range e.Promise(n).Capacity {
				v, err := b.TryRecv()
				assert.NoError(t, err)
				assert.Equal(t, k, v)
			}
			_, err := b.TryRecv()
			assert.ErrorIs(t, err, impl.ErrEmpty)
		})
	})
}

// The wake-up of a receiver that is cancelled at the same time goes to another:
// one of the two gets the item.
func TestCancelPassesTheWakeUpOn(t *testing.T) {
	each(t, all(), func(t *testing.T, e catalog.Entry, n int) {
		if e.MaxConsumers == 1 || e.MaxProducers == 1 {
			return
		}
		for range 300 {
			b := e.New(n)
			ctx, cancel := context.WithCancel(context.Background())
			var wg sync.WaitGroup
			var got atomic.Int64
			wg.Go(func() {
				v, err := b.RecvContext(ctx)
				if err == nil {
					got.Add(int64(v))
					assert.NoError(t, b.Send(1)) // for the other one
				}
			})
			wg.Go(func() {
				v, err := b.Recv()
				assert.NoError(t, err)
				got.Add(int64(v))
			})
			wg.Go(cancel)
			wg.Go(func() { assert.NoError(t, b.Send(1)) })
			wg.Wait()
			assert.Zero(t, b.Len())
			assert.Contains(t, []int64{1, 2}, got.Load())

			if e.Promise(n).Capacity == impl.NoLimit {
				continue
			}
			for range e.Promise(n).Capacity {
				assert.NoError(t, b.Send(1))
			}
			ctx, cancel = context.WithCancel(context.Background())
			wg.Go(func() {
				if b.SendContext(ctx, 1) == nil {
					_, err := b.Recv()
					assert.NoError(t, err)
				}
			})
			wg.Go(func() { assert.NoError(t, b.Send(1)) })
			wg.Go(cancel)
			wg.Go(func() {
				_, err := b.Recv()
				assert.NoError(t, err)
			})
			wg.Wait()
			assert.Equal(t, e.Promise(n).Capacity, b.Len())
		}
	})
}

// Strict refusals: with k items inside that nobody can take, and other receivers
// and senders busy, full and empty are never said wrongly.
func TestStrictRefusals(t *testing.T) {
	each(t, catalog.Buffers(), func(t *testing.T, e catalog.Entry, n int) {
		if e.Promise(n).Refusals != model.Strict || e.MaxProducers == 1 || n < 2 {
			return
		}
		// Everyone sends one and receives one, so there is room for a send
		// after a receive of one's own, and an item after a send.
		b := e.New(n)
		var wg sync.WaitGroup
		for p := range 2 {
			wg.Go(func() {
				for range 500 {
					assert.NoError(t, b.TrySend(p))
					_, err := b.TryRecv()
					assert.NoError(t, err)
				}
			})
		}
		wg.Wait()
		assert.Zero(t, b.Len())
	})
}
