package rewrite_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// explore rewrites the tests of a module of one file, and explores them.
func explore(t *testing.T, text string, c wire.Config) map[string]rewrite.Result {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.26\n"), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "m_test.go"), []byte(text), 0o666))
	b := &rewrite.Builder{Dir: dir}
	targets, err := b.Tests(context.Background(), []string{"."})
	require.NoError(t, err)
	require.Len(t, targets, 1)
	require.Empty(t, targets[0].Err)
	for _, f := range targets[0].Tests {
		c.Tests = append(c.Tests, f.Name)
	}
	out := map[string]rewrite.Result{}
	require.NoError(t, targets[0].Explore(context.Background(), rewrite.Run{Config: c}, func(r rewrite.Result) { out[r.Test] = r }))
	return out
}

// A program has the same executions whether it is rewritten or written over the
// drop-ins by hand.
func TestSameCountsByHand(t *testing.T) {
	inProcessesOfTheirOwn(t)
	results := explore(t, `package m

import (
	"sync"
	"testing"
)

func TestBuffer(t *testing.T) {
	var mu sync.Mutex
	changed := sync.NewCond(&mu)
	var items []int
	for i := range 2 {
		go func() {
			mu.Lock()
			for len(items) == 1 {
				changed.Wait()
			}
			items = append(items, i)
			changed.Broadcast()
			mu.Unlock()
		}()
	}
	for range 2 {
		mu.Lock()
		for len(items) == 0 {
			changed.Wait()
		}
		items = items[1:]
		changed.Broadcast()
		mu.Unlock()
	}
}

func TestChannels(t *testing.T) {
	a, b := make(chan int), make(chan int, 1)
	done := make(chan bool)
	go func() {
		select {
		case a <- 1:
		case b <- 2:
		}
		close(done)
	}()
	go func() {
		for range b {
		}
	}()
	select {
	case <-a:
	case <-done:
	}
	close(b)
}
`, wire.Config{Executions: 100_000, Strategy: "optimal", Leaks: wire.LeaksStrict, Steps: 1000})
	byHand := map[string]func(t *sched.T){
		"TestBuffer": func(t *sched.T) {
			var mu sync.Mutex
			changed := sync.NewCond(&mu)
			var items []int
			for i := range 2 {
				sched.Go(func() {
					mu.Lock()
					for len(items) == 1 {
						changed.Wait()
					}
					items = append(items, i)
					changed.Broadcast()
					mu.Unlock()
				})
			}
			for range 2 {
				mu.Lock()
				for len(items) == 0 {
					changed.Wait()
				}
				items = items[1:]
				changed.Broadcast()
				mu.Unlock()
			}
		},
		"TestChannels": func(t *sched.T) {
			a, b := make(chan int), make(chan int, 1)
			done := make(chan bool)
			sched.Go(func() {
				sched.Select(false, sched.SendCase(a, 1), sched.SendCase(b, 2))
				sched.Close(done)
			})
			sched.Go(func() {
				for range sched.Range(b) {
				}
			})
			sched.Select(false, sched.RecvCase(a, nil, nil), sched.RecvCase(done, nil, nil))
			sched.Close(b)
		},
	}
	for name, body := range byHand {
		x := exec.New(name, func() { body(new(sched.T)) })
		defer x.Close()
		v := search.Explore(name, x, search.Options{Strategy: "optimal", Executions: 100_000, Steps: 1000})
		r := results[name]
		require.NotNil(t, r.Verdict, name)
		assert.Equal(t, verdict.Pass, v.Answer, "%v", v.Findings)
		assert.Equal(t, v.Answer, r.Verdict.Answer, name)
		assert.Equal(t, v.Counts, r.Verdict.Counts, name)
		assert.Greater(t, v.Counts.Executions, uint64(2))
	}
}
