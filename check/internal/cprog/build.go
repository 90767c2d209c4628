package cprog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

//go:embed runtime/*.c runtime/*.h runtime/*.S
var runtimeFiles embed.FS

//go:embed containers/*.c
var containers embed.FS

// Program is a C program that has been compiled.
type Program struct {
	name    string // argv[0]
	dir     string // in which it was built and is executed
	binary  string
	scratch string
	confine func(tool *exec.Cmd, seen, written string) error // of [Source]
	lines   *lines
	signals int32              // what it does with signals: see enum uses_signals in wire.h
	unseen  []string           // what cannot be controlled, wherever it is executed
	symbols map[string]symbols // by file
	library map[string]bool    // names that the runtime defines

	wrappers *wrappers
}

// CompileError is what the compiler, or this package, has against a program.
type CompileError struct{ Text string }

func (e *CompileError) Error() string { return e.Text }

// Sources reports whether all names are those of C or C++ files.
func Sources(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool {
		switch filepath.Ext(n) {
		case ".c", ".h", ".cc", ".cpp", ".cxx":
			return false
		}
		return true
	})
}

// What the program is compiled with: no optimisation, or loops that wait would be made
// endless; frame pointers, for the calls that lead to an operation; and the pages of large
// frames are touched in turn, so that none gets past the guard of its stack.
var compileFlags = []string{
	"-O0", "-g", "-w", "-fno-pie", "-fno-omit-frame-pointer", "-fno-builtin", "-fstack-clash-protection",
	"-Dno_sanitize(x)=unused", "-D__no_sanitize__(x)=unused", "-Dno_sanitize_thread=unused", "-D__no_sanitize_thread__=unused", // its accesses are to be seen
	"-D_GLIBCXX_USE_POSIX_SEMAPHORE", // see librarySemaphore
	"-fsanitize=thread",
}

// cppFlags are those of C++: strings are not those of the C++ library, whose accesses would not
// be seen, and what that demands of its callers is looked at.
var cppFlags = []string{"-D_GLIBCXX_ASSERTIONS"}

// librarySemaphore is what std::counting_semaphore consists of in libstdc++ when it is told to use a
// sem_t. The one that it has else sleeps for ever, in gcc 12 for one, when the value that it
// has seen is taken and given back before it sleeps: a correct program would deadlock.
const librarySemaphore = "__platform_semaphore"

// The runtime has nothing for debuggers: to link that would take longer than to compile a program.
var runtimeFlags = []string{"-O3", "-w", "-D_GNU_SOURCE", "-fno-pie", "-fno-stack-protector", "-fexceptions", "-fno-builtin-malloc", "-fno-builtin-calloc",
	"-fno-optimize-sibling-calls"} // the frame that a function hands on must be there

// What the two compilers call by different names, or only one has.
var (
	gccFlags   = []string{"--param", "tsan-distinguish-volatile=1", "--param", "tsan-instrument-func-entry-exit=0"}
	clangFlags = []string{"-gdwarf-5", "-mllvm", "-tsan-distinguish-volatile", "-mllvm", "-tsan-instrument-func-entry-exit=0", "-mllvm", "-tsan-instrument-memintrinsics=0", "-mllvm", "-tsan-instrument-read-before-write"}
	gccRuntime = []string{"-fno-partial-inlining",
		"-mmemcpy-strategy=unrolled_loop:512:noalign,libcall:-1:noalign", "-mmemset-strategy=unrolled_loop:512:noalign,libcall:-1:noalign"} // operations are copied all the time: the instruction for that begins slowly
)

// flagsOf are those of a compiler, for programs and for the runtime.
func flagsOf(compiler string) (program, runtime []string) {
	if strings.HasPrefix(filepath.Base(compiler), "clang") {
		return slices.Concat(compileFlags, clangFlags), runtimeFlags
	}
	return slices.Concat(compileFlags, gccFlags), slices.Concat(runtimeFlags, gccRuntime)
}

// Source is what a program is made of.
type Source struct {
	Dir   string   // from which the files are found; "": that of this process
	Files []string // in the order in which they are compiled
	Flags []string // further ones of the compiler
	// Confine, if not nil, has a tool of the compiler start in a sandbox, where it sees one
	// folder, may write to another, and of the rest of the machine only the system's own. The
	// program is then not trusted: its report shows no line of a file outside of Dir.
	Confine func(tool *exec.Cmd, seen, written string) error
	// Last are files that appear only when those before them have been compiled, which can
	// therefore not include them.
	Last map[string][]byte
}

