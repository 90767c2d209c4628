package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// Functions of the standard library where the world outside comes in, or what is
// left to chance, are probed: code that is put at their beginning tells package
// world. So it does not matter how a program comes to call them.

// probe is code at the beginning of a function, "T.m" for a method.
type probe struct{ pkg, function, code string }

// hooks are the functions of the runtime that probes call.
const (
	runtimeName = "ipccheckruntime"
	hooks       = runtimeName + ".Ipccheck"
)

// reaching are functions that are not controlled.
var reaching = []probe{
	{"os", "StartProcess", ""}, {"os", "Process.Wait", ""}, {"os", "Process.Kill", ""},
	{"plugin", "Open", ""},
	{"syscall", "forkExec", ""}, {"syscall", "Exec", ""}, {"syscall", "pipe2", ""}, {"syscall", "Tgkill", ""},
	{"syscall", "socket", ""}, {"syscall", "socketpair", ""}, {"syscall", "EpollCreate1", ""}, {"syscall", "InotifyInit1", ""},
	{"syscall", "Umask", ""}, {"syscall", "Setrlimit", ""}, {"syscall", "Mmap", ""}, {"syscall", "Setpgid", ""}, {"syscall", "Setsid", ""},
	{"syscall", "Settimeofday", ""}, {"syscall", "Gettimeofday", ""}, {"syscall", "Time", ""}, {"syscall", "Times", ""}, {"syscall", "Getrusage", ""},
	{"runtime", "ReadMemStats", ""}, {"runtime", "GoroutineProfile", ""}, {"runtime", "MemProfile", ""}, {"runtime", "BlockProfile", ""}, {"runtime", "MutexProfile", ""}, {"runtime", "ThreadCreateProfile", ""},
	{"runtime/metrics", "Read", ""}, {"runtime/debug", "ReadGCStats", ""}, {"runtime/trace", "Start", ""},
	{"runtime/pprof", "StartCPUProfile", ""},
}

// elsewhere are functions that are not controlled where system calls are not probed.
var elsewhere = []probe{
	{"os", "openFileNolog", ""}, {"os", "Mkdir", ""}, {"os", "Remove", ""}, {"os", "RemoveAll", ""}, {"os", "rename", ""},
	{"os", "Stat", ""}, {"os", "Lstat", ""}, {"os", "Truncate", ""}, {"os", "Link", ""}, {"os", "Symlink", ""}, {"os", "Readlink", ""},
	{"os", "File.Read", ""}, {"os", "File.ReadAt", ""},
}

