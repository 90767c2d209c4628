//go:build linux && amd64 && !race

package cprog

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// BenchmarkExecutions explores the bounded buffer of two producers and one consumer: an
// iteration is an execution. BenchmarkExecutions of package search has Go's beside it. The
// seconds of the processor are those of this process and of its child.
func BenchmarkExecutions(b *testing.B) {
	p := program(b, "buffer.c -DP=2 -DN=2")
	x := newExecutor(p, Config{})
	b.ReportAllocs()
	b.ResetTimer()
	before := computing(b)
	for left := uint64(b.N); left > 0; {
		v := search.Explore("buffer", x, search.Options{SignalAny: true, Executions: left})
		left -= v.Counts.Executions
	}
	x.Close()
	b.ReportMetric(float64(b.N)/(computing(b)-before).Seconds(), "executions/CPU-s")
}

// computing is how long this process and its children that have ended have computed.
func computing(t testing.TB) (all time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		require.NoError(t, syscall.Getrusage(who, &u))
		all += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return all
}
