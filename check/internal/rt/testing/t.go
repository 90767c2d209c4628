package testing

import (
	stdcontext "context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/sched/context"
	"github.com/ipccheck/ipccheck/check/sched/sync"
)

// T is a testing.T.
type T struct {
	testing.TB
	real *testing.T
	s    *state // nil: not controlled
}

// Begins, if not nil, is told of every subtest that is not controlled.
var Begins func(t *testing.T)

// Native is a T that hands everything on.
//
//go:norace
func Native(t *testing.T) *T { return &T{TB: t, real: t} }

// native reports whether t hands everything on. The zero T does so to a zero T of
// the standard library, as tests of test helpers have it.
//
//go:norace
func (t *T) native() bool {
	if t.s == nil && t.TB == nil {
		t.real = new(testing.T)
		t.TB = t.real
	}
	return t.s == nil
}

// Controlled calls a test in a controlled goroutine.
//
//go:norace
func Controlled(run *Run, name string, real *testing.T, f func(t *T)) {
	newT(run, name, nil, real).call(f)
}

// Together calls tests in a controlled goroutine as package testing does: those that
// call [T.Parallel] go on when all have returned or called it.
//
//go:norace
func Together(run *Run, real *testing.T, tests []InternalTest) {
	root := newT(run, "", nil, real)
	root.call(func(root *T) {
		for _, test := range tests {
			root.start(test.Name, test.F)
		}
	})
}

// Real is the test that t hands everything on to, nil if it is controlled.
//
//go:norace
func Real(t *T) *testing.T {
	if t.s != nil {
		return nil
	}
	return t.real
}

// Bubble calls f in a goroutine of its own, with a T whose name is that of t, and
// returns when it has ended, and those that it has started. It panics if these do not
// end while time stands still; or, where the run awaits them, waits for those that go
// statements of tests have started, and leaves others alone.
//
//go:norace
func Bubble(t *T, f func(t *T)) {
	exec.Current().Exec().ExactTime()
	sub := newT(t.s.run, t.s.name, t.s, t.real)
	var all *sync.WaitGroup
	if t.s.run.Awaits {
		all = new(sync.WaitGroup)
		exec.Current().Exec().Follow(func(fn func()) func() { return awaited(all, fn) })
	}
	sub.s.bubble = true
	root := exec.Current().Go(func() {
		exec.Current().Enter(!t.s.run.Awaits)
		sub.call(f)
	})
	exec.Recv(sub.s.signal)
	if all != nil {
		all.Wait()
		exec.Current().Exec().Follow(nil)
	} else if root.Parents() {
		exec.Current().Quiet()
		if root.Outlived() {
			panic("deadlock: main bubble goroutine has exited but blocked goroutines remain")
		}
	}
	if sub.Failed() {
		t.FailNow()
	}
}

// awaited is a function that the group counts until it has ended, if it is one of a test.
//
//go:norace
func awaited(all *sync.WaitGroup, fn func()) func() {
	pc := **(**uintptr)(unsafe.Pointer(&fn))
	if file, _ := runtime.FuncForPC(pc).FileLine(pc); !strings.HasSuffix(file, "_test.go") {
		return fn
	}
	all.Add(1)
	return func() {
		defer all.Done()
		fn()
	}
}

//go:norace
func newT(run *Run, name string, parent *state, real *testing.T) *T {
	s := &state{run: run, name: name, parent: parent, signal: make(chan bool, 1), barrier: make(chan bool)}
	return &T{TB: real, real: real, s: s}
}

//go:norace
func (t *T) call(f func(t *T)) {
	s := t.s
	s.g = exec.Current()
	// Whoever asks for it later, the detector is to see that the test has made it.
	s.ctx, s.cancel = context.WithCancel(context.Background())
	defer s.end()
	if t.real == nil {
		s.g.ForbidGoexit(exec.Fatal("no goroutines (main called runtime.Goexit) - deadlock!"))
	} else {
		s.g.ForbidGoexit("test executed panic(nil) or runtime.Goexit")
	}
	f(t)
	s.ended = true
	s.g.ForbidGoexit(nil)
}

// Run runs a subtest. The race detector knows of the call: its reports say where a
// subtest was started.
//
//go:noinline
func (t *T) Run(name string, f func(t *T)) bool { return t.runs(name, f) }

//go:norace
func (t *T) runs(name string, f func(t *T)) bool {
	s := t.s
	if t.native() {
		return t.real.Run(name, func(r *testing.T) {
			if Begins != nil {
				Begins(r)
			}
			f(Native(r))
		})
	}
	switch {
	case s.bubble:
		panic("testing: t.Run called inside synctest bubble")
	}
	if s.used(); s.cleaning {
		panic("testing: t.Run called during t.Cleanup")
	}
	full := s.subtest(name)
	if s.run.Wanted != nil && !s.run.Wanted(full) {
		return true
	}
	return t.start(full, f)
}

