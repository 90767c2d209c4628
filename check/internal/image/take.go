package image

import (
	"cmp"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"unsafe"
)

// taker finds the memory that variables reach. It goes two ways. By types, from
// the variables on: this tells how far values reach that lie among the variables
// themselves, where the compiler puts what initialisers make, and finds values that
// must not be put back. And by the runtime's own knowledge of its heap, which
// holds for closures, maps and channels as well: a heap object that is reached is
// in the image as a whole.
type taker struct {
	vars   []variable
	seen   map[place]int     // how many of them in a row
	heap   map[uintptr]int32 // heap objects: the variable
	order  []uintptr         // of the heap objects
	still  map[uintptr]int32 // heap objects that are compared only: the variable
	skip   map[uintptr]bool  // heap objects that are left alone
	own    map[uintptr]bool  // the runtime's
	keep   []unsafe.Pointer  // to what is not in the image, and may not be freed
	files  []descriptor
	opened map[uintptr]bool // heap objects that stand for files
	out    []region
	todo   []target
	from   int32
	maps   []mapping // see mapped
}

// place is a value of a type in the memory.
type place struct {
	p unsafe.Pointer
	t reflect.Type
}

// target is n values in a row.
type target struct {
	place
	n    int
	from int32
}

//go:norace
func take() *picture {
	k := &taker{
		vars: vars, seen: map[place]int{}, heap: map[uintptr]int32{}, still: map[uintptr]int32{},
		skip: map[uintptr]bool{}, own: map[uintptr]bool{}, opened: map[uintptr]bool{},
	}
	owns, busy := own(make([]uintptr, 0, 4096), make([]uintptr, 0, 4096))
	for _, p := range owns {
		if base, _ := object(p); base != 0 {
			k.own[base], k.skip[base] = true, true
		}
	}
	for _, p := range busy {
		if base, _ := object(p); base != 0 {
			k.skip[base] = true
		}
	}
	names, std := standard()
	for i, p := range std {
		k.vars = append(k.vars, variable{pkg: "", name: names[i], p: p})
	}
	for i, v := range k.vars {
		t := reflect.TypeOf(v.p).Elem()
		p := reflect.ValueOf(v.p).UnsafePointer()
		k.from = int32(i)
		k.region(p, t.Size())
		k.push(p, t, 1)
	}
	for _, f := range later {
		k.vars = append(k.vars, variable{name: "what the goroutine started with", place: f.place})
		k.from = int32(len(k.vars) - 1)
		k.enter(*(*uintptr)(unsafe.Pointer(&f.f)))
	}
	for _, t := range timers {
		k.vars = append(k.vars, variable{name: "what a timer was set with"})
		k.from = int32(len(k.vars) - 1)
		k.enter(*(*uintptr)(unsafe.Pointer(&t.begin)))
	}
	for len(k.todo) > 0 {
		t := k.todo[len(k.todo)-1]
		k.todo = k.todo[:len(k.todo)-1]
		k.from = t.from
		for i := range t.n {
			k.visit(unsafe.Add(t.p, uintptr(i)*t.t.Size()), t.t)
		}
	}
	k.closure()
	origins := k.join()
	dir, _ := syscall.Getwd()
	return &picture{vars: k.vars, regions: k.out, origins: origins, keep: k.keep, files: k.files, env: os.Environ(), dir: dir}
}

// region adds memory to the image.
//
//go:norace
func (k *taker) region(p unsafe.Pointer, size uintptr) *region {
	if size == 0 {
		return new(region)
	}
	was := make([]byte, size)
	move(unsafe.Pointer(&was[0]), p, size)
	k.out = append(k.out, region{p: p, was: unsafe.String(&was[0], len(was)), from: k.from})
	return &k.out[len(k.out)-1]
}

// push notes n values in a row, to be visited.
//
//go:norace
func (k *taker) push(p unsafe.Pointer, t reflect.Type, n int) {
	at := place{p, t}
	k.seen[at] = n
	k.todo = append(k.todo, target{at, n, k.from})
}

