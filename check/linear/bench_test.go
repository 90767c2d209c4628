package linear

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/workload"
	"github.com/ipccheck/ipccheck/model"
)

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
					h := workload.Simulated(n, clients, capacity, 7)
					want := Explained
					state := "correct"
					if broken {
						h, state, want = workload.Damaged(h), "damaged", Unexplained
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
			h := workload.Simulated(1_000_000, 8, capacity, 7)
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
