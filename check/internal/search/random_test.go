package search

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// The random strategies find the lost wakeup of one condition variable with
// Signal, two producers, two consumers, capacity 1 and one item each: 8 of 80
// traces (any), 4 of 60 (fifo). The table says after how many executions, on
// average over 100 seeds.
func TestLostWakeupByChance(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s %-7s %s\n", "strategy", "signal", "executions until it is found, mean of 100 seeds")
	for _, tt := range []struct {
		name string
		make func(seed uint64) Strategy
	}{
		{"random", func(s uint64) Strategy { return &Random{Seed: s} }},
		{"pct", func(s uint64) Strategy { return &PCT{Seed: s} }},
		{"urw", func(s uint64) Strategy { return &URW{Seed: s} }},
	} {
		for _, any := range []bool{true, false} {
			x := exec.New("", buffer(2, 2, 1, 1, true, false))
			defer x.Close()
			sum := 0
			for seed := range uint64(100) {
				n := exploreAll(x, prim.Plan{SignalAny: any}, func() Strategy { return tt.make(seed) }, func(x *prim.Execution) bool {
					return x.End != prim.Deadlock
				})
				require.Equal(t, 1, n.deadlocked)
				sum += n.executions
			}
			signal := map[bool]string{true: "any", false: "fifo"}[any]
			fmt.Fprintf(&table, "%-10s %-7s %.1f\n", tt.name, signal, float64(sum)/100)
		}
	}
	golden.Compare(t, filepath.Join("testdata", "lost_wakeup.golden"), table.String())
}