// reach is called for a pointer to n values.
//
//go:norace
func (k *taker) reach(p unsafe.Pointer, t reflect.Type, n int) {
	if p == nil || n == 0 || k.seen[place{p, t}] >= n {
		return
	}
	base, _ := object(uintptr(p))
	switch kind := kindOf(t); {
	case kind == plain:
	case base == 0:
		return
	case kind == outside:
		if k.still[base] = k.from; t == reflect.TypeFor[os.File]() || t == reflect.TypeFor[os.Root]() {
			k.file(p, t)
		}
		return
	default:
		k.skip[base] = true
		k.keep = append(k.keep, p)
		return
	}
	if base != 0 {
		k.enter(base)
	} else if foreign := !static(uintptr(p)); foreign && (k.vars[k.from].pkg == "" || holds(t) || !k.mapped(uintptr(p), t.Size()*uintptr(n))) {
		return
	} else if !foreign && k.vars[k.from].pkg != "" && library(t) {
		return
	} else {
		k.region(p, t.Size()*uintptr(n))
	}
	k.push(p, t, n)
}

// enter adds a heap object.
//
//go:norace
func (k *taker) enter(p uintptr) {
	base, _ := object(p)
	if base == 0 {
		return
	}
	if _, ok := k.heap[base]; !ok {
		k.heap[base] = k.from
		k.order = append(k.order, base)
	}
}

// visit follows the pointers in a value.
//
//go:norace
func (k *taker) visit(p unsafe.Pointer, t reflect.Type) {
	if t == reflect.TypeFor[reflect.Value]() {
		k.value(p)
		return
	}
	if !holds(t) || kindOf(t) != plain {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		k.reach(*(*unsafe.Pointer)(p), t.Elem(), 1)
	case reflect.Slice:
		s := (*[3]uintptr)(p)
		k.reach(*(*unsafe.Pointer)(p), t.Elem(), int(s[2]))
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			k.visit(unsafe.Add(p, f.Offset), f.Type)
		}
	case reflect.Array:
		for i := range t.Len() {
			k.visit(unsafe.Add(p, uintptr(i)*t.Elem().Size()), t.Elem())
		}
	case reflect.Interface:
		v := reflect.NewAt(t, p).Elem().Elem()
		if !v.IsValid() {
			return
		}
		word := &(*[2]unsafe.Pointer)(p)[1]
		if e := any(v.Type()); direct((*[2]unsafe.Pointer)(unsafe.Pointer(&e))[1]) {
			k.visit(unsafe.Pointer(word), v.Type())
		} else {
			k.reach(*word, v.Type(), 1)
		}
	case reflect.Map:
		k.enter(*(*uintptr)(p))
		k.entries(reflect.NewAt(t, p).Elem())
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.String:
		k.enter(*(*uintptr)(p))
	}
}

// value follows what a reflect.Value holds: its second word, or what that points to, as its
// flags say.
//
//go:norace
func (k *taker) value(p unsafe.Pointer) {
	const indirect = 1 << 7 // reflect's flagIndir
	v := (*reflect.Value)(p)
	if !v.IsValid() {
		return
	}
	word := &(*[2]unsafe.Pointer)(p)[1]
	if (*[3]uintptr)(p)[2]&indirect != 0 {
		k.reach(*word, v.Type(), 1)
	} else {
		k.visit(unsafe.Pointer(word), v.Type())
	}
}

// pointer makes an address a pointer. What it points to is alive.
//
//go:norace
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// entries visits copies of the keys and elements of a map.
//
//go:norace
func (k *taker) entries(m reflect.Value) {
	t := m.Type()
	key, elem := holds(t.Key()) && t.Key().Kind() != reflect.String, holds(t.Elem()) && t.Elem().Kind() != reflect.String
	if !key && !elem || m.Len() == 0 {
		return
	}
	for it := m.MapRange(); it.Next(); {
		if key {
			c := reflect.New(t.Key())
			c.Elem().SetIterKey(it)
			k.visit(c.UnsafePointer(), t.Key())
		}
		if elem {
			c := reflect.New(t.Elem())
			c.Elem().SetIterValue(it)
			k.visit(c.UnsafePointer(), t.Elem())
		}
	}
}