// Build compiles a program. cache is a directory in which the runtime is kept. The error
// is a [*CompileError] if the program is to blame.
func (s Source) Build(ctx context.Context, cache string) (*Program, error) {
	compiler, err := compiler()
	if err != nil {
		return nil, err
	}
	for _, f := range s.Files {
		if _, err := os.Stat(filepath.Join(s.Dir, f)); err != nil && !filepath.IsAbs(f) && s.Last[f] == nil {
			return nil, &CompileError{fmt.Sprintf("%s: there is no such file", f)}
		}
	}
	scratch, err := os.MkdirTemp("", "ipccheck-c-")
	if err != nil {
		return nil, err
	}
	p := &Program{name: "program", dir: s.Dir, scratch: scratch, binary: filepath.Join(scratch, "program"), symbols: map[string]symbols{}, confine: s.Confine}
	if err := p.build(ctx, compiler, cache, s); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Close removes what Build has made.
func (p *Program) Close() { _ = os.RemoveAll(p.scratch) }

func compiler() (string, error) {
	for _, name := range []string{"gcc", "clang"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("a C program needs gcc, or clang, and none is found: install the package gcc, or build-essential")
}

func (p *Program) build(ctx context.Context, compiler, cache string, s Source) error {
	runtime, err := p.runtime(ctx, compiler, cache)
	if err != nil {
		return err
	}
	controlled, err := globals(runtime)
	if err != nil {
		return err
	}
	p.library = controlled
	if err := p.include(); err != nil {
		return err
	}
	ofPrograms, _ := flagsOf(compiler)
	var objects []string
	cpp := false
	unknown, own := map[string]bool{}, map[string]bool{}
	for i, f := range s.Files {
		if filepath.Ext(f) == ".h" {
			continue
		}
		if text := s.Last[f]; text != nil {
			if err := os.WriteFile(filepath.Join(p.dir, f), text, 0o600); err != nil {
				return err
			}
		}
		cpp = cpp || filepath.Ext(f) != ".c"
		base := filepath.Join(p.scratch, fmt.Sprintf("%d", i))
		flags := ofPrograms
		if filepath.Ext(f) != ".c" {
			flags = slices.Concat(flags, cppFlags)
		}
		args := slices.Concat([]string{"-S", "-MD", "-MF", base + ".d"}, flags, []string{"-I", filepath.Join(p.scratch, "include")}, s.Flags, []string{"-o", base + ".s", f})
		if err := p.tool(ctx, compilerFor(compiler, f), args...); err != nil {
			return err
		}
		asm, err := os.ReadFile(base + ".s")
		if err != nil {
			return err
		}
		p.unseen = append(p.unseen, assembly(asm)...)
		includes := includesOf(base + ".d")
		if p.confine != nil {
			if err := p.elsewhere(compiler, includes); err != nil {
				return err
			}
		}
		p.unseen = append(p.unseen, p.directives(includes)...)
		if err := p.tool(ctx, compiler, "-c", "-o", base+".o", base+".s"); err != nil {
			return err
		}
		y, err := symbolsOf(base + ".o")
		if err != nil {
			return err
		}
		y.assembly = bytes.Contains(asm, []byte("#APP"))
		p.symbols[f] = y
		for _, name := range slices.Concat(y.defined, y.weak) {
			if !controlled[name] && !slices.Contains(copies, name) {
				continue
			}
			if reserved(name) || p.declared(name, includes) {
				return &CompileError{fmt.Sprintf("%s: it defines %s, which the C library has: give it another name", f, name)}
			}
			own[name] = true
		}
		if y.constructors {
			p.unseen = append(p.unseen, f+" has functions that are executed before main")
		}
		for _, name := range y.undefined {
			if ownName(name) {
				return &CompileError{fmt.Sprintf("%s: it uses %s, which is ipccheck's own: give it another name", f, name)}
			}
			p.signals |= signalCalls[name]
			if !controlled[name] && !harmless(name) {
				unknown[name] = true
			}
		}
		objects = append(objects, base+".o")
	}
	if len(objects) == 0 {
		return &CompileError{"there is no file to compile: expected one that ends in .c"}
	}
	for _, y := range p.symbols { // what another file defines is no stranger
		for _, name := range y.defined {
			delete(unknown, name)
		}
	}
	stubs, err := p.stubs(ctx, compiler, objects, unknown, own)
	if err != nil {
		return err
	}
	if cpp {
		made, err := p.containers(ctx, compiler, ofPrograms)
		if err != nil {
			return err
		}
		stubs = append(stubs, made...)
	}
	link := slices.Concat([]string{"-no-pie", "-Wl,-z,now", "-o", p.binary}, objects, stubs, []string{runtime, "-ldl", "-lm"}, libraries(s.Flags))
	if cpp {
		compiler = compilerFor(compiler, "a.cc")
	}
	if err := p.tool(ctx, compiler, link...); err != nil {
		return err
	}
	p.lines, err = readLines(p.binary, p.dir)
	p.wrappers = newWrappers(p.lines)
	if err == nil && p.confine != nil {
		p.lines.own()
	}
	return err
}

// containers compiles what the C++ library does to lists and trees, as far as the program has them.
// It has no lines: who calls it does that.
func (p *Program) containers(ctx context.Context, compiler string, flags []string) (objects []string, err error) {
	for _, kind := range []struct{ file, names string }{{"lists.c", "_List_node_base"}, {"trees.c", "_Rb_tree_"}} {
		if !p.needs(kind.names) {
			continue
		}
		text, err := containers.ReadFile("containers/" + kind.file)
		if err != nil {
			return nil, err
		}
		source := filepath.Join(p.scratch, kind.file)
		if err := os.WriteFile(source, text, 0o600); err != nil {
			return nil, err
		}
		if err := p.tool(ctx, compiler, slices.Concat(flags, []string{"-g0", "-c", "-o", source + ".o", source})...); err != nil {
			return nil, err
		}
		objects = append(objects, source+".o")
	}
	return objects, nil
}

// include makes the folder with the header for harnesses.
func (p *Program) include() error {
	text, err := runtimeFiles.ReadFile("runtime/" + Header)
	if err != nil {
		return err
	}
	dir := filepath.Join(p.scratch, "include")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, Header), text, 0o600)
}

