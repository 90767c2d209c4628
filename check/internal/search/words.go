package search

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// who names a goroutine.
func (e *explorer) who(g int) string {
	if g == 0 {
		return "main"
	}
	if g < len(e.x.Threads) && e.x.Threads[g].Clock {
		return "clock"
	}
	return fmt.Sprintf("goroutine %d", g)
}

// Object implements [prim.Words]: it names an object of the run: its kind, and its number among those of its
// kind in the order in which they were used.
func (e *explorer) Object(id int32) string {
	kind := map[int32]string{}
	note := func(o int32, k prim.Kind) {
		if _, ok := kind[o]; o >= 0 && !ok {
			kind[o] = k.Info().Noun
		}
	}
	each := func(op *prim.Op) {
		note(op.Obj, op.Kind)
		note(op.Obj2, op.Kind.Info().Second)
		if op.Kind.Info().Many {
			for _, c := range op.More() {
				note(c, op.Kind)
			}
		}
	}
	for i := range e.x.Events {
		each(&e.x.Events[i].Full)
	}
	for _, g := range e.x.Threads {
		if !g.Ended {
			each(&g.Op)
		}
	}
	n := 0
	for o := int32(0); o <= id; o++ {
		if kind[o] == kind[id] {
			n++
		}
	}
	return fmt.Sprintf("%s %d", kind[id], n)
}

// Objects implements [prim.Words].
func (e *explorer) Objects(ids []int32) string {
	var out []string
	for _, id := range ids {
		out = append(out, e.Object(id))
	}
	return strings.Join(out, ", ")
}

// waitsFor says what a goroutine waits for that does not go on.
func (e *explorer) waitsFor(g *prim.Thread) string {
	op := &g.Op
	if op.Spin {
		return "a change of " + e.Objects(op.More()) + ", spinning"
	}
	if say := op.Kind.Info().WaitsFor; say != nil {
		if s := say(e, g); s != "" {
			return s
		}
	}
	if op.Obj < 0 {
		return op.Kind.String()
	}
	if h := e.holder(g); h >= 0 {
		return e.Object(op.Obj) + ", held by " + e.who(h)
	}
	return e.Object(op.Obj)
}

// blocked says in what the goroutine is blocked, behind its name.
func (e *explorer) blocked(g *prim.Thread) string {
	if g.Op.Kind.Info().In && !g.Op.Spin {
		return "in " + e.waitsFor(g)
	}
	return "waiting for " + e.waitsFor(g)
}

// label is an operation in a few words.
func (e *explorer) label(ev *prim.Event) string {
	switch say := ev.Op.Kind.Info().Label; {
	case say != nil:
		return say(e, ev)
	case ev.Op.Obj >= 0:
		return ev.Op.Kind.String() + " " + e.Object(ev.Op.Obj)
	}
	return ev.Op.Kind.String()
}
