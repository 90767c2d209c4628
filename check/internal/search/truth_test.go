package search

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
)

type atom struct{ v atomic.Int64 }

func (a *atom) Load() int         { return int(a.v.Load()) }
func (a *atom) Store(v int)       { a.v.Store(int64(v)) }
func (a *atom) Add(d int)         { a.v.Add(int64(d)) }
func (a *atom) CAS(o, n int) bool { return a.v.CompareAndSwap(int64(o), int64(n)) }

type mutex struct{ h exec.Handle }

func (m *mutex) Lock()         { exec.Current().Lock(&m.h) }
func (m *mutex) Unlock()       { exec.Current().Unlock(&m.h, "sync: unlock of unlocked mutex") }
func (m *mutex) TryLock() bool { return exec.Current().TryLock(&m.h) }

type cond struct {
	h exec.Handle
	l *mutex
}

func (c *cond) Wait()      { exec.Current().CondWait(&c.h, &c.l.h, false, "") }
func (c *cond) Signal()    { exec.Current().Signal(&c.h) }
func (c *cond) Broadcast() { exec.Current().Broadcast(&c.h) }

func spawn(n int, f func(i int)) {
	g := exec.Current()
	for i := range n {
		g.Go(func() { f(i) })
	}
}

func buffer(P, C, K, items int, oneCV, bcast bool) func() {
	return func() {
		var m mutex
		nf, ne := &cond{l: &m}, &cond{l: &m}
		if oneCV {
			ne = nf
		}
		wake := func(c *cond) {
			if bcast {
				c.Broadcast()
			} else {
				c.Signal()
			}
		}
		n := 0
		spawn(P+C, func(i int) {
			if i < P {
				for range items {
					m.Lock()
					for n == K {
						nf.Wait()
					}
					n++
					wake(ne)
					m.Unlock()
				}
				return
			}
			for range P * items / C {
				m.Lock()
				for n == 0 {
					ne.Wait()
				}
				n--
				wake(nf)
				m.Unlock()
			}
		})
	}
}

func fib(n int) func() {
	return func() {
		var i, j atom
		i.v.Store(1)
		j.v.Store(1)
		spawn(3, func(t int) {
			switch t {
			case 0:
				for range n {
					a := i.Load()
					b := j.Load()
					i.Store(a + b)
				}
			case 1:
				for range n {
					a := i.Load()
					b := j.Load()
					j.Store(a + b)
				}
			case 2:
				if i.Load() > 144 {
					return
				}
				j.Load()
			}
		})
	}
}

func TestTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all, and takes its time")
	}
	readers := func(n int) func() {
		return func() {
			var x atom
			spawn(n+1, func(i int) {
				if i == 0 {
					x.Store(1)
				} else {
					x.Load()
				}
			})
		}
	}
	lastzero := func(n int) func() {
		return func() {
			a := make([]atom, n+1)
			spawn(n+1, func(i int) {
				if i == 0 {
					i := n
					for a[i].Load() != 0 {
						i--
					}
					return
				}
				a[i].Store(a[i-1].Load() + 1)
			})
		}
	}
	indexer := func(n int) func() {
		return func() {
			var table [128]atom
			spawn(n, func(t int) {
				for m := range 4 {
					w := m*11 + t
					h := (w * 7) % 128
					for !table[h].CAS(0, w) {
						h = (h + 1) % 128
					}
				}
			})
		}
	}
	casrot := func(n int) func() {
		return func() {
			var x atom
			x.v.Store(1)
			spawn(n, func(i int) { x.CAS(i+1, i+2) })
		}
	}
	ainc := func(n int) func() {
		return func() {
			var x atom
			spawn(n, func(int) { x.Add(1) })
		}
	}
	inc := func(n int) func() {
		return func() {
			var x atom
			spawn(n, func(int) { x.Store(x.Load() + 1) })
		}
	}
	try := func(n int) func() {
		return func() {
			var m mutex
			spawn(n, func(int) {
				if m.TryLock() {
					m.Unlock()
				}
			})
		}
	}
	phil := func(n int) func() {
		return func() {
			f, meals := make([]mutex, n), make([]int, n)
			spawn(n, func(i int) {
				f[i].Lock()
				f[(i+1)%n].Lock()
				meals[i]++
				f[(i+1)%n].Unlock()
				f[i].Unlock()
			})
		}
	}
	for _, tt := range []struct {
		name   string
		body   func()
		any    bool
		traces int
		dead   int
	}{
		{"readers 2", readers(2), false, 4, 0},
		{"readers 8", readers(8), false, 256, 0},
		{"lastzero 1", lastzero(1), false, 2, 0},
		{"lastzero 2", lastzero(2), false, 5, 0},
		{"lastzero 3", lastzero(3), false, 12, 0},
		{"lastzero 4", lastzero(4), false, 28, 0},
		{"lastzero 5", lastzero(5), false, 64, 0},
		{"lastzero 10", lastzero(10), false, 3328, 0},
		{"indexer 12", indexer(12), false, 8, 0},
		{"indexer 14", indexer(14), false, 512, 0},
		{"indexer 15", indexer(15), false, 4096, 0},
		{"casrot 2", casrot(2), false, 2, 0},
		{"casrot 3", casrot(3), false, 5, 0},
		{"casrot 4", casrot(4), false, 14, 0},
		{"casrot 5", casrot(5), false, 43, 0},
		{"casrot 8", casrot(8), false, 2048, 0},
		{"ainc 3", ainc(3), false, 6, 0},
		{"inc 3", inc(3), false, 36, 0},
		{"trylock 3", try(3), false, 24, 0},
		{"philosophers 2", phil(2), false, 3, 1},
		{"philosophers 3", phil(3), false, 7, 1},
		{"philosophers 4", phil(4), false, 15, 1},
		{"bb 2cv any 1112", buffer(1, 1, 1, 2, false, false), true, 8, 0},
		{"bb 2cv any 1122", buffer(1, 1, 2, 2, false, false), true, 6, 0},
		{"bb 2cv any 2112", buffer(2, 1, 1, 2, false, false), true, 2432, 0},
		{"bb 2cv fifo 2112", buffer(2, 1, 1, 2, false, false), false, 1952, 0},
		{"bb 2cv any 2222", buffer(2, 2, 2, 2, false, false), true, 33192, 0},
		{"bb 1cv any 2211", buffer(2, 2, 1, 1, true, false), true, 80, 8},
		{"bb 1cv fifo 2211", buffer(2, 2, 1, 1, true, false), false, 60, 4},
		{"bb 1cv any 2112", buffer(2, 1, 1, 2, true, false), true, 3272, 168},
		{"bb 1cv bcast 2112", buffer(2, 1, 1, 2, true, true), false, 3840, 0},
		{"fib 5", fib(5), false, 218243, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.traces > 1000 {
				oneRunsAtATime(t)
			}
			if long := tt.traces > 50_000 || tt.name == "indexer 15"; long && os.Getenv("IPCCHECK_LONG") == "" {
				t.Skip("takes seconds: IPCCHECK_LONG=1 runs it")
			}
			x := exec.New("", tt.body)
			defer x.Close()
			base := prim.Plan{SignalAny: tt.any}
			n := exploreAll(x, base, optimal, func(x *prim.Execution) bool {
				require.NotEqual(t, prim.Panicked, x.End, x.Panic)
				return true
			})
			require.Equal(t, tally{tt.traces, tt.dead, 0}, n)
			if tt.traces > 5000 {
				return
			}
			n = exploreAll(x, base, source, nil)
			require.Equal(t, []int{tt.traces, tt.dead}, []int{n.executions - n.blocked, n.deadlocked}, "source sets")
		})
	}
}

// oneRunsAtATime skips a long test under the race detector: it would see nothing.
func oneRunsAtATime(t *testing.T) {
	if raceBuild {
		t.Skip("too long with the race detector, and one goroutine runs at a time")
	}
}
