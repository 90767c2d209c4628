package sched_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// looks is how many operations a goroutine executes that spins while another one
// does something so often.
func looks(t *testing.T, spin func(), something func(), times int) (n int) {
	x := exec.New("", func() {
		sched.Go(spin)
		sched.Go(func() {
			for range times {
				something()
			}
		})
	})
	defer x.Close()
	r, err := x.Execute(&prim.Plan{})
	require.NoError(t, err)
	require.Equal(t, prim.Deadlock, r.End)
	for i := range r.Events {
		if r.Events[i].G == 1 {
			n++
		}
	}
	return n
}

// A loop that looks at a channel is not woken by a receive that finds it closed.
func TestClosedReceiveIsNoChange(t *testing.T) {
	ch := make(chan int, 1)
	close(ch)
	spin := func() {
		for sched.Len(ch) == 0 {
		}
	}
	receive := func() { sched.Recv(ch) }
	assert.Equal(t, looks(t, spin, receive, 0), looks(t, spin, receive, 3))
}

// A loop is not woken by a write that leaves the value as it was.
func TestUnchangedWriteIsNoChange(t *testing.T) {
	var n atomic.Int32
	spin := func() {
		for n.Load() == 0 {
		}
	}
	swap := func() { n.Swap(0) }
	assert.Equal(t, looks(t, spin, swap, 0), looks(t, spin, swap, 3))
	fail := func() { n.CompareAndSwap(1, 2) }
	assert.Equal(t, looks(t, spin, fail, 0), looks(t, spin, fail, 3))
}

// A sleep of no time does not need the clock.
func TestSleepOfNoTime(t *testing.T) {
	x := run(func() {
		time.Sleep(0)
		time.Sleep(-time.Second)
	})
	assert.Equal(t, prim.Done, x.End)
	assert.False(t, x.Timed)
	assert.Empty(t, x.Events)
}
