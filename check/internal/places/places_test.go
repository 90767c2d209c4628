package places_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/verdict"
)

const forms = `package forms

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

type Semaphore chan struct{}

func (s Semaphore) P() { <-s } // P

type Store struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex
	in    struct{ rw sync.RWMutex }
}

type Cache struct{ sync.Mutex }

type Locker struct{ mu sync.Mutex }

func (l *Locker) Lock() { l.mu.Lock() } // Locker.Lock

var (
	empty = make(Semaphore, 2)
	cfg   struct{ mu sync.Mutex }
)

func (s *Store) all(c *Cache, url string) {
	s.mu.Lock()         // field
	s.locks[url].Lock() // map
	s.in.rw.RLock()     // nested
	c.Lock()            // embedded
	cfg.mu.Lock()       // path
	defer s.mu.Unlock()
	if url == "" {
		return // deferred
	}
}

func use(ctx context.Context, limit time.Duration) {
	empty.P() // wrapper
	var l Locker
	l.Lock() // same name
	a, b := make(chan int), make(chan int)
	_, _ = <-a, <-b // two
	select { // select
	case <-time.After(limit):
	case <-ctx.Done():
	}
	for range a { // range
	}
	var n atomic.Int64
	n.Add(1) // atomic
	var raw int32
	atomic.AddInt32(&raw, 1) // function
	unlock := cfg.mu.Unlock
	unlock() // method value
	c := &Cache{}
	new(Store).all(c, "x") // call all
	func(d chan int) {
		close(d) // closure
	}(b) // call closure
	j := job{cancel: func() {}}
	j.cancel() // function in a field
	for {
		select { // choice
		case <-time.After(2 * limit):
		case <-a:
		}
		go func(x int) { // begins
			a <- x
		}(1) // ends
	}
}

type job struct{ cancel context.CancelFunc }

func pour(end interface{ Read([]byte) (int, error) }) {
	end.Read(nil) // pour
}

func take(slots []atomic.Int64, out *atomic.Int64, c chan chan int) {
	out.Add(slots[out.Add(1)].Add(2)) // within
	<-<-c                             // of a channel
}
`

