package check_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// A select may have any number of cases, and each that can be ready is tried.
func TestExploreSelectWithManyCases(t *testing.T) {
	for _, capacity := range []int{0, 1} {
		taken := map[int]bool{}
		v := check.Explore(t, func(t *sched.T) {
			chans := make([]chan int, 70)
			cases := make([]sched.Case, len(chans))
			got := 0
			for i := range chans {
				chans[i] = make(chan int, capacity)
				cases[i] = sched.RecvCase(chans[i], &got, nil)
			}
			full := make(chan int, 1) // a case that is never ready: a send where there is no room
			sched.Send(full, 0)
			cases = append(cases, sched.SendCase(full, 1))
			for _, i := range []int{0, 33, 69} {
				sched.Go(func() { sched.Send(chans[i], i) })
			}
			for range 3 {
				i := sched.Select(false, cases...)
				if i != got {
					t.Errorf("case %d received %d", i, got)
				}
				taken[i] = true
			}
		})
		assert.Equal(t, verdict.Pass, v.Answer)
		assert.Equal(t, map[int]bool{0: true, 33: true, 69: true}, taken)
		assert.Greater(t, v.Counts.Executions, uint64(5))
	}
}
