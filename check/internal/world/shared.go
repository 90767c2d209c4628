package world

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// What the whole process shares: an access is an operation, like one on an atomic
// variable, and so in every order with those of other goroutines.

// shared are objects that stand for it, by name: an execution knows them by their
// addresses.
var shared = []struct {
	name string
	word *uint64
}{
	{"the environment", new(uint64)},
	{"the working directory", new(uint64)},
	{filesName, new(uint64)},
	{"registries", new(uint64)}, // of the standard library: types of files, formats, profiles
	{SettingsName, new(uint64)}, // of the runtime
	{OutputName, new(uint64)},
}

const filesName = "files"

// SettingsName are the settings of the runtime.
const SettingsName = "settings"

// OutputName is what goes to standard output and standard error: see [Keeps].
const OutputName = "output"

// object is the number of a shared object in the run of the goroutine.
//
//go:norace
func object(g *exec.G, name string) int32 {
	if p := word(name); p != nil {
		return g.Exec().At(p)
	}
	return -1
}

// word is what stands for a shared object in memory; nil if there is none.
//
//go:norace
func word(name string) unsafe.Pointer {
	for i := range shared {
		if shared[i].name == name {
			return unsafe.Pointer(shared[i].word)
		}
	}
	return nil
}

// shares is called before something is accessed that the whole process has.
//
//go:norace
func shares(what string, write bool) {
	if what == OutputName && !Keeps {
		return
	}
	g := enter()
	if g == nil {
		return
	}
	c := caller()
	leave()
	if c.own || c.position == "" && !c.ends || !c.lockless() {
		return
	}
	if what == filesName && g.Exec().Alone() {
		return // what it does comes before what others do
	}
	access(g, object(g, what), write)
}

// uses is called before something is used that several goroutines may have, such as a file
// that is open: to read from it moves its offset.
//
//go:norace
func uses(p unsafe.Pointer, write bool) {
	g := enter()
	if g == nil {
		return
	}
	c := caller()
	leave()
	if !c.own && (c.position != "" || c.ends) && c.lockless() && !g.Exec().Alone() {
		access(g, g.Exec().At(p), write)
	}
}

// Share is called by a drop-in before it accesses something that the whole process has.
//
//go:norace
func Share(what string, write bool) {
	if g := enter(); g != nil {
		leave()
		if !g.Exec().Alone() {
			access(g, object(g, what), write)
		}
	}
}

// ShareFiles is [Share], for files.
//
//go:norace
func ShareFiles() { Share(filesName, true) }

//go:norace
func access(g *exec.G, o int32, write bool) {
	if write {
		g.Store(o)
	} else {
		g.Look(o)
	}
}

// lockless reports whether no function of the standard library is under way that may
// hold a lock: while it does nobody else may go on.
//
//go:norace
func (c *call) lockless() bool {
	if exec.Locking {
		return true // or it may: the locks are operations, too
	}
	for _, f := range c.library {
		at := strings.LastIndexByte(f, '/') + 1
		pkg, _, _ := strings.Cut(f[at:], ".")
		if pkg = f[:at] + pkg; !strings.HasPrefix(f, "testing.T.") && !strings.HasPrefix(f, "testing.state.") && !slices.Contains(withoutLocks, pkg) {
			return false
		}
	}
	return true
}

// withoutLocks are packages whose functions hold no lock when they call others.
var withoutLocks = []string{
	"archive/tar", "archive/zip", "bufio", "bytes", "compress/bzip2", "compress/flate", "compress/gzip", "compress/zlib",
	"encoding/binary", "encoding/csv", "encoding/gob", "encoding/json", "encoding/xml", "fmt", "html/template", "io", "io/fs", "io/ioutil",
	"image", "image/gif", "image/jpeg", "image/png", "log", "log/slog", "mime", "net/http", "os", "path/filepath", "runtime/pprof", "strings", "text/template",
}

// covered reports whether nothing has happened since the goroutine has announced that
// it accesses files, or nobody else is there yet.
//
//go:norace
func covered(g *exec.G) bool { return g.Exec().Alone() || g.LastOn(word(filesName)) }