// Each form of an operation gets the call as it is written, its column, and the name of
// what it works on.
func TestForms(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "forms.go")
	require.NoError(t, os.WriteFile(path, []byte(forms), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module forms\n"), 0o600))
	at := func(mark string) string {
		for i, l := range strings.Split(forms, "\n") {
			if strings.HasSuffix(l, "// "+mark) {
				return fmt.Sprintf("%s:%d", path, i+1)
			}
		}
		t.Fatal(mark)
		return ""
	}
	all := verdict.Frame{Func: "forms.(*Store).all"}
	use := verdict.Frame{Func: "forms.use"}
	take := verdict.Frame{Func: "forms.take"}
	in := func(f verdict.Frame, mark string) verdict.Frame {
		return verdict.Frame{Func: f.Func, Position: at(mark)}
	}
	for _, tt := range []struct {
		name, callee            string
		nth, of                 int
		frames                  []verdict.Frame
		label, object, position string
	}{
		{name: "field", callee: "ipccheck/sched/sync.(*Mutex).Lock", frames: []verdict.Frame{in(all, "field")}, label: "s.mu.Lock()", object: "Store.mu", position: "32:2"},
		{name: "map", callee: "ipccheck/sched/sync.(*Mutex).Lock", frames: []verdict.Frame{in(all, "map")}, label: "s.locks[url].Lock()", object: "Store.locks[url]", position: "33:2"},
		{name: "nested", callee: "ipccheck/sched/sync.(*RWMutex).RLock", frames: []verdict.Frame{in(all, "nested")}, label: "s.in.rw.RLock()", object: "Store.in.rw", position: "34:2"},
		{name: "embedded", callee: "ipccheck/sched/sync.(*Mutex).Lock", frames: []verdict.Frame{in(all, "embedded"), in(use, "call all")}, label: "c.Lock()", object: "c", position: "35:2"},
		{name: "path", callee: "ipccheck/sched/sync.(*Mutex).Lock", frames: []verdict.Frame{in(all, "path")}, label: "cfg.mu.Lock()", object: "cfg.mu", position: "36:2"},
		{name: "deferred", callee: "ipccheck/sched/sync.(*Mutex).Unlock", frames: []verdict.Frame{in(all, "deferred")}, label: "s.mu.Unlock()", object: "Store.mu", position: "37:8"},
		{name: "wrapper", callee: "ipccheck/rt.Recv[...]", frames: []verdict.Frame{{Func: "forms.Semaphore.P", Position: at("P")}, in(use, "wrapper")}, label: "empty.P()", object: "empty", position: "44:2"},
		{name: "same name", callee: "ipccheck/sched/sync.(*Mutex).Lock", frames: []verdict.Frame{{Func: "forms.(*Locker).Lock", Position: at("Locker.Lock")}, in(use, "same name")}, label: "l.Lock()", object: "Locker.mu", position: "46:2"},
		{name: "first of two", callee: "ipccheck/rt.Recv[...]", nth: 1, frames: []verdict.Frame{in(use, "two")}, label: "<-a", object: "a", position: "48:9"},
		{name: "second of two", callee: "ipccheck/rt.Recv[...]", nth: 2, frames: []verdict.Frame{in(use, "two")}, label: "<-b", object: "b", position: "48:14"},
		{name: "select", callee: "ipccheck/rt.Select", of: 2, frames: []verdict.Frame{in(use, "select")}, label: "<-ctx.Done()", object: "ctx.Done()", position: "51:7"},
		{name: "range", callee: "ipccheck/rt.(*Over[...]).Next", frames: []verdict.Frame{in(use, "range")}, label: "range a", object: "a", position: "53:2"},
		{name: "atomic", callee: "ipccheck/sched/atomic.(*Int64).Add", frames: []verdict.Frame{in(use, "atomic")}, label: "n.Add(1)", object: "n", position: "56:2"},
		{name: "function", callee: "ipccheck/sched/atomic.AddInt32", frames: []verdict.Frame{in(use, "function")}, label: "atomic.AddInt32(&raw, 1)", object: "raw", position: "58:2"},
		{name: "method value", callee: "ipccheck/sched/sync.(*Mutex).Unlock", frames: []verdict.Frame{in(use, "method value")}, label: "unlock()", object: "cfg.mu", position: "60:2"},
		{name: "closure", callee: "ipccheck/rt.Close[...]", frames: []verdict.Frame{{Func: "forms.use.func1", Position: at("closure")}, in(use, "call closure")}, label: "close(d)", object: "b", position: "64:3"},
		{name: "function in a field", callee: "context.WithCancel.func1", frames: []verdict.Frame{in(use, "function in a field")}, label: "j.cancel()", object: "mutex 1", position: "67:2"},
		{name: "evaluated by a select", callee: "ipccheck/sched/time.After", frames: []verdict.Frame{in(use, "choice")}, label: "time.After(2 * limit)", object: "mutex 1", position: "70:10"},
		{name: "within first", callee: "ipccheck/sched/atomic.(*Int64).Add", nth: 1, frames: []verdict.Frame{in(take, "within")}, label: "out.Add(1)", object: "out", position: "86:16"},
		{name: "receiver then", callee: "ipccheck/sched/atomic.(*Int64).Add", nth: 2, frames: []verdict.Frame{in(take, "within")}, label: "slots[out.Add(1)].Add(2)", object: "slots[out.Add(1)]", position: "86:10"},
		{name: "around last", callee: "ipccheck/sched/atomic.(*Int64).Add", nth: 3, frames: []verdict.Frame{in(take, "within")}, label: "out.Add(slots[out.Add(1)].Add(2))", object: "out", position: "86:2"},
		{name: "received first", callee: "ipccheck/rt.Recv[...]", nth: 1, frames: []verdict.Frame{in(take, "of a channel")}, label: "<-c", object: "c", position: "87:4"},
		{name: "not found", callee: "ipccheck/sched/sync.(*Pool).Get", frames: []verdict.Frame{in(use, "atomic")}, label: "lock mutex 1", object: "mutex 1", position: "56"},
	} {
		trace := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"main"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}},
			Objects: []verdict.Object{{Name: "mutex 1", Kind: "mutex"}},
			Sites:   []verdict.Site{{Op: "lock", Nth: tt.nth, Case: tt.of, Frames: append([]verdict.Frame{{Func: tt.callee}}, tt.frames...)}},
			Steps:   []verdict.Step{{Site: 1, Op: "lock", Object: 1}},
		}
		v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: trace}}}
		(&places.Sources{Root: dir}).Name(v)
		s := trace.Steps[0]
		assert.Equal(t, tt.label, s.Label, tt.name)
		assert.Equal(t, "forms.go:"+tt.position, s.Position, tt.name)
		assert.Equal(t, tt.object, trace.Objects[0].Name, tt.name)
		assert.NotEmpty(t, v.Findings[0].Fingerprint)
	}
}

