package testing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	ours "github.com/ipccheck/ipccheck/check/internal/rt/testing"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/sched/time"
)

// A bubble that awaits what its test has started lets it sleep, is stuck with what waits
// forever, and leaves alone what the program has started for itself. One that does not
// panics, as those of testing/synctest do.
func TestBubbleAwaits(t *testing.T) {
	var wg sync.WaitGroup
	for _, c := range []struct {
		what    string
		begins  func()
		awaited prim.End
		main    bool // the test has ended
	}{
		{"sleeps", func() { time.Sleep(time.Second) }, prim.Done, true},
		{"waits", func() { exec.Recv(make(chan int)) }, prim.Deadlock, false},
		{"of the program", wg.Wait, prim.Deadlock, true},
	} {
		for _, awaits := range []bool{true, false} {
			x := exec.New("", func() {
				wg.Add(1)
				ours.Controlled(&ours.Run{T: new(sched.T), Awaits: awaits}, "Test", t, func(t *ours.T) {
					ours.Bubble(t, func(*ours.T) { exec.Go(c.begins) })
				})
			})
			_, err := x.Execute(&prim.Plan{})
			require.NoError(t, err)
			if awaits {
				assert.Equal(t, c.awaited, x.End, c.what)
				assert.Equal(t, c.main, x.Threads[0].Ended, c.what)
			} else {
				assert.Equal(t, prim.Panicked, x.End, c.what)
			}
			x.Close()
		}
	}
}
