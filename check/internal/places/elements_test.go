package places_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// written are sources below a directory; at finds a line by what stands behind it.
func written(t *testing.T, dir string, files map[string]string) (at func(mark string) string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return func(mark string) string {
		for name, text := range files {
			for i, l := range strings.Split(text, "\n") {
				if strings.HasSuffix(l, "// "+mark) {
					return fmt.Sprintf("%s:%d", filepath.Join(dir, filepath.FromSlash(name)), i+1)
				}
			}
		}
		t.Fatal(mark)
		return ""
	}
}

func named(root string, trace *verdict.Trace) *verdict.Trace {
	trace.Picture = verdict.GoPicture
	for i := range trace.Actors {
		trace.Actors[i].ID, trace.Actors[i].Kind = fmt.Sprintf("G%d", i), "goroutine"
		trace.Processes = append(trace.Processes, "")
	}
	v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.Deadlock, Trace: trace}}}
	(&places.Sources{Root: root}).Name(v)
	return trace
}

const table = `package table

import "sync"

type table struct {
	forks []sync.Mutex
	subs  map[string]chan int
	ready *sync.Cond
}

func (t *table) dine(left, right int, topic string) {
	t.forks[left].Lock()  // left
	t.forks[right].Lock() // right
	t.forks[0].Lock()     // constant
	t.subs[topic] <- 1    // nil
	select {}             // none
	t.ready.Wait()        // wait
}
`

// An element that is reached by several indexes has none in its name, but a constant one
// says which it is. A channel that is nil is named. The lock of a condition variable is
// not the condition variable.
func TestElements(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{"go.mod": "module table\n", "table.go": table})
	site := func(callee, mark string) verdict.Site {
		return verdict.Site{Op: "lock", Frames: []verdict.Frame{{Func: callee}, {Func: "table.(*table).dine", Position: at(mark)}}}
	}
	lock := "ipccheck/sched/sync.(*Mutex).Lock"
	tr := named(dir, &verdict.Trace{
		Actors:  make([]verdict.Actor, 1),
		Objects: []verdict.Object{{Name: "mutex 1", Kind: "mutex"}, {Name: "mutex 2", Kind: "mutex"}, {Name: "mutex 3", Kind: "mutex"}, {Name: "mutex 4", Kind: "mutex"}, {Name: "condition variable 1", Kind: "cond"}},
		Sites: []verdict.Site{
			site(lock, "left"), site(lock, "right"), site(lock, "constant"), site("ipccheck/rt.Send[...]", "nil"), site("ipccheck/rt.Block", "none"),
			site("ipccheck/sched/sync.(*Cond).Wait", "wait"),
		},
		Steps: []verdict.Step{
			{Site: 1, Op: "lock", Object: 1}, {Site: 2, Op: "lock", Object: 1}, {Site: 1, Op: "lock", Object: 2}, {Site: 3, Op: "lock", Object: 2},
			{Site: 2, Op: "lock", Object: 3}, {Site: 6, Op: "lock", Object: 4}, {Site: 6, Op: "wait", Object: 5},
		},
		Waiting: []verdict.Waiting{{Site: 4, Op: "block"}, {Site: 5, Op: "block"}},
	})
	var names []string
	for _, o := range tr.Objects {
		names = append(names, o.Name)
	}
	assert.Equal(t, []string{"table.forks[…]", "table.forks[0]", "table.forks[right]", "table.ready.L", "table.ready"}, names)
	assert.Equal(t, "the nil channel table.subs[topic]", tr.Waiting[0].For)
	assert.Equal(t, "nothing: a select without cases", tr.Waiting[1].For)
}

const user = `package user

import "example.com/group"

func use() {
	var g group.Group
	g.Go(func() { // start
		work() // work
	})
	g.Wait() // user waits
}

func work() {}
`

const group = `package group

import "sync"

type Group struct{ wg sync.WaitGroup }

func (g *Group) Wait() {
	g.wg.Wait() // group waits
}

func (g *Group) Go(f func()) {
	g.wg.Add(1)
	go func() { // group starts
		defer g.wg.Done()
		f()
	}() // done
}
`