// What is deferred while a panic goes up is the call of its defer statement: where the
// standard library panics, and where what panics is of the same name and line.
func TestDeferredByAPanic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "up.go")
	require.NoError(t, os.WriteFile(path, []byte(`package up

import "sync/atomic"

func f(v *atomic.Value, c, done chan int) {
	defer close(done)
	v.CompareAndSwap(nil, "a")
}

func g(c, done chan int) { defer close(done); close(c) }
`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module up\n"), 0o600))
	for _, frames := range [][]verdict.Frame{
		{{Func: "sync/atomic.(*Value).CompareAndSwap", Position: "$GOROOT/src/sync/atomic/value.go:172"}, {Func: "up.f", Position: path + ":7"}},
		{{Func: "up.g", Position: path + ":10"}},
	} {
		trace := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"main"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}},
			Objects: []verdict.Object{{Name: "channel 1", Kind: "channel"}},
			Sites:   []verdict.Site{{Op: "close", Unwinding: true, Frames: append([]verdict.Frame{{Func: "ipccheck/rt.Close[...]"}}, frames...)}},
			Steps:   []verdict.Step{{Site: 1, Op: "close", Object: 1}},
			Fault:   &verdict.Fault{Frames: frames},
		}
		(&places.Sources{Root: dir}).Name(&verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Crash, Trace: trace}}})
		assert.Equal(t, "close(done)", trace.Steps[0].Label)
		assert.Equal(t, "done", trace.Objects[0].Name)
		assert.True(t, trace.Sites[0].Deferred)
	}
}

// The cases of a select with nil channels are counted as they are written; what waits
// for one channel does not wait for the nil one.
func TestNilChannels(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "forms.go")
	require.NoError(t, os.WriteFile(path, []byte(forms), 0o600))
	line := 1 + slices.IndexFunc(strings.Split(forms, "\n"), func(l string) bool { return strings.HasSuffix(l, "// choice") })
	room := 0
	for object, objects := range map[string][]int{"a": {0, 1}, "time.After(2 * limit)": {1, 0}} {
		trace := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"main"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}},
			Objects: []verdict.Object{{Name: "channel 1", Kind: "chan", Cap: &room}},
			Sites:   []verdict.Site{{Op: "select", Frames: []verdict.Frame{{Func: "ipccheck/rt.Select"}, {Func: "forms.use", Position: fmt.Sprintf("%s:%d", path, line)}}}},
			Waiting: []verdict.Waiting{{Site: 1, Op: "select", Objects: objects}},
		}
		v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: trace}}}
		(&places.Sources{Root: dir}).Name(v)
		assert.Equal(t, object, trace.Objects[0].Name)
		assert.Equal(t, []int{1}, trace.Waiting[0].Objects)
		assert.Equal(t, "a sender on "+object, trace.Waiting[0].For)
	}
}

// What waits in a pipe waits for the other end, and its lock and its condition are none of
// the user's.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "forms.go")
	require.NoError(t, os.WriteFile(path, []byte(forms), 0o600))
	line := 1 + slices.IndexFunc(strings.Split(forms, "\n"), func(l string) bool { return strings.HasSuffix(l, "// pour") })
	for callee, what := range map[string]string{
		"ipccheck/rt/pipe.(*PipeReader).Read": "a write at the other end of end", "ipccheck/rt/pipe.(*conn).Read": "a write at the other end of end",
		"ipccheck/sched/sync.(*Cond).Read": "a signal of end#2",
	} {
		trace := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"main"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}},
			Objects: []verdict.Object{{Name: "mutex 1", Kind: "mutex"}, {Name: "condition variable 1", Kind: "cond"}},
			Sites:   []verdict.Site{{Op: "wait", Frames: []verdict.Frame{{Func: callee}, {Func: "forms.pour", Position: fmt.Sprintf("%s:%d", path, line)}}}},
			Steps:   []verdict.Step{{Site: 1, Op: "lock", Object: 1, Changes: []verdict.Change{{Object: 1, Field: "owner", To: "G0"}}}},
			Waiting: []verdict.Waiting{{Site: 1, Op: "wait", Object: 2}},
			Holds:   []verdict.Hold{{Object: 1}},
		}
		v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: trace}}}
		(&places.Sources{Root: dir}).Name(v)
		assert.Equal(t, what, trace.Waiting[0].For, callee)
		if strings.Contains(callee, "pipe") {
			assert.Empty(t, trace.Holds)
			assert.Empty(t, trace.Steps[0].Changes)
		} else {
			assert.Len(t, trace.Holds, 1)
			assert.Len(t, trace.Steps[0].Changes, 1)
		}
	}
}

