package exec

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// A value is printed for a report as package fmt does, but no method of the program is
// called, nothing is said that differs from run to run, such as an address, and the
// race detector does not see that it is read. Primitives of the run have a mark with
// their number; one on which nothing has been done yet has a mark of its own, which
// becomes that at the end of the run, or the type.

// Limits of what is printed.
const (
	longestShown = 60 // runes
	deepestShown = 4
)

// Marks begin and end the number of an object in what is printed.
const (
	markBegin = '\x01'
	markEnd   = '\x02'
	markLater = '\x03'
)

// printer prints a value.
type printer struct {
	x    *Exec
	text strings.Builder
}

// show prints what lies at p.
//
//go:norace
func (x *Exec) show(p unsafe.Pointer, t reflect.Type) string {
	w := printer{x: x}
	w.value(p, t, 0)
	return shorten(w.text.String())
}

// shorten cuts a text that is too long.
//
//go:norace
func shorten(text string) string {
	if utf8.RuneCountInString(text) <= longestShown {
		return text
	}
	n := 0
	for i := range text {
		if n++; n == longestShown {
			return text[:i] + "…"
		}
	}
	return text
}

//go:norace
func (w *printer) value(p unsafe.Pointer, t reflect.Type, depth int) {
	if w.text.Len() > 4*longestShown {
		return
	}
	b := &w.text
	switch t.Kind() {
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(*(*bool)(p)))
	case reflect.Int, reflect.Int64:
		b.WriteString(strconv.FormatInt(*(*int64)(p), 10))
	case reflect.Int8:
		b.WriteString(strconv.FormatInt(int64(*(*int8)(p)), 10))
	case reflect.Int16:
		b.WriteString(strconv.FormatInt(int64(*(*int16)(p)), 10))
	case reflect.Int32:
		b.WriteString(strconv.FormatInt(int64(*(*int32)(p)), 10))
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		b.WriteString(strconv.FormatUint(*(*uint64)(p), 10))
	case reflect.Uint8:
		b.WriteString(strconv.FormatUint(uint64(*(*uint8)(p)), 10))
	case reflect.Uint16:
		b.WriteString(strconv.FormatUint(uint64(*(*uint16)(p)), 10))
	case reflect.Uint32:
		b.WriteString(strconv.FormatUint(uint64(*(*uint32)(p)), 10))
	case reflect.Float32:
		b.WriteString(strconv.FormatFloat(float64(*(*float32)(p)), 'g', -1, 32))
	case reflect.Float64:
		b.WriteString(strconv.FormatFloat(*(*float64)(p), 'g', -1, 64))
	case reflect.Complex64:
		b.WriteString(strconv.FormatComplex(complex128(*(*complex64)(p)), 'g', -1, 64))
	case reflect.Complex128:
		b.WriteString(strconv.FormatComplex(*(*complex128)(p), 'g', -1, 128))
	case reflect.String:
		b.WriteString(strconv.Quote(shorten(*(*string)(p))))
	case reflect.Array:
		w.row(p, t.Elem(), t.Len(), depth)
	case reflect.Slice:
		s := (*[3]uintptr)(p)
		w.row(*(*unsafe.Pointer)(p), t.Elem(), int(s[1]), depth)
	case reflect.Struct:
		w.fields(p, t, depth)
	case reflect.Pointer:
		w.pointer(*(*unsafe.Pointer)(p), t, depth)
	case reflect.Interface:
		w.dynamic((*[2]unsafe.Pointer)(p), t.NumMethod() > 0, depth)
	case reflect.Chan, reflect.Func, reflect.Map, reflect.UnsafePointer:
		if q := *(*unsafe.Pointer)(p); q == nil {
			b.WriteString("nil")
		} else if !w.object(q) {
			w.later(q, t)
		}
	}
}