// start runs a test below t and returns when it has ended, or waits to run in
// parallel. It reports false if the test has failed.
//
//go:norace
func (t *T) start(name string, f func(t *T)) bool {
	s := t.s
	sub := newT(s.run, name, s, t.real)
	if s.name != "" {
		s.run.subtests = append(s.run.subtests, sub.s)
	}
	s.part()
	exec.Go(func() { sub.call(f) })
	exec.Recv(sub.s.signal)
	s.part()
	return !sub.Failed()
}

// Parallel waits until the parent's function has returned.
//
//go:norace
func (t *T) Parallel() {
	s := t.s
	switch {
	case t.native():
		t.real.Parallel()
	case s.bubble:
		panic("testing: t.Parallel called inside synctest bubble")
	case s.parallel:
		panic("testing: t.Parallel called multiple times")
	case s.alone:
		panic("testing: test using t.Setenv, t.Chdir, or cryptotest.SetGlobalRandom can not use t.Parallel")
	case s.parent != nil:
		s.parallel = true
		if exec.Current().Exec().Shared(s.parent.name + ofLists) {
			s.parent.used()
		}
		s.parent.waiting = append(s.parent.waiting, s)
		exec.Send(s.signal, true)
		exec.Recv(s.parent.barrier)
	default:
		s.parallel, s.run.Parallel = true, true
	}
}

// Deadline is no deadline in a controlled run.
//
//go:norace
func (t *T) Deadline() (deadline time.Time, ok bool) {
	if t.native() {
		return t.real.Deadline()
	}
	if t.s.bubble {
		panic("testing: t.Deadline called inside synctest bubble")
	}
	return time.Time{}, false
}

// Name is the name of the test.
//
//go:norace
func (t *T) Name() string {
	if t.native() {
		return t.TB.Name()
	}
	return t.s.name
}

// Context is done before the test's cleanups are called.
//
//go:norace
func (t *T) Context() stdcontext.Context {
	if t.native() {
		return t.TB.Context()
	}
	s := t.s
	if g := exec.Current(); g != nil && g != s.g && !exec.Unwinding() {
		g.Shares(s.name + ofContext)
	}
	if !s.told && s.cleaning {
		s.cancel() // as if it had been told in time
	}
	s.told = true
	return s.ctx
}

// Cleanup calls f when the test has ended.
//
//go:norace
func (t *T) Cleanup(f func()) {
	if t.native() {
		t.TB.Cleanup(f)
		return
	}
	t.s.used()
	t.s.cleanups = append(t.s.cleanups, f)
}

// TempDir makes a directory that is removed when the test has ended.
//
//go:norace
func (t *T) TempDir() string {
	if t.native() {
		return t.TB.TempDir()
	}
	s := t.s
	if s.used(); s.dir == "" {
		// The real test has one folder for all executions.
		s.dir = world.Folder(t.TB.TempDir, s.g, s.name+ofFolder, s.name+ofRemoval)
		s.cleanups = append(s.cleanups, s.removes)
	}
	s.dirs++
	dir := filepath.Join(s.dir, fmt.Sprintf("%03d", s.dirs))
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatalf("TempDir: %v", err)
	}
	return dir
}

// ArtifactDir is a directory for what the test writes, the same for each call: as that of go test
// without -artifacts, one that is removed when the test has ended.
//
//go:norace
func (t *T) ArtifactDir() string {
	if t.native() {
		if to, ok := t.TB.(interface{ ArtifactDir() string }); ok { // from Go 1.26 on
			return to.ArtifactDir()
		}
		return t.TB.TempDir()
	}
	if t.s.used(); t.s.artifacts == "" {
		t.s.artifacts = t.TempDir()
	}
	return t.s.artifacts
}

// Helper marks the function that calls it as one whose place says nothing.
//
//go:norace
func (t *T) Helper() {
	if t.native() {
		t.TB.Helper()
		return
	}
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	f, _ := runtime.CallersFrames(pcs[:]).Next()
	for _, h := range t.s.helpers {
		if h == f.Function {
			return
		}
	}
	t.s.helpers = append(t.s.helpers, f.Function)
}

// Log notes its arguments.
//
//go:norace
func (t *T) Log(args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Log(args...)
		return
	}
	t.s.log(fmt.Sprintln(args...), false)
}

// Logf is Log with a format.
//
//go:norace
func (t *T) Logf(format string, args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Logf(format, args...)
		return
	}
	t.s.log(fmt.Sprintf(format, args...), false)
}

