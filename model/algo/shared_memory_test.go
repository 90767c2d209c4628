package algo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Without the semaphore two processes or more, that add twice or more each, leave
// any value from two to the number of additions; those that add once, any from
// one: a well-known exercise. Each wrong value is one state.
func TestSharedMemoryLosesAllButTwo(t *testing.T) {
	e := entry(t, "shared-memory")
	for processes := 1; processes <= 4; processes++ {
		for rounds := 1; rounds <= min(4, 8/processes); rounds++ {
			lost := map[model.Code]int{}
			if processes > 1 {
				lost[model.DataRace] = processes*rounds - min(rounds, 2)
			}
			got := explore(t, e, step.Args{"processes": processes, "rounds": rounds, "variant": 1})
			assert.Equal(t, lost, got.Faults, "%d processes, %d rounds", processes, rounds)
		}
	}
}

// One permit keeps the counter right, none is a deadlock, two are a race, and so
// are permits for everybody that nobody gives back.
func TestSharedMemoryPermits(t *testing.T) {
	const right, noSignal = 0, 2
	e := entry(t, "shared-memory")
	for _, tt := range []struct {
		variant, permits int
		want             []model.Code
	}{
		{right, 0, []model.Code{model.Deadlock}},
		{right, 1, nil},
		{right, 2, []model.Code{model.DataRace}},
		{right, 3, []model.Code{model.DataRace}},
		{noSignal, 1, []model.Code{model.Deadlock}},
		{noSignal, 3, []model.Code{model.Deadlock}},
		{noSignal, 4, []model.Code{model.DataRace}},
	} {
		t.Run(fmt.Sprint(tt.variant, tt.permits), func(t *testing.T) {
			got := explore(t, e, step.Args{"variant": tt.variant, "permits": tt.permits})
			assert.Equal(t, tt.want, codes(got.Faults))
		})
	}
}
