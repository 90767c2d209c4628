package places_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/verdict"
)

const ways = `package ways

import "sync"

type lock struct{ sync.Mutex }

var locks = map[string]*lock{}

func with(name string, f func()) {
	mu, ok := locks[name]
	if ok {
		mu.Lock() // lock
	}
	f()
}

func use() {
	go with("a", func() { with("b", func() {}) }) // start
	with("c", func() {}) // called
	turns, first, second := make(chan chan int, 2), make(chan int), make(chan int)
	turns <- first // first
	select {
	case turns <- second: // second
	}
	for c := range turns {
		<-c // turn
	}
}

func make2() func() {
	return func() {
		c := make(chan int) // made
		go func() {
			c <- 1 // inlined
		}() // starts
	}
}

func each(fs ...func(chan int)) {
	for _, f := range fs {
		go f(nil) // each
	}
}

func one(c chan int) {
	c <- 1 // one
}

type node struct {
	sync.Once
	next *node
}

func (n *node) run() {
	n.next.Do(nil) // do
}

type gate chan int

func (g gate) pass() { <-g } // pass

func pairs() {
	a, b := make(gate), make(gate)
	a.pass(); b.pass() // either
	a.pass(); a.pass() // the same
}
`

// What is taken out of a map has the name of that element, with the key that the caller
// gives; what is received that of who sends it.
func TestWaysOfObjects(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{"go.mod": "module ways\n", "ways.go": ways})
	in := func(function, mark string) verdict.Frame { return verdict.Frame{Func: function, Position: at(mark)} }
	mutex, send := verdict.Frame{Func: "ipccheck/sched/sync.(*Mutex).Lock"}, verdict.Frame{Func: "ipccheck/rt.Send[...]"}
	lock := in("ways.with", "lock")
	tr := named(dir, &verdict.Trace{
		Actors: []verdict.Actor{{}, {Parent: new(int), Go: &verdict.Start{Frames: []verdict.Frame{{Func: "ipccheck/rt.Go"}, in("ways.use", "start")}}}},
		Objects: []verdict.Object{
			{Name: "mutex 1", Kind: "mutex"}, {Name: "mutex 2", Kind: "mutex"}, {Name: "mutex 3", Kind: "mutex"},
			{Name: "channel 1", Kind: "chan"}, {Name: "channel 2", Kind: "chan"}, {Name: "channel 3", Kind: "chan"},
		},
		Sites: []verdict.Site{
			{Op: "lock", Frames: []verdict.Frame{mutex, lock, in("ways.use.func2", "start")}},
			{Op: "lock", Frames: []verdict.Frame{mutex, lock, in("ways.use.func1", "start"), in("ways.with", "lock"), in("ways.use.func2", "start")}},
			{Op: "lock", Frames: []verdict.Frame{mutex, lock, in("ways.use", "called")}},
			{Op: "send", Frames: []verdict.Frame{send, in("ways.use", "first")}},
			{Op: "select", Case: 1, Frames: []verdict.Frame{{Func: "ipccheck/rt.Select"}, in("ways.use", "second")}},
			{Op: "receive", Frames: []verdict.Frame{{Func: "ipccheck/rt.Recv[...]"}, in("ways.use", "turn")}},
		},
		Steps: []verdict.Step{
			{Process: 1, Site: 1, Op: "lock", Object: 1}, {Process: 1, Site: 2, Op: "lock", Object: 2}, {Site: 3, Op: "lock", Object: 3},
			{Site: 4, Op: "send", Object: 4, Value: "channel 2"}, {Site: 5, Op: "select", Object: 4, Value: "channel 3"},
			{Site: 6, Op: "receive", Object: 5}, {Site: 6, Op: "receive", Object: 6},
		},
	})
	var names []string
	for _, o := range tr.Objects {
		names = append(names, o.Name)
	}
	assert.Equal(t, []string{`locks["a"]`, `locks["b"]`, `locks["c"]`, "turns", "first", "second"}, names)
}

