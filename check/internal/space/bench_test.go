package space

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/model/algo"
	"github.com/ipccheck/ipccheck/model/step"
)

// BenchmarkExplore reports transitions a second and, of states and table, bytes a
// state, on the two models that SPIN is compared with. With one worker seconds
// are CPU seconds.
func BenchmarkExplore(b *testing.B) {
	for _, tt := range []struct {
		name                string
		changes             step.Args
		states, transitions uint64
	}{
		{"blocking-queue", step.Args{"producers": 4, "consumers": 3, "capacity": 9, "notify": 1}, 5379492, 43571040},
		{"circular-pipeline", step.Args{}, 0, 0},
	} {
		i := slices.IndexFunc(algo.Entries(), func(e step.Entry) bool { return e.Name == tt.name })
		e := algo.Entries()[i]
		args := e.Defaults()
		for k, v := range tt.changes {
			args[k] = v
		}
		p, err := e.Build(args)
		require.NoError(b, err)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/workers=%d", tt.name, workers), func(b *testing.B) {
				var s *search
				for b.Loop() {
					s = newSearch(p, Options{Workers: workers})
					s.run()
				}
				if tt.states != 0 {
					require.Equal(b, tt.states, s.done.distinct)
					require.Equal(b, tt.transitions, s.done.transitions)
				}
				b.ReportMetric(float64(s.done.transitions)*float64(b.N)/b.Elapsed().Seconds(), "transitions/s")
				b.ReportMetric(float64(s.st.bytes())/float64(s.done.distinct), "bytes/state")
				b.ReportMetric(float64(s.done.distinct), "states")
				b.ReportMetric(float64(s.done.transitions), "transitions")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// bytes is the memory held for states and table.
func (s *store) bytes() uint64 {
	chunks := uint64(s.next.Load()+chunkSize-1) / chunkSize
	return uint64(len(s.table))*8 + uint64(len(s.dir))*8 + chunks*chunkSize*uint64(s.w)*8
}
