package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
)

// myqueue is the object that README checks.
type myqueue struct {
	mu       sync.Mutex
	changed  *sync.Cond
	items    []int
	capacity int
}

func newQueue(capacity int) *myqueue {
	q := &myqueue{capacity: capacity}
	q.changed = sync.NewCond(&q.mu)
	return q
}

func (q *myqueue) Put(v int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.capacity {
		q.changed.Wait()
	}
	q.items = append(q.items, v)
	q.changed.Broadcast()
}

func (q *myqueue) Get() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.changed.Wait()
	}
	v := q.items[0]
	q.items = q.items[1:]
	q.changed.Broadcast()
	return v
}

func TestMyQueue(t *testing.T) {
	check.Buffer(t, func(capacity int) check.Ops[int] {
		q := newQueue(capacity)
		return check.FromBlocking(q.Put, q.Get)
	}, check.Promise{})
}

func TestHandOver(t *testing.T) {
	check.Explore(t, func(t *sched.T) {
		var ready atomic.Bool
		items := make(chan int, 1)
		t.Go(func() {
			sched.Send(items, 1)
			ready.Store(true)
		})
		for !ready.Load() {
		}
		if v := sched.Recv(items); v != 1 {
			t.Errorf("got %d", v)
		}
	})
}

// The table of faults says what the test of small scopes has found.
func TestReadmeFaults(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	require.NoError(t, err)
	golden, err := os.ReadFile(filepath.Join("testdata", "exhaustive.golden"))
	require.NoError(t, err)
	rows := 0
	for _, line := range strings.Split(string(golden), "\n")[1:] {
		f := strings.Fields(line)
		if len(f) < 4 {
			continue // found by another part
		}
		where := strings.TrimSpace(line[strings.Index(line, f[1])+len(f[1]):])
		scope, execution, ok := strings.Cut(where, "; execution ")
		require.True(t, ok, line)
		row := "| " + f[0] + " | " + f[1] + " | " + scope + " | " + execution + " | "
		assert.True(t, strings.Contains(string(readme), row), "README lacks the row %s", row)
		rows++
	}
	assert.Greater(t, rows, 30)
}