// others are functions with probes of their own.
var others = []probe{
	{"runtime", "GC", "IpccheckReach(\"garbage\");"},
	{"runtime", "reflect_chansend", "if selected, ok := ipccheckSend(c, elem, nb); ok { return selected };"},
	{"runtime", "reflect_chanrecv", "if selected, received, ok := ipccheckRecv(c, elem, nb); ok { return selected, received };"},
	{"runtime", "reflect_chanclose", "if f := IpccheckClose; f != nil && f(unsafe.Pointer(c)) { return };"},
	{"runtime", "reflect_chanlen", "if f := IpccheckLen; f != nil && f(unsafe.Pointer(c)) { return int(c.qcount) };"},
	{"runtime", "reflect_rselect", "if chosen, received, ok := ipccheckSelect(cases); ok { return chosen, received };"},
	{"runtime", "Stack", "if f := IpccheckStack; f != nil { if n, ok := f(buf, all); ok { return n } };"},
	{"runtime", "NumGoroutine", "if f := IpccheckLive; f != nil { if n, ok := f(); ok { return n } };"},
	{"runtime/pprof", "writeRuntimeProfile", hooks + "Reach(\"runtime/pprof.writeRuntimeProfile\");"},
	{"runtime", "alginit", "ipccheckSeed();"},
	{"runtime", "mrandinit", "ipccheckSeeding = false;"},
	{"runtime", "bootstrapRand", "if ipccheckSeeding { return 0x9E3779B97F4A7C15 };"},
	{"math/rand", "Intn", small("int")}, {"math/rand", "Int31n", small("int32")}, {"math/rand", "Int63n", small("int64")},
	{"math/rand/v2", "IntN", small("int")}, {"math/rand/v2", "Int32N", small("int32")}, {"math/rand/v2", "Int64N", small("int64")},
	{"math/rand/v2", "UintN", small("uint")}, {"math/rand/v2", "Uint32N", small("uint32")}, {"math/rand/v2", "Uint64N", small("uint64")},
	{"math/rand/v2", "N", small("Int")},
	{"os", "OpenFile", share("files", "flag != O_RDONLY")}, {"os", "Stat", share("files", "false")}, {"os", "Lstat", share("files", "false")},
	{"os", "Readlink", share("files", "false")}, {"os", "Mkdir", share("files", "true")}, {"os", "Remove", share("files", "true")}, {"os", "Rename", share("files", "true")},
	{"os", "Link", share("files", "true")}, {"os", "Symlink", share("files", "true")}, {"os", "Truncate", share("files", "true")}, {"os", "Chmod", share("files", "true")},
	{"os", "openDir", share("files", "false")}, {"os", "removefileat", share("files", "true")}, {"os", "removedirat", share("files", "true")},
	{"os", "File.Read", file("true", "false")}, {"os", "File.ReadAt", file("false", "false")}, {"os", "File.Stat", file("false", "false")}, {"os", "File.readdir", file("true", "false")},
	{"os", "File.Write", output + file("true", "true")}, {"os", "File.WriteAt", file("false", "true")}, {"os", "File.Truncate", file("false", "true")},
	{"os", "File.Seek", handle("true")}, {"os", "File.Close", handle("true")}, {"os", "File.Sync", handle("false")}, {"os", "File.Chmod", handle("false")},
	{"time", "Time.Unix", day}, {"time", "Time.UnixMilli", day}, {"time", "Time.UnixMicro", day}, {"time", "Time.UnixNano", day},
	{"time", "Time.Date", day}, {"time", "Time.Year", day}, {"time", "Time.Month", day}, {"time", "Time.Day", day}, {"time", "Time.YearDay", day}, {"time", "Time.Weekday", day},
	{"time", "Time.Clock", day}, {"time", "Time.Hour", day}, {"time", "Time.Minute", day}, {"time", "Time.Second", day}, {"time", "Time.Nanosecond", day},
	{"os", "Getpid", hooks + "Pid();"}, {"syscall", "Getpid", hooks + "Pid();"},
	{"os", "FindProcess", "if " + hooks + "Send(pid, 0) { return &Process{Pid: pid}, nil };" + reach("os.FindProcess")},
	{"os", "Process.Signal", "if s, ok := sig.(syscall.Signal); ok && " + hooks + "Send(p.Pid, int(s)) { return nil };" + reach("os.Process.Signal") + dies},
	{"syscall", "Kill", "if " + hooks + "Send(pid, int(sig)) { return nil };" + reach("syscall.Kill") + dies},
	{"os", "Exit", hooks + "Exit(code);"},
	{"os", "Getenv", share("the environment", "false")}, {"os", "LookupEnv", share("the environment", "false")}, {"os", "Environ", share("the environment", "false")},
	{"os", "Setenv", share("the environment", "true")}, {"os", "Unsetenv", share("the environment", "true")}, {"os", "Clearenv", share("the environment", "true")},
	{"os", "Getwd", share("the working directory", "false")}, {"os", "Chdir", share("the working directory", "true")}, {"os", "File.Chdir", share("the working directory", "true")},
	{"mime", "AddExtensionType", share("registries", "true")}, {"mime", "TypeByExtension", share("registries", "false")}, {"mime", "ExtensionsByType", share("registries", "false")},
	{"image", "RegisterFormat", share("registries", "true")}, {"image", "sniff", share("registries", "false")},
	{"archive/zip", "RegisterCompressor", share("registries", "true")}, {"archive/zip", "compressor", share("registries", "false")},
	{"archive/zip", "RegisterDecompressor", share("registries", "true")}, {"archive/zip", "decompressor", share("registries", "false")},
	{"runtime/pprof", "NewProfile", share("registries", "true")}, {"runtime/pprof", "Lookup", share("registries", "false")}, {"runtime/pprof", "Profiles", share("registries", "false")},
	{"runtime/pprof", "Profile.Add", share("registries", "true")}, {"runtime/pprof", "Profile.Remove", share("registries", "true")}, {"runtime/pprof", "Profile.Count", share("registries", "false")},
	{"crypto/internal/sysrand", "Read", "if " + hooks + "Fill(b) { return };"},
	// What one puts away and another gets would order the two for the race detector, in
	// the library's own pools, the orders of which are not explored.
	{"sync", "Pool.Put", "if race.Enabled { return };"},
	{"internal/sync", "Mutex.Lock", lock("m", exec.MutexLock)}, {"internal/sync", "Mutex.TryLock", tryLock("m", exec.MutexTryLock)}, {"internal/sync", "Mutex.Unlock", lock("m", exec.MutexUnlock)}, // sync.Mutex's, too
	{"sync", "RWMutex.RLock", lock("rw", exec.RWRLock)}, {"sync", "RWMutex.TryRLock", tryLock("rw", exec.RWTryRLock)}, {"sync", "RWMutex.RUnlock", lock("rw", exec.RWRUnlock)},
	{"sync", "RWMutex.Lock", lock("rw", exec.RWLock)}, {"sync", "RWMutex.TryLock", tryLock("rw", exec.RWTryLock)}, {"sync", "RWMutex.Unlock", lock("rw", exec.RWUnlock)},
	{"runtime", "reflectOffsLock", lock("&reflectOffs.lock", exec.OtherLock)}, {"runtime", "reflectOffsUnlock", lock("&reflectOffs.lock", exec.OtherLock)},
	{"sync", "Once.Do", hooks + "Once(o);"}, {"sync", "Once.doSlow", "if done := " + hooks + "Does(o); done != nil { defer done() };"},
	{"weak", "Make", hooks + "Weak(unsafe.Pointer(ptr));"},
	{"runtime", "maps_rand", "if ipccheckFixed { return 0x9E3779B97F4A7C15 };"},
	{"runtime", "funcNameForPrint", "name = ipccheckNamed(name);"}, // for who asks for names
}

