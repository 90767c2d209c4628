// Package image has every execution of a rewritten program begin in the state in
// which the first one began. When the first begins, all initialisers have run, and
// what TestMain does before the tests: then an image is taken of the memory that
// the package variables of rewritten packages reach, and of some variables of the
// standard library. Before every further execution the memory is put back, byte by
// byte, and compared with the image.
//
// Memory is put back, not assignments: it does not matter how the program changes
// it, and what points to it keeps pointing to it. What an execution has allocated
// can be reached no more. Values of some types stand for something outside the
// memory, such as a connection: these are not put back, and an execution that
// changes one leaves a state that differs. Regular files and directories are opened
// again.
package image

import (
	"os"
	"strings"
	"syscall"
	"unsafe"
)

// variable is a package variable.
type variable struct {
	pkg   string // its import path, "" in the standard library
	name  string
	place string // file and line of its declaration, "" in the standard library
	p     any    // points to it
}

//go:norace
func (v variable) String() string {
	text := v.name
	if v.pkg != "" && !strings.HasPrefix(v.pkg, "ipccheck/") { // ours have names that say it
		text = v.pkg[strings.LastIndexByte(v.pkg, '/')+1:] + "." + text
	}
	if v.place != "" {
		text += " (" + v.place + ")"
	}
	return text
}

// vars are the variables of rewritten packages.
var vars []variable

// Names are names of variables. Rewritten code, in which string may be something
// else, writes such a list.
type Names []string

// Vars notes the variables of a package. It is called while packages are
// initialised, with name and place of each variable, separated by a space, and
// pointers to them.
//
//go:norace
func Vars(pkg string, names Names, pointers ...any) {
	for i, p := range pointers {
		name, place, _ := strings.Cut(names[i], " ")
		vars = append(vars, variable{pkg, name, place, p})
	}
}

// region is a part of the memory that has an image.
type region struct {
	p     unsafe.Pointer
	was   string // what it held
	from  int32  // the variable by which it was found
	fixed bool   // it is compared and not put back
}

// picture is what is put back.
type picture struct {
	vars    []variable
	regions []region // which keep what they have an image of alive
	origins []origin // by address
	keep    []unsafe.Pointer
	files   []descriptor
	env     []string
	dir     string
	changed []int32
}

var taken *picture

// Unrestored is a variable that is not put back: a fault for tests.
var Unrestored string

// Begin is called at the beginning of every execution. The first takes the image;
// every other puts it back and reports what differs from it then: the name of a
// variable and its place, "" if nothing does. The time is linear in the size of
// the image.
//
//go:norace
func Begin() (differs string) {
	if !available {
		return ""
	}
	if taken == nil {
		taken = take()
		return ""
	}
	return taken.restore()
}

// Used is a variable that the last execution has changed, or by which one of the
// primitives at the addresses is reached; "" if there is none. It is called before
// the next execution begins. The time is linear in the size of the image, times the
// number of addresses.
func Used(primitives []unsafe.Pointer) string {
	if taken == nil {
		return ""
	}
	for i := range taken.regions {
		r := &taken.regions[i]
		if !r.fixed && r.now() != r.was {
			return taken.name(r)
		}
		for _, p := range primitives {
			if at := uintptr(p) - uintptr(r.p); at < uintptr(len(r.was)) {
				return taken.nameAt(uintptr(p))
			}
		}
	}
	return ""
}

// now is what it holds. It may hold several objects.
//
//go:norace
//go:nocheckptr
func (r *region) now() string { return unsafe.String((*byte)(r.p), len(r.was)) }

// name is the variable by which that part of a region was found which differs.
//
//go:norace
func (p *picture) name(r *region) string {
	now := r.now()
	i := 0
	for i < len(now)-1 && now[i] == r.was[i] {
		i++
	}
	return p.nameAt(uintptr(r.p) + uintptr(i))
}

//go:norace
func (p *picture) nameAt(address uintptr) string {
	i, j := 0, len(p.origins)
	for i+1 < j {
		if h := (i + j) / 2; p.origins[h].p <= address {
			i = h
		} else {
			j = h
		}
	}
	return p.vars[p.origins[i].from].String()
}

// restore puts the memory back. Pointers are written without telling the garbage
// collector: all that they point to is kept alive by the image.
//
//go:norace
func (p *picture) restore() (differs string) {
	p.changed = p.changed[:0]
	for i := range p.regions {
		r := &p.regions[i]
		if r.now() == r.was {
			continue
		}
		p.changed = append(p.changed, int32(i))
		if r.fixed || Unrestored != "" && p.vars[r.from].name == Unrestored {
			continue
		}
		move(r.p, unsafe.Pointer(unsafe.StringData(r.was)), uintptr(len(r.was)))
	}
	for _, i := range p.changed {
		if r := &p.regions[i]; r.now() != r.was {
			return p.name(r)
		}
	}
	for i := range p.files {
		if d := &p.files[i]; !d.reopen() {
			return "the file " + d.path
		}
	}
	return p.world()
}

// world puts the environment and the working directory back.
//
//go:norace
func (p *picture) world() (differs string) {
	if env := os.Environ(); !same(env, p.env) {
		os.Clearenv()
		for _, e := range p.env {
			if i := strings.IndexByte(e[min(1, len(e)):], '='); i >= 0 {
				_ = os.Setenv(e[:i+1], e[i+2:])
			}
		}
	}
	if dir, err := syscall.Getwd(); p.dir != "" && (err != nil || dir != p.dir) {
		if err := os.Chdir(p.dir); err != nil {
			return "the working directory"
		}
	}
	return ""
}

//go:norace
func same(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Variable is a package variable of the program.
type Variable struct {
	Name, Package, Place string
	Pointer              any // to it
}

// Watchable are the package variables of packages outside the standard library.
//
//go:norace
func Watchable() (out []Variable) {
	for _, v := range vars {
		if v.pkg != "" && v.place != "" {
			out = append(out, Variable{v.name, v.pkg, v.place, v.p})
		}
	}
	return out
}
