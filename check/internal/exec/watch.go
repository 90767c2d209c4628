package exec

import (
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/image"
	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A run that keeps details watches what changes: the values of atomic variables, and
// the package variables of the program. It looks when the next operation is announced, or the goroutine ends.

// mostWatched is how many package variables are watched at most.
const mostWatched = 300

//go:norace
func init() { looks, finds, resolves = lookAround, found, resolve }

// watches begins to watch the package variables.
//
//go:norace
func (x *Exec) watches() {
	x.watch.begun = true
	vs := image.Watchable()
	if len(vs) > mostWatched {
		return
	}
	for _, v := range vs {
		t := reflect.TypeOf(v.Pointer).Elem()
		if !plain(t, 0) {
			continue
		}
		at := variable{p: (*[2]unsafe.Pointer)(unsafe.Pointer(&v.Pointer))[1], t: t}
		at.value = x.show(at.p, t)
		x.watch.variables = append(x.watch.variables, at)
		x.Variables = append(x.Variables, prim.Watched{Name: v.Name, Package: v.Package, Place: v.Place, Type: t.String(), Value: at.value})
	}
}

// plain reports whether values of the type are data: no primitives, functions or
// channels, and no structs of nothing else.
//
//go:norace
func plain(t reflect.Type, depth int) bool {
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Interface, reflect.Map:
		return false
	case reflect.Pointer:
		return depth == 0 && t.Elem().Kind() == reflect.Struct && plain(t.Elem(), 1)
	case reflect.Array, reflect.Slice:
		return plain(t.Elem(), depth)
	case reflect.Struct:
		if primitiveType(t) {
			return false
		}
		for i := range t.NumField() {
			if plain(t.Field(i).Type, 1) {
				return true
			}
		}
		return false
	}
	return true
}

// number reports whether a variable of a type is as a whole what functions of package atomic
// work on.
//
//go:norace
func number(t reflect.Type) bool {
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uintptr
}

// lookAround notes what has changed since the last event.
//
//go:norace
func lookAround(x *Exec) {
	if !x.watch.begun {
		x.watches()
	}
	n := len(x.Events)
	if n == 0 || n == x.watch.seen && len(x.watch.variables) == 0 {
		return
	}
	e := &x.Events[n-1]
	d := e.Detail
	if d == nil {
		return
	}
	var told unsafe.Pointer // what the event itself tells
	if n != x.watch.seen && d.Of != "" {
		d.Value = x.atomic(e.Op.Obj, d.Of)
		if e.Op.Obj >= 0 {
			told = x.objs[e.Op.Obj].p
		}
	}
	x.watch.seen = n
	for i := range x.watch.variables {
		v := &x.watch.variables[i]
		if now := x.show(v.p, v.t); now != v.value {
			v.value = now
			if v.p == told && number(v.t) {
				continue
			}
			d.Watched = append(d.Watched, prim.Seen{Variable: i, Value: now})
		}
	}
}

// found notes what an operation on an atomic variable finds there.
//
//go:norace
func found(x *Exec, d *prim.Detail, op *prim.Op) {
	switch op.Kind {
	case prim.OpLoad, prim.OpStore, prim.OpRMW, prim.OpUpdateIf:
		if d.Of = atomicType(calls(d.Stack).Callee); d.Of != "" {
			d.Before = x.atomic(op.Obj, d.Of)
		}
	}
}

// atomicType is the name of the type in package atomic on which a function works, ""
// if it is none of those that are printed.
//
//go:norace
func atomicType(callee string) string {
	_, f, ok := strings.Cut(callee, "atomic.")
	if !ok {
		return ""
	}
	for _, t := range [...]string{"Uint32", "Uint64", "Int32", "Int64", "Uintptr", "Bool", "Pointer", "Value"} {
		if strings.Contains(f, t) {
			return t
		}
	}
	return ""
}

// atomic prints what is in an atomic variable of that type.
//
//go:norace
func (x *Exec) atomic(obj int32, of string) string {
	if obj < 0 {
		return ""
	}
	p := x.objs[obj].p
	t := reflect.TypeFor[uint64]()
	switch of {
	case "Uint32":
		t = reflect.TypeFor[uint32]()
	case "Int32":
		t = reflect.TypeFor[int32]()
	case "Int64":
		t = reflect.TypeFor[int64]()
	case "Bool":
		if *(*uint32)(p) != 0 {
			return "true"
		}
		return "false"
	case "Pointer":
		if *(*unsafe.Pointer)(p) == nil {
			return "nil"
		}
		return "pointer"
	case "Value":
		t = reflect.TypeFor[any]()
	}
	return x.show(p, t)
}

// says notes the value of the operation under way, which lies at p.
//
//go:norace
func (g *G) says(p unsafe.Pointer, t reflect.Type) {
	if d := g.detail(); d != nil && t != nil {
		d.Value = g.x.show(p, t)
	}
}

// saysAny is says, for a value.
//
//go:norace
func (g *G) saysAny(v any) {
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&v))
	switch t := TypeIn(w[0], false); {
	case t == nil:
		if d := g.detail(); d != nil {
			d.Value = "nil"
		}
	case InWord(t):
		g.says(unsafe.Pointer(&w[1]), t)
	default:
		g.says(w[1], t)
	}
}

// resolve replaces the marks of what might have become primitives in what the events
// say.
//
//go:norace
func resolve(x *Exec) {
	if len(x.watch.later) == 0 {
		return
	}
	for i := range x.Events {
		if d := x.Events[i].Detail; d != nil {
			d.Value, d.Before = x.resolved(d.Value), x.resolved(d.Before)
			for j := range d.Watched {
				d.Watched[j].Value = x.resolved(d.Watched[j].Value)
			}
		}
	}
}

//go:norace
func (x *Exec) resolved(text string) string {
	for {
		before, rest, ok := strings.Cut(text, string(markLater))
		if !ok {
			return text
		}
		number, after, _ := strings.Cut(rest, string(markEnd))
		w := printer{x: x}
		if i, err := strconv.Atoi(number); err != nil || i >= len(x.watch.later) {
			w.text.WriteString("…") // the text was cut there
		} else if q := x.watch.later[i]; !w.object(q.p) {
			w.text.WriteString(q.t.String())
		}
		text = before + w.text.String() + after
	}
}