// reach tells of a function that is not controlled.
func reach(function string) string { return fmt.Sprintf("%sReach(%q);", hooks, function) }

// dies waits for the end of the program after a signal that may bring it.
const dies = "defer " + hooks + "Dies();"

// day tells of a time that is taken apart.
const day = hooks + "Day(t.unixSec());"

// small has the search decide about a random number that is one of a few.
func small(result string) string {
	return "if n == 2 || n == 3 { if k, ok := " + hooks + "Choose(uint64(n)); ok { return " + result + "(k) } };"
}

// share tells of an access to something that the whole process has.
func share(what, write string) string { return fmt.Sprintf("%sShare(%q, %s);", hooks, what, write) }

// file tells of an access to a file that is open, which moves its offset or closes it or
// does not, and to what is there. Plain output is none.
func file(moves, write string) string {
	return open(hooks + "Use(unsafe.Pointer(f.file), " + moves + ");" + share("files", write))
}

// handle tells of an access to a file that is open, but not to what is there.
func handle(moves string) string { return open(hooks + "Use(unsafe.Pointer(f.file), " + moves + ");") }

func open(code string) string {
	return "if f != nil && f.file != nil && f.ipccheck == nil && f != Stdout && f != Stderr && f != Stdin { " + code + "};"
}

// output tells of plain output, the order of which is explored where outcomes are listed, and
// keeps it from ordering for the race detector who writes it.
var output = "if (f == Stdout || f == Stderr) && f != nil && f.ipccheck == nil { " + share(world.OutputName, "true") + "if " + hooks + "Hide != nil { " + hooks + "Hide(); defer " + hooks + "Show() } };"

