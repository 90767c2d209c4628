package check_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Processes that poll leave a goroutine of the object its turns, so that nobody takes it
// for one who never delivers. And a goroutine of the object that comes to its end by itself does so before or after those
// who use the object look whether it has: executions that differ in no more are one.
func TestGoroutinesOfAnObjectMayEnd(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("the channel is not closed then")
	}
	if os.Getenv("IPCCHECK_LONG") == "" {
		t.Skip("takes seconds: IPCCHECK_LONG=1 runs it")
	}
	v := check.RunBuffer(func(int) check.Ops[int] {
		in, out := make(chan int), make(chan int)
		sched.Go(func() {
			for {
				v, ok := sched.Recv2(in)
				if !ok {
					sched.Close(out)
					return
				}
				sched.Send(out, v)
			}
		})
		o := check.FromChans(in, out, nil)
		o.Send, o.Recv, o.SendContext, o.RecvContext = nil, nil, nil, nil
		return o
	}, check.Promise{Name: "pump", Capacities: []int{1}, Refusals: check.Spurious})
	assert.Equal(t, verdict.Pass, v.Answer, "%v", v.Findings)
	assert.Contains(t, v.Coverage, "every interleaving of")
	for _, u := range v.Unchecked {
		assert.NotContains(t, u, "every interleaving")
	}
}