// Header is the header for harnesses, which every program can include.
const Header = "ipccheck.h"

// libraries are the flags of the linker among those of the compiler.
func libraries(flags []string) (list []string) {
	for _, f := range flags {
		if strings.HasPrefix(f, "-l") || strings.HasPrefix(f, "-L") {
			list = append(list, f)
		}
	}
	return list
}

// compilerFor is the C++ compiler for C++ files.
func compilerFor(compiler, file string) string {
	if filepath.Ext(file) == ".c" {
		return compiler
	}
	dir, name := filepath.Split(compiler)
	return dir + strings.NewReplacer("gcc", "g++", "clang", "clang++").Replace(name)
}

// tool runs a program of the compiler's; what that says is the error.
func (p *Program) tool(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = p.dir
	if p.confine != nil {
		if err := p.confine(cmd, p.dir, p.scratch); err != nil {
			return err
		}
	}
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if p.confine != nil && beyond.Match(out) {
		return &CompileError{"it takes more time, memory or room to compile than a program may"}
	}
	if code := cmd.ProcessState.ExitCode(); p.confine != nil && code != 1 && code != 4 { // those of the compiler
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, bytes.TrimSpace(out))
	}
	if said := strings.TrimSpace(strings.ReplaceAll(string(out), p.scratch+"/", "")); said != "" {
		return &CompileError{said}
	}
	return &CompileError{fmt.Sprintf("%s: %v", filepath.Base(name), err)}
}

// beyond is what the tools of the compiler say when they meet a limit of theirs.
var beyond = regexp.MustCompile(`CPU time limit exceeded|File size limit exceeded|out of memory allocating|memory exhausted`)

// making is held by whoever makes the runtime: others then find it.
var making sync.Mutex