// A go statement over several lines is found by its last one, though a literal ends
// there, and by its first; a timer's goroutine is none of it.
func TestStarts(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "forms.go")
	require.NoError(t, os.WriteFile(path, []byte(forms), 0o600))
	lines := strings.Split(forms, "\n")
	number := func(mark string) int {
		return 1 + slices.IndexFunc(lines, func(l string) bool { return strings.HasSuffix(l, "// "+mark) })
	}
	for _, tt := range []struct{ mark, callee, name string }{
		{"begins", "ipccheck/rt.Go", fmt.Sprintf("go :%d", number("begins"))},
		{"ends", "ipccheck/rt.Go", fmt.Sprintf("go :%d", number("begins"))},
		{"wrapper", "context.WithTimeout", fmt.Sprintf("timer :%d", number("wrapper"))},
	} {
		trace := &verdict.Trace{
			Picture: verdict.GoPicture, Processes: []string{"main", "G1"},
			Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}, {ID: "G1", Kind: "goroutine", Parent: new(int), Go: &verdict.Start{
				Frames: []verdict.Frame{{Func: tt.callee}, {Func: "forms.use.func2", Position: fmt.Sprintf("%s:%d", path, number(tt.mark))}},
			}}},
			Sites: []verdict.Site{{Op: "lock"}},
		}
		if tt.mark == "ends" {
			trace.Actors[1].Go.Frames[1].Func = "forms.use"
		}
		v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: trace}}}
		(&places.Sources{Root: dir}).Name(v)
		assert.Equal(t, tt.name, trace.Actors[1].Name, tt.mark)
	}
}

// Sources that are not there leave what there was.
func TestNoSources(t *testing.T) {
	trace := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"main"}, Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}},
		Objects: []verdict.Object{{Name: "mutex 1", Kind: "mutex"}},
		Sites:   []verdict.Site{{Op: "lock", Label: "lock mutex 1", Frames: []verdict.Frame{{Func: "sync.(*Mutex).Lock"}, {Func: "main.(*T[...]).f.func1", Position: "/nowhere/f.go:12"}}}},
		Steps:   []verdict.Step{{Site: 1, Op: "lock", Object: 1, Label: "lock mutex 1"}},
	}
	v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: trace}}}
	(&places.Sources{Root: "/nowhere"}).Name(v)
	assert.Equal(t, "lock mutex 1", trace.Steps[0].Label)
	assert.Equal(t, "f.go:12", trace.Steps[0].Position)
	assert.Equal(t, "T.f.func1", trace.Sites[0].Func)
}

const ring = `package ring

import "sync"

type ring struct {
	mu  sync.Mutex
	buf []int
	out int
}

func (r *ring) get() int {
	r.mu.Lock()
	r.mu.Unlock()
	v := r.buf[r.out]
	r.out = r.out + 1
	return v
}

func (r *ring) put(int) { r.mu.Lock() }
`

// Both sides of a race are of one variable, and who made the other access is the one who
// has been in that function.
func TestSidesOfARaceAreOfOneVariable(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ring.go")
	require.NoError(t, os.WriteFile(path, []byte(ring), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module ring\n"), 0o600))
	site := func(function string, line int) verdict.Site {
		return verdict.Site{Op: "lock", Frames: []verdict.Frame{{Func: "ipccheck/sched/sync.(*Mutex).Lock"}, {Func: "ring.(*ring)." + function, Position: fmt.Sprint(path, ":", line)}}}
	}
	trace := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"producer", "consumer 1", "consumer 2"},
		Actors: []verdict.Actor{{ID: "G1", Kind: "process"}, {ID: "G2", Kind: "process"}, {ID: "G3", Kind: "process"}},
		Sites:  []verdict.Site{site("get", 12), site("put", 19)},
		Steps:  []verdict.Step{{Process: 0, Site: 2, Op: "lock"}, {Process: 1, Site: 1, Op: "lock"}, {Process: 2, Site: 1, Op: "lock"}},
	}
	last := 2
	v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.DataRace, Trace: trace, Accesses: []verdict.Access{
		{Position: "ring.go:14", Function: "ring.(*ring).get", Started: "a suite", Process: &last, Own: 1},
		{Position: "ring.go:15", Function: "ring.(*ring).get", Started: "a suite", Write: true},
	}}}}
	(&places.Sources{Root: dir}).Name(v)
	require.NotNil(t, trace.Race)
	assert.Equal(t, "r.out", trace.Race.Variable)
	require.NotNil(t, trace.Race.Accesses[1].Process)
	assert.Equal(t, 1, *trace.Race.Accesses[1].Process)
}
