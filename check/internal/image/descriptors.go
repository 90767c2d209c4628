package image

import (
	"reflect"
	"unsafe"
)

// Files of which a package variable is the *os.File, or the *os.Root, when the first
// execution begins are open at the same place when any other begins, whatever has been read
// of them, and whoever has closed them. What is in them is another matter: see package world. Only regular files and
// directories can be opened again so; others, such as pipes, are compared.

// descriptor is that of such a file.
type descriptor struct {
	fd     int
	kept   int // the same open file, for us
	offset int64
	path   string
}

// file adds what an os.File or an os.Root stands for to the image; p is what it points to.
//
//go:norace
func (k *taker) file(p unsafe.Pointer, t reflect.Type) {
	f := *(*unsafe.Pointer)(p)
	base, size := object(uintptr(f))
	if base == 0 || k.opened[base] {
		return
	}
	t = t.Field(0).Type.Elem()
	if virtual(f, t) {
		k.enter(base)
		return
	}
	fd := number(f, t)
	if fd <= 2 {
		return
	}
	k.opened[base] = true
	d, ok := keepOpen(fd)
	if !ok {
		k.still[base] = k.from
		return
	}
	k.files = append(k.files, d)
	k.region(pointer(base), size)
	for _, p := range pointers(base, nil) {
		k.keep = append(k.keep, pointer(p))
	}
}

// virtual reports whether it is a pipe in memory.
//
//go:norace
func virtual(file unsafe.Pointer, t reflect.Type) bool {
	f, ok := t.FieldByName("ipccheck")
	return ok && *(*unsafe.Pointer)(unsafe.Add(file, f.Offset)) != nil
}

// number is the descriptor of what an os.File or an os.Root stands for, -1 if it has none.
//
//go:norace
func number(file unsafe.Pointer, t reflect.Type) int {
	at := uintptr(0)
	if pfd, ok := t.FieldByName("pfd"); ok { // of a file
		t, at = pfd.Type, pfd.Offset
	}
	for _, name := range []string{"Sysfd", "fd"} {
		if f, ok := t.FieldByName(name); ok && f.Type.Kind() == reflect.Int {
			return *(*int)(unsafe.Add(file, at+f.Offset))
		}
	}
	return -1
}

// Descriptors calls a function with each file that is open whenever an execution begins.
//
//go:norace
func Descriptors(f func(fd int, path string)) {
	if taken == nil {
		return
	}
	for i := range taken.files {
		f(taken.files[i].fd, taken.files[i].path)
	}
}