// lock tells of a method of a lock of the library's own, which may be done then. Where
// executions are loose it orders nobody.
func lock(receiver string, call exec.LockCall) string { return lockCall(receiver, call, "", "") }

// tryLock is lock, for a method that may fail.
func tryLock(receiver string, call exec.LockCall) string {
	return lockCall(receiver, call, "true", "false")
}

func lockCall(receiver string, call exec.LockCall, locked, not string) string {
	return fmt.Sprintf("switch %[1]sLock(%[2]s, %[3]d) { case %[4]d: %[1]sHide(); defer %[1]sShow(); case %[5]d: return %[6]s; case %[7]d: return %[8]s };",
		hooks, receiver, call, exec.OrdersNobody, exec.Locked, locked, exec.NotLocked, not)
}

// atomics tells of an atomic operation: of its address, and whether it only loads. If it is
// not to order anybody, the detector ignores that it synchronises. It is there for one
// architecture; on others the library's atomics order goroutines as ever.
const atomics = `	CMPQ	runtime·IpccheckAtomics(SB), $0
	JEQ	ipccheck_done
	MOVL	$1, R13
	MOVQ	$__tsan_go_atomic32_load(SB), BX
	CMPQ	AX, BX
	JEQ	ipccheck_call
	MOVQ	$__tsan_go_atomic64_load(SB), BX
	CMPQ	AX, BX
	JEQ	ipccheck_call
	XORL	R13, R13
ipccheck_call:
	SUBQ	$32, SP
	MOVQ	AX, 24(SP)
	MOVQ	R12, 0(SP)
	MOVQ	R13, 8(SP)
	CALL	runtime·ipccheckAtomic(SB)
	MOVQ	24(SP), AX
	MOVBLZX	16(SP), R13
	ADDQ	$32, SP
	MOVQ	16(SP), R12
	TESTL	R13, R13
	JNE	racecallatomic_ignore
ipccheck_done:
`

// edit is a change to a file in other places than the beginnings of functions.
type edit struct {
	file     string // below the sources of the standard library
	old, new string // each occurrence of old
}

