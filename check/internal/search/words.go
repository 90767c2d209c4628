package search

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// who names a goroutine.
func (e *explorer) who(g int) string {
	if g < len(e.x.Threads) && e.x.Threads[g].Called != "" {
		return e.x.Threads[g].Called
	}
	if g == 0 {
		return cmp.Or(e.o.First, "main")
	}
	if g < len(e.x.Threads) && e.x.Threads[g].Clock {
		if e.x.Threads[g].Parent >= 0 {
			return "timer"
		}
		return "clock"
	}
	return fmt.Sprintf("goroutine %d", g)
}

// Object implements [prim.Words]: it names an object of the run: its kind, and its number among those of its
// kind in the order in which they were used.
func (e *explorer) Object(id int32) string {
	if e.objects == nil {
		e.objects = objectWords(e.x)
	}
	if e.o.Named != nil {
		if name := e.o.Named(id); name != "" {
			return name
		}
	}
	return e.objects[id]
}

// objectWords names the objects of an execution.
func objectWords(x *prim.Execution) map[int32]string {
	nouns := map[int32]string{}
	most := int32(-1)
	note := func(o int32, k prim.Kind) {
		if _, ok := nouns[o]; o >= 0 && !ok {
			nouns[o] = k.Info().Noun
			most = max(most, o)
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
	for i := range x.Events {
		each(&x.Events[i].Full)
	}
	for _, g := range x.Threads {
		if !g.Ended {
			each(&g.Op)
		}
	}
	out := map[int32]string{}
	count := map[string]int{}
	for o := range most + 1 {
		if noun, ok := nouns[o]; ok {
			count[noun]++
			out[o] = fmt.Sprintf("%s %d", noun, count[noun])
		}
	}
	return out
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
	if g.Circles != "" {
		return "a change, going round " + g.Circles
	}
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
	if g.Circles != "" {
		return "going round " + g.Circles
	}
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

// word is the stable word for an operation: that of its kind, without how it turned
// out.
func word(k prim.Kind) string {
	switch k {
	case prim.OpArm, prim.OpDisarm, prim.OpStopTimer, prim.OpResetTimer, prim.OpExpire:
		return "timer"
	case prim.OpCondWake:
		return "woken"
	case prim.OpSelectGo:
		return "select"
	case prim.OpTick, prim.OpAdvance:
		return "clock"
	}
	w, _, _ := strings.Cut(k.String(), "(")
	return strings.ReplaceAll(strings.TrimSpace(w), " ", "-")
}

// turned says how an operation turned out, where its word does not: "" if it did what
// it does.
func turned(ev *prim.Event) string {
	switch k := ev.Op.Kind; {
	case k == prim.OpSignalNobody:
		return "nobody waits"
	case k == prim.OpRecvClosed:
		return "closed"
	case k == prim.OpTryLockFailed, k == prim.OpTryRLockFailed:
		return "no"
	case ev.Detail != nil && ev.Detail.Default:
		return "default"
	}
	return ""
}