// Fail makes the test a failing one, which goes on.
//
//go:norace
func (t *T) Fail() {
	if t.native() {
		t.TB.Fail()
		return
	}
	t.s.isOver()
	t.s.fail()
}

// Failed reports whether the test is a failing one. It is no operation of the search, nor
// is a complaint: the test fails in every order of the two, and until the first complaint
// nobody has seen one.
//
//go:norace
func (t *T) Failed() bool {
	if t.native() {
		return t.TB.Failed()
	}
	return t.s.failed
}

// FailNow is Fail, and ends the goroutine.
//
//go:norace
func (t *T) FailNow() {
	if t.native() {
		t.TB.FailNow()
		return
	}
	t.s.isOver()
	t.s.fail()
	t.s.exit()
}

// Error is Log and Fail.
//
//go:norace
func (t *T) Error(args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Error(args...)
		return
	}
	t.s.log(fmt.Sprintln(args...), true)
	t.s.fail()
}

// Errorf is Logf and Fail.
//
//go:norace
func (t *T) Errorf(format string, args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Errorf(format, args...)
		return
	}
	t.s.log(fmt.Sprintf(format, args...), true)
	t.s.fail()
}

// Fatal is Log and FailNow.
//
//go:norace
func (t *T) Fatal(args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Fatal(args...)
		return
	}
	t.s.log(fmt.Sprintln(args...), true)
	t.s.fail()
	t.s.exit()
}

// Fatalf is Logf and FailNow.
//
//go:norace
func (t *T) Fatalf(format string, args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Fatalf(format, args...)
		return
	}
	t.s.log(fmt.Sprintf(format, args...), true)
	t.s.fail()
	t.s.exit()
}

// Skip is Log and SkipNow.
//
//go:norace
func (t *T) Skip(args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Skip(args...)
		return
	}
	t.s.skip(fmt.Sprintln(args...), true)
}

// Skipf is Logf and SkipNow.
//
//go:norace
func (t *T) Skipf(format string, args ...any) {
	if t.native() {
		t.TB.Helper()
		t.TB.Skipf(format, args...)
		return
	}
	t.s.skip(fmt.Sprintf(format, args...), true)
}

// SkipNow makes the test a skipped one, and ends it.
//
//go:norace
func (t *T) SkipNow() {
	if t.native() {
		t.TB.SkipNow()
		return
	}
	t.s.skip("", false)
}

// Skipped reports whether it was skipped.
//
//go:norace
func (t *T) Skipped() bool {
	if t.native() {
		return t.TB.Skipped()
	}
	t.s.uses(ofSkips, &t.s.skips, false)
	return t.s.skipped
}

// Setenv sets a variable of the environment until the test has ended.
//
//go:norace
func (t *T) Setenv(key, value string) {
	if t.native() {
		t.TB.Setenv(key, value)
		return
	}
	t.s.notParallel()
	old, was := os.LookupEnv(key)
	if err := os.Setenv(key, value); err != nil {
		t.Fatalf("cannot set environment variable: %v", err)
	}
	t.Cleanup(func() {
		if was {
			os.Setenv(key, old)
		} else {
			os.Unsetenv(key)
		}
	})
}

// Chdir changes the working directory until the test has ended.
//
//go:norace
func (t *T) Chdir(dir string) {
	if t.native() {
		t.TB.Chdir(dir)
		return
	}
	t.s.notParallel()
	old, err := os.Getwd()
	if err == nil {
		err = os.Chdir(dir)
	}
	if err == nil && !filepath.IsAbs(dir) {
		dir, err = os.Getwd()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PWD", dir)
	t.Cleanup(func() { os.Chdir(old) })
}

// Attr notes an attribute.
//
//go:norace
func (t *T) Attr(key, value string) {
	if t.native() {
		t.TB.Attr(key, value)
		return
	}
	switch {
	case exec.Unwinding():
		return
	case strings.ContainsFunc(key, unicode.IsSpace):
		t.Errorf("disallowed whitespace in attribute key %q", key)
		return
	case strings.ContainsAny(value, "\r\n"):
		t.Errorf("disallowed newline in attribute value %q", value)
		return
	}
	t.s.run.Attrs = append(t.s.run.Attrs, Attr{key, value})
}

// Output is a place to write to.
//
//go:norace
func (t *T) Output() io.Writer {
	if t.native() {
		return t.TB.Output()
	}
	if !exec.Unwinding() {
		t.s.inTime("Output called", "", false)
	}
	return output{t.s}
}

type output struct{ s *state }

//go:norace
func (o output) Write(p []byte) (int, error) {
	if exec.Unwinding() {
		return len(p), nil
	}
	o.s.inTime("Write called", "", false)
	o.s.run.T.Log(strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}