var edits = []edit{
	// A system call may not grow the stack before it is over.
	{"syscall/syscall_linux.go", "runtime_exitsyscall()\n\treturn", "runtime_exitsyscall(); runtime.IpccheckSyscall(trap, a1, a2, a3, ARG4, r1, uintptr(err))\n\treturn"},
	{"syscall/syscall_linux.go", "(trap, a1, a2, a3, 0, 0, 0)\n\truntime_exitsyscall(); runtime.IpccheckSyscall(trap, a1, a2, a3, ARG4", "(trap, a1, a2, a3, 0, 0, 0)\n\truntime_exitsyscall(); runtime.IpccheckSyscall(trap, a1, a2, a3, 0"},
	{"syscall/syscall_linux.go", "ARG4", "a4"},
	{"os/file_unix.go", "type file struct {", "type file struct {\n\tipccheck IpccheckEnd"},
	{"os/file_windows.go", "type file struct {", "type file struct {\n\tipccheck IpccheckEnd"},
	// Atomics that the race detector sees go through this: see the runtime's ipccheckAtomic.
	{"runtime/race_amd64.s", "\tMOVBLZX\t(R12), R13\n", "\tMOVBLZX\t(R12), R13\n" + atomics},
	{"internal/sync/hashtriemap.go", "newEntryNode(key, ", "ipccheckEntry(key, "},
	{"internal/sync/hashtriemap.go", "\nfunc newEntryNode", "\nfunc ipccheckEntry[K comparable, V any](key K, value V) *entry[K, V] { e := newEntryNode(key, value); " + hooks + "Made(unsafe.Pointer(e)); return e }\n\nfunc newEntryNode"},
	{"internal/sync/hashtriemap.go", "e.key == key", "e.ipccheckHas(key)"},
	{"internal/sync/hashtriemap.go", "head.key == key", "head.ipccheckHas(key)"},
	{"internal/sync/hashtriemap.go", "\nfunc (e *entry[K, V]) lookup(", "\nfunc (e *entry[K, V]) ipccheckHas(key K) bool { if e.key != key { return false }; " + hooks + "Found(unsafe.Pointer(e)); return true }\n\nfunc (e *entry[K, V]) lookup("},
	{"internal/sync/hashtriemap.go", "if !yield(e.key, e.value) {", hooks + "Found(unsafe.Pointer(e)); if !yield(e.key, e.value) {"},
	{"sync/pool.go", "\truntime_registerPoolCleanup(poolCleanup)\n", "\truntime_registerPoolCleanup(poolCleanup)\n\t" + hooks + "Pools = unsafe.Pointer(&allPoolsMu)\n"},
	// What a program prints of addresses is known by where the heap is: see spelling.Addresses.
	{"runtime/malloc.go", "randomizeHeapBase = goexperiment.", "randomizeHeapBase = false && goexperiment."},
	{"os/exec/exec.go", "os.Pipe()", "os.IpccheckSystemPipe()"},
	{"math/rand/rand.go", "//go:linkname runtime_rand runtime.rand\nfunc runtime_rand() uint64\n", "//\nfunc runtime_rand() uint64 { return " + hooks + "Rand() }\n"},
	{"math/rand/v2/rand.go", "//go:linkname runtime_rand runtime.rand\nfunc runtime_rand() uint64\n", "//\nfunc runtime_rand() uint64 { return " + hooks + "Rand() }\n"},
	{"hash/maphash/maphash_runtime.go", "//go:linkname runtime_rand runtime.rand\nfunc runtime_rand() uint64\n", "//\nfunc runtime_rand() uint64 { return " + hooks + "Rand() }\n"},
	{"reflect/map.go", "\t\tmapIterStart(t, m, &iter.hiter)\n", "\t\tmapIterStart(t, m, &iter.hiter); " + hooks + "Order(iter.m.Len())\n"},
	{"reflect/map.go", "\treturn a[:i]\n", "\tif order := " + hooks + "List(i); order != nil { b := make([]Value, i); for j, from := range order { b[j] = a[from] }; return b }; return a[:i]\n"},
	{"iter/iter.go", "\tc := newcoro(", "\tipccheckEarly := " + hooks + "Pull(true)\n\tc := newcoro("},
	{"iter/iter.go", "// detect races\n", "// detect races\n\t\tif ipccheckEarly && " + hooks + "Pull(false) { return }\n"},
	{"maps/iter.go", "return func(yield func(K) bool) {", "return func(yield func(K) bool) { " + hooks + "Order(len(m));"},
	{"maps/iter.go", "return func(yield func(V) bool) {", "return func(yield func(V) bool) { " + hooks + "Order(len(m));"},
	{"maps/iter.go", "return func(yield func(K, V) bool) {", "return func(yield func(K, V) bool) { " + hooks + "Order(len(m));"},
}

// probed are the probes of each package.
func probed() map[string][]probe {
	byPackage := map[string][]probe{}
	named := reaching
	if runtime.GOOS != "linux" {
		named = slices.Concat(reaching, elsewhere)
	}
	for _, p := range named {
		p.code = reach(p.pkg + "." + p.function)
		byPackage[p.pkg] = append(byPackage[p.pkg], p)
	}
	mine := slices.Concat(ofPipes, others)
	if runtime.GOOS == "linux" {
		mine = slices.Concat(mine, ofTheName)
	}
	for _, p := range mine {
		byPackage[p.pkg] = append(byPackage[p.pkg], p)
	}
	return byPackage
}