// What a dependency does is seen where the user's module calls it: an operation, a
// goroutine, and what that does when the user's function is over.
func TestDependencies(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{
		"user/go.mod": "module user\n", "user/user.go": user,
		"pkg/mod/example.com/group@v1.0.0/go.mod": "module example.com/group\n", "pkg/mod/example.com/group@v1.0.0/group.go": group,
	})
	use := func(mark string) verdict.Frame { return verdict.Frame{Func: "user.use", Position: at(mark)} }
	tr := named(filepath.Join(dir, "user"), &verdict.Trace{
		Actors: []verdict.Actor{{}, {Parent: new(int), Go: &verdict.Start{Frames: []verdict.Frame{
			{Func: "ipccheck/rt.Go"}, {Func: "example.com/group.(*Group).Go", Position: at("group starts")}, use("start"),
		}}}},
		Objects: []verdict.Object{{Name: "wait group 1", Kind: "waitgroup"}},
		Sites: []verdict.Site{
			{Op: "wait", Frames: []verdict.Frame{{Func: "ipccheck/sched/sync.(*WaitGroup).Wait"}, {Func: "example.com/group.(*Group).Wait", Position: at("group waits")}, use("user waits")}},
			{Op: "add", Frames: []verdict.Frame{{Func: "ipccheck/sched/sync.(*WaitGroup).Done"}, {Func: "example.com/group.(*Group).Go.func1", Position: at("done")}}},
		},
		Steps:   []verdict.Step{{Process: 1, Site: 2, Op: "add", Object: 1}},
		Waiting: []verdict.Waiting{{Site: 1, Op: "wait", Object: 1}},
	})
	assert.Equal(t, "g.Wait()", tr.Waiting[0].Label)
	assert.Equal(t, "g.wg.Wait()", tr.Sites[0].Inside)
	assert.Equal(t, "user.go:10:2", tr.Waiting[0].Position)
	assert.Equal(t, "group.Group.wg", tr.Objects[0].Name)
	assert.Equal(t, "go :7", tr.Actors[1].Name)
	assert.Equal(t, "end of g.Go(func…)", tr.Steps[0].Label)
	assert.Equal(t, "user.go:7:2", tr.Steps[0].Position)
}

const closing = `package closing

func use(c chan int) {
	go func(out chan<- int) {
		out <- 1 // send
	}(c) // ends
	close(c) // close
}
`

// Of a go statement over several lines the detector of races has the last one. Who sends is
// shown where it does so.
func TestCloseAndSend(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{"go.mod": "module closing\n", "closing.go": closing})
	in := func(function, mark string) verdict.Frame { return verdict.Frame{Func: function, Position: at(mark)} }
	trace := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: make([]string, 2),
		Actors: []verdict.Actor{{ID: "G0", Kind: "goroutine"}, {ID: "G1", Kind: "goroutine", Parent: new(int), Go: &verdict.Start{
			Frames: []verdict.Frame{{Func: "ipccheck/rt.Go"}, in("closing.use", "ends")},
		}}},
		Objects: []verdict.Object{{Name: "channel 1", Kind: "chan"}},
		Sites: []verdict.Site{
			{Op: "send", Frames: []verdict.Frame{{Func: "ipccheck/rt.Send[...]"}, in("closing.use.func1", "send")}},
			{Op: "close", Frames: []verdict.Frame{{Func: "ipccheck/rt.Close[...]"}, in("closing.use", "close")}},
		},
		Steps: []verdict.Step{{Process: 1, Site: 1, Op: "send", Object: 1}, {Process: 0, Site: 2, Op: "close", Object: 1}},
	}
	first := 0
	v := &verdict.Verdict{Findings: []verdict.Finding{{Code: verdict.DataRace, Trace: trace, Accesses: []verdict.Access{
		{Write: true, Op: "close", Process: &first, Own: 1}, {Op: "send", Position: "closing.go:6", Function: "closing.use.func2", Started: "closing.go:6"},
	}}}}
	(&places.Sources{Root: dir}).Name(v)
	require.NotNil(t, trace.Race)
	sends := trace.Race.Accesses[1]
	require.NotNil(t, sends.Process)
	assert.Equal(t, []any{1, 1, "send", "closing.go:5:3"}, []any{*sends.Process, sends.After, sends.Op, sends.Position})
	assert.Equal(t, 2, trace.Race.Accesses[0].After)
}