//go:norace
func (w *printer) row(p unsafe.Pointer, t reflect.Type, n, depth int) {
	w.text.WriteByte('[')
	for i := range n {
		if i > 0 {
			w.text.WriteByte(' ')
		}
		if i == longestShown || depth == deepestShown {
			w.text.WriteString("…")
			break
		}
		w.value(unsafe.Add(p, uintptr(i)*t.Size()), t, depth+1)
	}
	w.text.WriteByte(']')
}

//go:norace
func (w *printer) fields(p unsafe.Pointer, t reflect.Type, depth int) {
	if t.NumField() == 0 {
		w.text.WriteString("struct{}{}")
		return
	}
	if t.PkgPath() == "time" && t.Name() == "Time" {
		w.text.WriteString("tick")
		return
	}
	w.text.WriteByte('{')
	some := false
	for i := range t.NumField() {
		f := t.Field(i)
		if primitiveType(f.Type) {
			continue
		}
		if some {
			w.text.WriteByte(' ')
		}
		if some = true; depth == deepestShown {
			w.text.WriteString("…")
			break
		}
		w.value(unsafe.Add(p, f.Offset), f.Type, depth+1)
	}
	w.text.WriteByte('}')
}

// primitiveType reports whether values of the type are primitives, or hold nothing
// else.
//
//go:norace
func primitiveType(t reflect.Type) bool {
	path := t.PkgPath()
	return path == "sync" || path == "sync/atomic" || isOurs(path+".")
}

//go:norace
func (w *printer) pointer(q unsafe.Pointer, t reflect.Type, depth int) {
	switch {
	case q == nil:
		w.text.WriteString("nil")
	case w.object(q):
	case depth < 2 && t.Elem().Kind() == reflect.Struct && !primitiveType(t.Elem()):
		w.text.WriteByte('&')
		w.value(q, t.Elem(), depth+2)
	default:
		w.later(q, t)
	}
}

// later prints what may become a primitive of the run.
//
//go:norace
func (w *printer) later(q unsafe.Pointer, t reflect.Type) {
	may := t.Kind() == reflect.Chan || t.Kind() == reflect.Pointer && primitiveType(t.Elem())
	if !may || !w.x.watch.begun {
		w.text.WriteString(t.String())
		return
	}
	w.text.WriteByte(markLater)
	w.text.WriteString(strconv.Itoa(len(w.x.watch.later)))
	w.text.WriteByte(markEnd)
	w.x.watch.later = append(w.x.watch.later, possible{p: q, t: t})
}

// object prints a primitive of the run; false if it is none.
//
//go:norace
func (w *printer) object(q unsafe.Pointer) bool {
	if len(w.x.slots) == 0 {
		return false
	}
	s := w.x.find(q)
	if s.p != q || s.epoch != w.x.objects.epoch {
		return false
	}
	w.text.WriteByte(markBegin)
	w.text.WriteString(strconv.Itoa(int(s.id)))
	w.text.WriteByte(markEnd)
	return true
}

//go:norace
func (w *printer) dynamic(p *[2]unsafe.Pointer, methods bool, depth int) {
	switch t := TypeIn(p[0], methods); {
	case t == nil:
		w.text.WriteString("nil")
	case InWord(t):
		w.value(unsafe.Pointer(&p[1]), t, depth)
	default:
		w.value(p[1], t, depth)
	}
}

// TypeIn is the type that the first word of an interface stands for, nil if there is
// none: the word is that type, or a table with its type behind a word.
//
//go:norace
func TypeIn(word unsafe.Pointer, methods bool) reflect.Type {
	if word == nil {
		return nil
	}
	if methods {
		word = (*[2]unsafe.Pointer)(word)[1]
	}
	var v any
	(*[2]unsafe.Pointer)(unsafe.Pointer(&v))[0] = word
	return reflect.TypeOf(v)
}

// InWord reports whether an interface holds values of the type in its second word, and
// not a pointer to them.
//
//go:norace
func InWord(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.Map, reflect.Func, reflect.UnsafePointer:
		return true
	case reflect.Struct:
		return t.NumField() == 1 && InWord(t.Field(0).Type)
	case reflect.Array:
		return t.Len() == 1 && InWord(t.Elem())
	}
	return false
}