// compileInParts compiles files to one object, as many at a time as there are processors.
func (p *Program) compileInParts(ctx context.Context, compiler string, flags, files []string, made string) error {
	join := []string{"-r", "-nostdlib", "-o"}
	parts := make([]string, min(runtime.NumCPU(), len(files)))
	errs := make([]error, len(parts))
	var all sync.WaitGroup
	for i := range parts {
		parts[i] = filepath.Join(p.scratch, fmt.Sprintf("part%d.o", i))
		all.Go(func() {
			args := slices.Concat(join, []string{parts[i]}, flags)
			for k := i; k < len(files); k += len(parts) {
				args = append(args, files[k])
			}
			errs[i] = p.tool(ctx, compiler, args...)
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return p.tool(ctx, compiler, slices.Concat(join, []string{made}, parts)...)
}

// runtime is the compiled runtime: it is made once for each version of it and of the
// compiler.
func (p *Program) runtime(ctx context.Context, compiler, cache string) (string, error) {
	entries, err := runtimeFiles.ReadDir("runtime")
	if err != nil {
		return "", err
	}
	kinds := kindsHeader()
	texts := map[string][]byte{"kinds.h": kinds}
	sum := sha256.New()
	sum.Write(kinds)
	_, ofRuntime := flagsOf(compiler)
	fmt.Fprint(sum, ofRuntime)
	for _, e := range entries {
		text, err := runtimeFiles.ReadFile("runtime/" + e.Name())
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n", e.Name(), len(text))
		sum.Write(text)
		texts[e.Name()] = text
	}
	version, err := os.Stat(compiler)
	if err != nil {
		return "", err
	}
	fmt.Fprintln(sum, compiler, version.Size(), version.ModTime().UnixNano())
	kept := filepath.Join(cache, "c-"+hex.EncodeToString(sum.Sum(nil))[:24]+".o")
	if cache != "" {
		making.Lock()
		defer making.Unlock()
		if _, err := os.Stat(kept); err == nil {
			return p.near(kept)
		}
	}
	source := filepath.Join(p.scratch, "runtime")
	if err := os.Mkdir(source, 0o700); err != nil {
		return "", err
	}
	var files []string
	for name, text := range texts {
		file := filepath.Join(source, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return "", err
		}
		if ext := filepath.Ext(name); ext == ".c" || ext == ".S" {
			files = append(files, file)
		}
	}
	slices.Sort(files)
	made := filepath.Join(p.scratch, "runtime.o")
	if err := p.compileInParts(ctx, compiler, ofRuntime, files, made); err != nil {
		return "", fmt.Errorf("the runtime for C programs does not compile here: %v", err)
	}
	if cache == "" {
		return made, nil
	}
	// Others may do the same at the same time: it appears at once, and whole.
	text, err := os.ReadFile(made)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return made, nil //nolint:nilerr // it is only kept in order to be quicker
	}
	tmp, err := os.CreateTemp(cache, "c-*.tmp")
	if err != nil {
		return made, nil //nolint:nilerr // the same
	}
	_, err = tmp.Write(text)
	if closed := tmp.Close(); err != nil || closed != nil || os.Rename(tmp.Name(), kept) != nil {
		_ = os.Remove(tmp.Name())
		return made, nil //nolint:nilerr // the same
	}
	return p.near(kept)
}

// near is the runtime where the tools of the program see it.
func (p *Program) near(kept string) (string, error) {
	if p.confine == nil {
		return kept, nil
	}
	text, err := os.ReadFile(kept)
	if err != nil {
		return "", err
	}
	copied := filepath.Join(p.scratch, "runtime.o")
	return copied, os.WriteFile(copied, text, 0o600)
}

// kindsHeader is what the runtime knows the kinds of operations by.
func kindsHeader() []byte {
	var b bytes.Buffer
	for _, k := range kinds {
		fmt.Fprintf(&b, "#define %s %d\n", k.name, k.kind)
	}
	return b.Bytes()
}

var kinds = []struct {
	name string
	kind prim.Kind
}{
	{"OP_NONE", prim.OpNone}, {"OP_CHOOSE", prim.OpChoose}, {"OP_LOAD", prim.OpLoad}, {"OP_STORE", prim.OpStore}, {"OP_R_M_W", prim.OpRMW}, {"OP_UPDATE_IF", prim.OpUpdateIf},
	{"OP_LOCK", prim.OpLock}, {"OP_UNLOCK", prim.OpUnlock}, {"OP_TRY_LOCK", prim.OpTryLock}, {"OP_TRY_LOCK_FAILED", prim.OpTryLockFailed},
	{"OP_W_LOCK", prim.OpWLock}, {"OP_W_LOCK_GO", prim.OpWLockGo}, {"OP_R_LOCK", prim.OpRLock}, {"OP_R_UNLOCK", prim.OpRUnlock}, {"OP_TRY_R_LOCK", prim.OpTryRLock}, {"OP_TRY_R_LOCKED", prim.OpTryRLocked}, {"OP_TRY_R_LOCK_FAILED", prim.OpTryRLockFailed},
	{"OP_COND_WAIT", prim.OpCondWait}, {"OP_COND_WAKE", prim.OpCondWake}, {"OP_SIGNAL", prim.OpSignal}, {"OP_BROADCAST", prim.OpBroadcast}, {"OP_SIGNAL_NOBODY", prim.OpSignalNobody},
	{"OP_BLOCK", prim.OpBlock}, {"OP_THREAD_END", prim.OpThreadEnd}, {"OP_JOIN", prim.OpJoin}, {"OP_EXIT", prim.OpExit}, {"OP_TIMEOUT", prim.OpTimeout},
	{"OP_SEM_POST", prim.OpSemPost}, {"OP_SEM_WAIT", prim.OpSemWait}, {"OP_SEM_TOOK", prim.OpSemTook}, {"OP_SEM_TRY", prim.OpSemTry}, {"OP_SEM_TRY_TOOK", prim.OpSemTryTook}, {"OP_SEM_TRY_NO", prim.OpSemTryNo}, {"OP_SEM_VALUE", prim.OpSemValue},
	{"OP_ARRIVE", prim.OpArrive}, {"OP_BARRIER_GO", prim.OpBarrierGo},
	{"OP_LIVES", prim.OpLives}, {"OP_FORK", prim.OpFork}, {"OP_SIG_SEND", prim.OpSigSend}, {"OP_SIG_MASK", prim.OpSigMask}, {"OP_SIG_WAIT", prim.OpSigWait}, {"OP_INTERRUPTED", prim.OpInterrupted},
	{"OP_PIPE_TRY_READ", prim.OpPipeTryRead}, {"OP_PIPE_TRY_NO", prim.OpPipeTryNo}, {"OP_PIPE_TRY_WRITE", prim.OpPipeTryWrite}, {"OP_POLL", prim.OpPoll}, {"OP_POLL_NOW", prim.OpPollNow},
	{"OP_CALLED", prim.OpCalled}, {"OP_RETURNED", prim.OpReturned}, {"OP_RECORDED", prim.OpRecorded},
	{"OP_PIPE_READ", prim.OpPipeRead}, {"OP_PIPE_WRITE", prim.OpPipeWrite}, {"OP_PIPE_OPEN", prim.OpPipeOpen}, {"OP_PIPE_BEGIN", prim.OpPipeBegin}, {"OP_PIPE_CLOSE", prim.OpPipeClose}, {"OP_PIPE_READERS", prim.OpPipeReaders}, {"OP_PIPE_HAS_READER", prim.OpPipeHasReader}, {"OP_PIPE_GOT", prim.OpPipeGot},
}

// assemblyPart is a piece of assembly of the source's own: its place, and its instructions.
var assemblyPart = regexp.MustCompile(`(?m)^\s*#APP\n(?:# (\d+) "([^"]*)"[^\n]*\n)?((?s:.*?))^\s*#NO_APP$`)

// doesNothing is assembly that touches no memory: barriers, and what is said to the processor
// in loops that wait. All is in order here anyhow. Who wants to deceive himself can, by what
// ends a part: of who is judged by others no assembly is taken (see [symbols]).
var doesNothing = regexp.MustCompile(`^(?:(?:#[^\n]*|(?:pause|nop|rep;? ?nop|[lms]fence|yield)?)\s*(?:[\n;]|$)\s*)*$`)

// assembly says where a file has assembly of its own: what that does to memory is not
// seen. text is what the compiler makes of the file.
func assembly(text []byte) (list []string) {
	unseen := "assembly in the source: what it does is not seen"
	parts := assemblyPart.FindAllSubmatch(text, -1)
	for _, m := range parts {
		switch {
		case doesNothing.Match(bytes.TrimSpace(m[3])):
		case len(m[1]) == 0:
			list = append(list, unseen)
		default:
			list = append(list, fmt.Sprintf("%s (%s:%s)", unseen, filepath.Base(string(m[2])), m[1]))
		}
	}
	if len(parts) < bytes.Count(text, []byte("#APP\n")) {
		list = append(list, unseen)
	}
	return slices.Compact(list)
}