// A goroutine that is started with a function in a variable has the name of the function.
func TestFunctionsInVariables(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{"go.mod": "module ways\n", "ways.go": ways})
	start := &verdict.Start{Frames: []verdict.Frame{{Func: "ipccheck/rt.Go"}, {Func: "ways.each", Position: at("each")}}}
	sends := func(function, mark string) verdict.Site {
		return verdict.Site{Op: "send", Frames: []verdict.Frame{{Func: "ipccheck/rt.Send[...]"}, {Func: function, Position: at(mark)}, {Func: "ways.each.func1", Position: at("each")}}}
	}
	tr := named(dir, &verdict.Trace{
		Actors:  []verdict.Actor{{}, {Parent: new(int), Go: start}, {Parent: new(int), Go: start}},
		Objects: []verdict.Object{{Name: "channel 1", Kind: "chan"}},
		Sites:   []verdict.Site{sends("ways.one", "one"), sends("ways.use.func1", "start")},
		Steps:   []verdict.Step{{Process: 1, Site: 1, Op: "send", Object: 1}, {Process: 2, Site: 2, Op: "send", Object: 1}},
	})
	assert.Equal(t, []string{"one", "f"}, []string{tr.Actors[1].Name, tr.Actors[2].Name})
}

// The compiler names literals of functions that it has inlined in literals by numbers alone.
func TestInlinedLiterals(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{"go.mod": "module ways\n", "ways.go": ways})
	tr := named(dir, &verdict.Trace{
		Actors: []verdict.Actor{{}, {Parent: new(int), Go: &verdict.Start{Frames: []verdict.Frame{
			{Func: "ipccheck/rt.Go"}, {Func: "ways.use.func2.make2.1", Position: at("starts")},
		}}}},
		Objects: []verdict.Object{{Name: "channel 1", Kind: "chan"}},
		Sites:   []verdict.Site{{Op: "send", Frames: []verdict.Frame{{Func: "ipccheck/rt.Send[...]"}, {Func: "ways.use.func2.make2.1.1", Position: at("inlined")}}}},
		Steps:   []verdict.Step{{Process: 1, Site: 1, Op: "send", Object: 1}},
	})
	assert.Equal(t, []string{"c", "c <- 1"}, []string{tr.Objects[0].Name, tr.Steps[0].Label})
	assert.Regexp(t, `^go :\d+$`, tr.Actors[1].Name)
}

// Two of the same name have two.
func TestOncesAreNumbered(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{"go.mod": "module ways\n", "ways.go": ways})
	do := func(op string) verdict.Site {
		return verdict.Site{Op: op, Frames: []verdict.Frame{{Func: "ipccheck/sched/sync.(*Once).Do"}, {Func: "ways.(*node).run", Position: at("do")}}}
	}
	tr := named(dir, &verdict.Trace{
		Actors:  make([]verdict.Actor, 2),
		Objects: []verdict.Object{{Name: "once 1", Kind: "once"}, {Name: "once 2", Kind: "once"}},
		Sites:   []verdict.Site{do("do"), do("wait")},
		Steps: []verdict.Step{
			{Process: 0, Site: 1, Op: "do", Object: 1}, {Process: 1, Site: 1, Op: "do", Object: 2}, {Process: 1, Site: 2, Op: "wait", Object: 1},
		},
	})
	var names []string
	for _, o := range tr.Objects {
		names = append(names, o.Name)
	}
	assert.Equal(t, []string{"node.next#1", "node.next#2"}, names)
}

// Of two calls on a line that are written differently, none is taken for the one that led
// to an operation.
func TestCallsOnOneLine(t *testing.T) {
	dir := t.TempDir()
	at := written(t, dir, map[string]string{"go.mod": "module ways\n", "ways.go": ways})
	site := func(mark string) verdict.Site {
		return verdict.Site{Op: "receive", Frames: []verdict.Frame{{Func: "ipccheck/rt.Recv[...]"}, {Func: "ways.gate.pass", Position: at("pass")}, {Func: "ways.pairs", Position: at(mark)}}}
	}
	tr := named(dir, &verdict.Trace{
		Actors:  []verdict.Actor{{}},
		Objects: []verdict.Object{{Name: "channel 1", Kind: "chan"}, {Name: "channel 2", Kind: "chan"}},
		Sites:   []verdict.Site{site("either"), site("the same")},
		Steps:   []verdict.Step{{Site: 1, Op: "receive", Object: 1}, {Site: 2, Op: "receive", Object: 2}},
	})
	assert.Equal(t, []string{"g", "a"}, []string{tr.Objects[0].Name, tr.Objects[1].Name})
	assert.Equal(t, []string{"<-g", "a.pass()"}, []string{tr.Steps[0].Label, tr.Steps[1].Label})
}