// closure adds the heap objects that those found so far reach, and makes the image
// of all.
//
//go:norace
func (k *taker) closure() {
	var found []uintptr
	for i := 0; i < len(k.order); i++ {
		base := k.order[i]
		k.from = k.heap[base]
		if k.skip[base] {
			continue
		}
		if _, ok := k.still[base]; ok {
			continue
		}
		found = pointers(base, found[:0])
		for n, p := range found {
			if found[n], _ = object(p); k.own[found[n]] {
				k.skip[base] = true
			}
		}
		if k.skip[base] {
			continue
		}
		if finalized(base) {
			k.still[base] = k.from
			continue
		}
		_, size := object(base)
		k.region(pointer(base), size)
		for _, b := range found {
			if b != 0 {
				k.enter(b)
				k.keep = append(k.keep, pointer(b))
			}
		}
	}
	for base, from := range k.still {
		k.from = from
		_, size := object(base)
		k.region(pointer(base), size).fixed = true
	}
}

// origin is an address from which on a part of the memory was found by a variable.
type origin struct {
	p    uintptr
	from int32
}

// longest is how long a region is at most that has been joined, in bytes.
const longest = 8192

// join sorts the regions and makes those one that overlap, or lie side by side: they
// are compared at once. It keeps their images together, in the same order.
//
//go:norace
func (k *taker) join() (origins []origin) {
	slices.SortFunc(k.out, func(a, b region) int { return cmp.Compare(uintptr(a.p), uintptr(b.p)) })
	total := 0
	for i := range k.out {
		origins = append(origins, origin{uintptr(k.out[i].p), k.out[i].from})
		total += len(k.out[i].was)
	}
	if Unrestored != "" {
		return origins
	}
	all := make([]byte, 0, total)
	var out []region
	for i := range k.out {
		r := k.out[i]
		if n := len(out); n > 0 && !r.fixed && !out[n-1].fixed {
			last := &out[n-1]
			end := uintptr(last.p) + uintptr(len(last.was))
			inside := uintptr(r.p) < end
			if inside || uintptr(r.p) == end && len(last.was)+len(r.was) <= longest {
				k.keep = append(k.keep, r.p)
				if skip := end - uintptr(r.p); skip < uintptr(len(r.was)) {
					all = append(all, r.was[skip:]...)
					size := int(uintptr(r.p)-uintptr(last.p)) + len(r.was)
					last.was = unsafe.String(&all[len(all)-size], size)
				}
				continue
			}
		}
		at := len(all)
		all = append(all, r.was...)
		r.was = unsafe.String(&all[at], len(r.was))
		out = append(out, r)
	}
	k.out = out
	return origins
}

// kind says how values of a type are dealt with.
type kind int8

const (
	plain   kind = iota
	outside      // they stand for something outside the memory: compared only
	foreign      // they are the standard library's own business
)

// kindOf is the kind of a type.
//
//go:norace
func kindOf(t reflect.Type) kind {
	if t.Name() == "" {
		return plain
	}
	switch path := t.PkgPath(); path {
	case "os", "internal/poll", "net":
		switch t.Name() {
		case "File", "file", "FD", "Process", "Root", "root", "netFD", "conn":
			return outside
		}
	case "reflect":
		if t.Name() != "Value" {
			return foreign
		}
	case "internal/abi", "testing", "internal/godebug", "unique", "weak", "runtime", "internal/runtime/maps":
		return foreign
	case "time":
		if t.Name() == "Location" {
			return foreign
		}
	}
	return plain
}

// library reports whether a type belongs to the standard library, whose variables
// are, as a rule, parts of a state that it keeps elsewhere too.
//
//go:norace
func library(t reflect.Type) bool {
	path := t.PkgPath()
	if path == "" || strings.Contains(plainly, " "+path+" ") {
		return false
	}
	for i := range vars {
		if vars[i].pkg == path {
			return false
		}
	}
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(folders, " "+first+" ")
}

// plainly are packages of the standard library whose variables stand for themselves.
const plainly = " bufio bytes container/list container/ring context crypto/tls database/sql encoding/csv encoding/json encoding/xml errors expvar flag html/template io log log/slog math/big math/rand math/rand/v2 net net/http net/mail net/rpc net/smtp net/url os/exec reflect strings sync sync/atomic text/template time "

// folders are those of the standard library.
const folders = " archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak "

// holds reports whether values of a type hold pointers.
//
//go:norace
func holds(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Interface, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.String:
		return true
	case reflect.Struct:
		for i := range t.NumField() {
			if holds(t.Field(i).Type) {
				return true
			}
		}
	case reflect.Array:
		return t.Len() > 0 && holds(t.Elem())
	}
	return false
}
