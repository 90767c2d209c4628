//go:build linux && amd64 && !race

package cprog

import (
	"testing"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// BenchmarkExecutions explores the bounded buffer of two producers and one consumer: an
// iteration is an execution. BenchmarkExecutions of package search has Go's beside it.
func BenchmarkExecutions(b *testing.B) {
	p := program(b, "buffer.c -DP=2 -DN=2")
	x := newExecutor(p, Config{})
	defer x.Close()
	b.ReportAllocs()
	b.ResetTimer()
	for left := uint64(b.N); left > 0; {
		v := search.Explore("buffer", x, search.Options{SignalAny: true, Executions: left})
		left -= v.Counts.Executions
	}
}