// probes are the probed files of the standard library, by path.
func (b *Builder) probes() (map[string][]byte, error) {
	out := map[string][]byte{}
	for pkg, ps := range probed() {
		dir := filepath.Join(b.goroot, "src", pkg)
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			name := e.Name()
			if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			path := filepath.Join(dir, name)
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			if probed, err := insert(path, text, ps); err != nil {
				return nil, err
			} else if probed != nil {
				out[path] = probed
			}
		}
	}
	for _, e := range edits {
		path := filepath.Join(b.goroot, "src", e.file)
		text := out[path]
		if text == nil {
			var err error
			if text, err = os.ReadFile(path); err != nil {
				return nil, err
			}
		}
		if !bytes.Contains(text, []byte(e.old)) {
			return nil, fmt.Errorf("%s of %s is not the one that ipccheck knows: there is no %q in it", e.file, b.goVersion, e.old)
		}
		out[path] = bytes.ReplaceAll(text, []byte(e.old), []byte(e.new))
	}
	for path, text := range out {
		if bytes.Contains(text, []byte("unsafe.Pointer(f.file)")) && !bytes.Contains(text, []byte("\n\t\"unsafe\"\n")) {
			at := clause.FindIndex(text)
			text = slices.Concat(text[:at[1]], []byte("; import \"unsafe\""), text[at[1]:])
			out[path] = text
		}
		if bytes.Contains(text, []byte(runtimeName+".")) {
			at := clause.FindIndex(text)
			out[path] = slices.Concat(text[:at[1]], []byte("; import "+runtimeName+" \"runtime\""), text[at[1]:])
		}
	}
	return out, nil
}

// clause is the package clause of a file.
var clause = regexp.MustCompile(`(?m)^package \w+`)

// insert is a file with the probes of its functions; nil if it has none of them. The file
// is as gofmt lays it out: a function begins with a line that begins with func, and ends with
// that line or with the next one that is a brace. So only the functions that may be meant
// are parsed.
func insert(path string, text []byte, ps []probe) ([]byte, error) {
	names := map[string]bool{}
	for _, p := range ps {
		names[p.function[strings.IndexByte(p.function, '.')+1:]] = true
	}
	var out []byte
	done := 0 // of text, in out
	for at := 0; ; at += len("func ") {
		begin := bytes.Index(text[at:], []byte("\nfunc "))
		if begin < 0 {
			break
		}
		at += begin + 1
		if !names[declared(text[at:])] {
			continue
		}
		fn, brace, err := parseFunction(path, text[at:])
		if err != nil {
			return nil, err
		}
		for _, p := range ps {
			if fn.Body == nil || p.function != functionName(fn) {
				continue
			}
			code := p.code
			if p.pkg == "runtime" {
				code = strings.ReplaceAll(code, runtimeName+".", "")
			}
			out = append(append(out, text[done:at+brace+1]...), code...)
			done = at + brace + 1
		}
	}
	if out == nil {
		return nil, nil
	}
	return append(out, text[done:]...), nil
}

// declared is the name of the function or method that the text begins with.
func declared(text []byte) string {
	line, _, _ := bytes.Cut(text[len("func "):], []byte("\n"))
	if _, method, ok := bytes.Cut(line, []byte(") ")); ok && line[0] == '(' {
		line = method
	}
	return string(line[:max(0, bytes.IndexAny(line, "(["))])
}

// parseFunction parses the function that the text begins with, and tells at which byte its
// body begins.
func parseFunction(path string, text []byte) (*ast.FuncDecl, int, error) {
	end := bytes.IndexByte(text, '\n') + 1
	if !bytes.HasSuffix(text[:end], []byte("}\n")) {
		if body := bytes.Index(text, []byte("\n}\n")); body >= 0 {
			end = body + len("\n}\n")
		}
	}
	const clause = "package p;"
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, clause+string(text[:end]), parser.SkipObjectResolution)
	if err != nil {
		return nil, 0, err
	}
	fn := f.Decls[0].(*ast.FuncDecl)
	if fn.Body == nil {
		return fn, 0, nil
	}
	return fn, fset.Position(fn.Body.Lbrace).Offset - len(clause), nil
}

// functionName is the name of a function, behind that of its receiver's type if it
// is a method.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if s, ok := t.(*ast.StarExpr); ok {
		t = s.X
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + f.Name.Name
	}
	return f.Name.Name
}
