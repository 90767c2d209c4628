package linear

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// simulated is a history of n operations on a first-in-first-out buffer, by
// clients of which half send and half receive. Each takes effect at some moment
// between call and return, and they overlap.
func simulated(n, clients, capacity int, seed uint64) record.History {
	r := rand.New(rand.NewPCG(seed, 1))
	type client struct {
		since int64
		value int64
		state int // 0 idle, 1 called, 2 has taken effect
	}
	cs := make([]client, clients)
	var queue []int64
	h := record.History{End: record.Complete, Calls: make([]record.Call, 0, n)}
	now, next, started := int64(0), int64(0), 0
	calls := [2]int{} // sends and receives called
	for len(h.Calls) < n {
		p := r.IntN(clients)
		c := &cs[p]
		send := p%2 == 0
		switch c.state {
		case 0:
			side := p % 2
			if started == n || calls[side] == n/2 {
				continue
			}
			calls[side]++
			started++
			now++
			*c = client{since: now, state: 1}
			if send {
				next++
				c.value = next
			}
		case 1:
			switch {
			case send && (capacity < 0 || len(queue) < capacity):
				queue = append(queue, c.value)
				c.state = 2
			case !send && len(queue) > 0:
				c.value, queue = queue[0], queue[1:]
				c.state = 2
			}
		case 2:
			now++
			op := model.Op{Kind: model.Send, Proc: p, Value: c.value}
			if !send {
				op = model.Op{Kind: model.Recv, Proc: p}
			}
			h.Calls = append(h.Calls, record.NewCall(op, model.Result{Status: model.OK, Value: c.value, From: model.AnyPeer}, c.since, now))
			c.state = 0
		}
	}
	h.Sort()
	return h
}

// damaged exchanges what two receives in the middle got, which are far enough
// apart that no order explains it.
func damaged(h record.History) record.History {
	out := record.History{Calls: append([]record.Call(nil), h.Calls...), End: h.End}
	first := -1
	for i := len(out.Calls) / 2; i < len(out.Calls); i++ {
		if c := &out.Calls[i]; c.Kind.Receives() {
			if first < 0 {
				first = i
			} else if c.Call > out.Calls[first].Return+int64(len(out.Calls)/20) || i > len(out.Calls)*3/4 {
				c.Value, out.Calls[first].Value = out.Calls[first].Value, c.Value
				return out
			}
		}
	}
	return out
}

// BenchmarkDecide compares the monitors with porcupine on the same histories.
// porcupine is left out where it takes longer than ten seconds.
func BenchmarkDecide(b *testing.B) {
	for _, capacity := range []int{model.NoLimit, 4} {
		spec := model.NewBuffer(model.BufferConfig{Capacity: capacity})
		name := "fifo"
		if capacity > 0 {
			name = fmt.Sprintf("bounded:%d", capacity)
		}
		for _, clients := range []int{2, 4, 8, 16, 32} {
			hopeless := map[bool]bool{}
			for _, n := range []int{100, 1000, 10_000, 100_000, 1_000_000} {
				for _, broken := range []bool{false, true} {
					h := simulated(n, clients, capacity, 7)
					want := Explained
					state := "correct"
					if broken {
						h, state, want = damaged(h), "damaged", Unexplained
					}
					at := fmt.Sprintf("%s/clients=%d/n=%d/%s", name, clients, n, state)
					b.Run(at+"/monitor", func(b *testing.B) {
						b.ReportAllocs()
						for b.Loop() {
							if d := Decide(spec, h, Options{}); d.Answer != want {
								b.Fatalf("%v: %s", d.Answer, d.Reason)
							}
						}
						b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/operation")
					})
					if hopeless[broken] {
						continue
					}
					b.Run(at+"/porcupine", func(b *testing.B) {
						for b.Loop() {
							if Check(spec, h, Budget{Wall: 10 * time.Second}) != want {
								hopeless[broken] = true
								b.Skip("not within ten seconds or a gibibyte")
							}
						}
						b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/operation")
					})
				}
			}
		}
	}
}

// BenchmarkMemory reports the most memory in use while a million operations by
// eight clients are decided, the history included.
func BenchmarkMemory(b *testing.B) {
	for _, capacity := range []int{model.NoLimit, 4} {
		b.Run(fmt.Sprint("capacity=", capacity), func(b *testing.B) {
			h := simulated(1_000_000, 8, capacity, 7)
			spec := model.NewBuffer(model.BufferConfig{Capacity: capacity})
			most := uint64(0)
			for b.Loop() {
				runtime.GC()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				Decide(spec, h, Options{})
				runtime.ReadMemStats(&after)
				most = max(most, before.HeapAlloc+after.TotalAlloc-before.TotalAlloc)
			}
			b.ReportMetric(float64(most)/1e6, "MB")
		})
	}
}
