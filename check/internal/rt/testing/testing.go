// Package testing stands in for the standard library's: a T that belongs to one
// execution of a controlled run. Its subtests are goroutines of that run. Outside
// of one a T hands everything on to a real one. What has nothing to do with tests
// is the standard library's own.
package testing

import (
	stdcontext "context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/context"
)

// Those that are not explored.
type (
	TB                 = testing.TB
	B                  = testing.B
	F                  = testing.F
	M                  = testing.M
	PB                 = testing.PB
	BenchmarkResult    = testing.BenchmarkResult
	Cover              = testing.Cover
	CoverBlock         = testing.CoverBlock
	InternalBenchmark  = testing.InternalBenchmark
	InternalExample    = testing.InternalExample
	InternalFuzzTarget = testing.InternalFuzzTarget
)

// InternalTest is a testing.InternalTest.
type InternalTest struct {
	Name string
	F    func(*T)
}

func (i InternalTest) native() testing.InternalTest {
	return testing.InternalTest{Name: i.Name, F: func(t *testing.T) { i.F(Native(t)) }}
}

// RunTests is testing.RunTests. It is not controlled.
func RunTests(matchString func(pat, str string) (bool, error), tests []InternalTest) (ok bool) {
	var native []testing.InternalTest
	for _, t := range tests {
		native = append(native, t.native())
	}
	return testing.RunTests(matchString, native)
}

// AllocsPerRun is testing.AllocsPerRun. In a controlled run it counts what the run
// itself allocates, too: see [Counted].
//
//go:norace
func AllocsPerRun(runs int, f func()) float64 {
	if exec.Current() != nil && counted == "" {
		_, file, line, _ := runtime.Caller(1)
		counted = fmt.Sprintf("%s:%d", filepath.Base(file), line)
	}
	return testing.AllocsPerRun(runs, f)
}

// counted is what [Counted] returns.
var counted string

// Counted is the place where controlled code has called [AllocsPerRun] since the
// last call of Counted, "" if it has not.
//
//go:norace
func Counted() string {
	at := counted
	counted = ""
	return at
}

// Benchmark is testing.Benchmark.
//
//go:norace
func Benchmark(f func(b *B)) BenchmarkResult { return testing.Benchmark(f) }

// CoverMode is testing.CoverMode.
//
//go:norace
func CoverMode() string { return testing.CoverMode() }

// Coverage is testing.Coverage.
//
//go:norace
func Coverage() float64 { return testing.Coverage() }

// Init is testing.Init.
//
//go:norace
func Init() { testing.Init() }

// Short is testing.Short.
//
//go:norace
func Short() bool { return flag.Lookup("test.short") != nil && testing.Short() }

// Testing is testing.Testing.
//
//go:norace
func Testing() bool { return testing.Testing() }

// Verbose is testing.Verbose.
//
//go:norace
func Verbose() bool { return flag.Lookup("test.v") != nil && testing.Verbose() }

// Run is what the tests of one execution have in common.
type Run struct {
	T        *sched.T
	Wanted   func(name string) bool // nil: all subtests are
	Skipped  string                 // the test was skipped, and why
	Parallel bool                   // it may run beside others

	Attrs []Attr // what was noted with T.Attr, in order

	subtests []*state // in the order in which they began
}

// Attr is an attribute of a test.
type Attr struct{ Key, Value string }

// Subtest is what became of a subtest.
type Subtest struct {
	Name   string
	Action string // pass, fail or skip
}

// Subtests are those that have run. One that has not come to its end fails.
//
//go:norace
func (r *Run) Subtests() (out []Subtest) {
	for _, s := range r.subtests {
		action := "pass"
		switch {
		case s.failed || !s.over:
			action = "fail"
		case s.skipped:
			action = "skip"
		}
		out = append(out, Subtest{s.name, action})
	}
	return out
}

// T is a testing.T.
type T struct {
	testing.TB
	real *testing.T
	s    *state // nil: not controlled
}

// state is a test in an execution.
type state struct {
	run      *Run
	name     string
	parent   *state
	failed   bool
	ended    bool // it has returned, or was ended by a method of its T
	alone    bool // it changes what belongs to the process, and must not run in parallel
	cleaning bool // its cleanups run
	over     bool // its cleanups have been called, too
	skipped  bool
	parallel bool
	cleanups []func()
	helpers  []string
	names    []string
	waiting  []*state  // subtests that run in parallel when it has returned
	signal   chan bool // to the parent: it has ended, or runs in parallel
	barrier  chan bool // closed when it has returned
	ctx      stdcontext.Context
	cancel   stdcontext.CancelFunc
}

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
// returns when it has ended.
//
//go:norace
func Bubble(t *T, f func(t *T)) {
	exec.Current().Exec().ExactTime()
	sub := newT(t.s.run, t.s.name, t.s, t.real)
	exec.Go(func() { sub.call(f) })
	exec.Recv(sub.s.signal)
	if sub.Failed() {
		t.FailNow()
	}
}

//go:norace
func newT(run *Run, name string, parent *state, real *testing.T) *T {
	s := &state{run: run, name: name, parent: parent, signal: make(chan bool, 1), barrier: make(chan bool)}
	return &T{TB: real, real: real, s: s}
}

//go:norace
func (t *T) call(f func(t *T)) {
	defer t.s.end()
	exec.Current().ForbidGoexit("test executed panic(nil) or runtime.Goexit")
	f(t)
	t.s.ended = true
}

// end is called when the test's function has ended.
//
//go:norace
func (s *state) end() {
	if !s.ended {
		return // it panics
	}
	if len(s.waiting) > 0 {
		exec.Close(s.barrier)
		for _, w := range s.waiting {
			exec.Recv(w.signal)
		}
	}
	if s.cancel != nil {
		s.cancel()
	}
	s.cleaning = true
	for len(s.cleanups) > 0 {
		f := s.cleanups[len(s.cleanups)-1]
		s.cleanups = s.cleanups[:len(s.cleanups)-1]
		f()
	}
	s.over = true
	if s.parent != nil {
		exec.Send(s.signal, true)
	}
}

// Run runs a subtest.
//
//go:norace
func (t *T) Run(name string, f func(t *T)) bool {
	s := t.s
	if t.native() {
		return t.real.Run(name, func(r *testing.T) { f(Native(r)) })
	}
	if s.cleaning {
		panic("testing: t.Run called during t.Cleanup")
	}
	full := s.subtest(name)
	if s.run.Wanted != nil && !s.run.Wanted(full) {
		return true
	}
	sub := newT(s.run, full, s, t.real)
	s.run.subtests = append(s.run.subtests, sub.s)
	s.part()
	exec.Go(func() { sub.call(f) })
	exec.Recv(sub.s.signal)
	s.part()
	return !sub.Failed()
}

// part begins another part of the execution, unless tests run in parallel.
//
//go:norace
func (s *state) part() {
	for p := s; p.parent != nil; p = p.parent {
		if p.parallel {
			return
		}
	}
	x := exec.Current().Exec()
	x.Parts = append(x.Parts, int32(len(x.Events)))
}

// subtest is the full name of a subtest, as package testing makes it.
//
//go:norace
func (s *state) subtest(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte('_')
		case !strconv.IsPrint(r):
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	full := s.name + "/" + b.String()
	for n := 0; ; n++ {
		unique := full
		if n > 0 || b.Len() == 0 {
			unique = fmt.Sprintf("%s#%02d", full, n)
		}
		taken := false
		for _, o := range s.names {
			taken = taken || o == unique
		}
		if !taken {
			s.names = append(s.names, unique)
			return unique
		}
	}
}

// Parallel waits until the parent's function has returned.
//
//go:norace
func (t *T) Parallel() {
	s := t.s
	switch {
	case t.native():
		t.real.Parallel()
	case s.parallel:
		panic("testing: t.Parallel called multiple times")
	case s.alone:
		panic("testing: test using t.Setenv, t.Chdir, or cryptotest.SetGlobalRandom can not use t.Parallel")
	case s.parent != nil:
		s.parallel = true
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
	if t.s.ctx == nil {
		t.s.ctx, t.s.cancel = context.WithCancel(context.Background())
	}
	return t.s.ctx
}

// Cleanup calls f when the test has ended.
//
//go:norace
func (t *T) Cleanup(f func()) {
	if t.native() {
		t.TB.Cleanup(f)
		return
	}
	t.s.cleanups = append(t.s.cleanups, f)
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

// place is where the method of the T was called.
//
//go:norace
func (s *state) place() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs[:])])
	first := ""
	for {
		f, more := frames.Next()
		at := fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		if first == "" {
			first = at
		}
		helper := false
		for p := s; p != nil; p = p.parent {
			for _, h := range p.helpers {
				helper = helper || h == f.Function
			}
		}
		if !helper {
			return at
		}
		if !more {
			return first
		}
	}
}

// allOver reports whether the test and those above it are over: package testing
// panics where one logs then.
//
//go:norace
func (s *state) allOver() bool {
	for p := s; p != nil; p = p.parent {
		if !p.over {
			return false
		}
	}
	return true
}

//go:norace
func (s *state) log(text string) {
	if s.allOver() {
		panic("Log in goroutine after " + s.name + " has completed: " + strings.TrimSuffix(text, "\n"))
	}
	text = s.place() + ": " + strings.TrimSuffix(text, "\n")
	if s.parent != nil && s.name != s.parent.name {
		text = s.name + ": " + text
	}
	s.run.T.Log(text)
}

//go:norace
func (s *state) fail() {
	if exec.Unwinding() {
		return
	}
	for p := s; p != nil; p = p.parent {
		p.failed = true
	}
	s.run.T.Fail()
}

//go:norace
func (s *state) exit() {
	s.ended = true
	exec.Current().ForbidGoexit("")
	runtime.Goexit()
}

//go:norace
func (s *state) skip(why string) {
	s.skipped = true
	if s.parent == nil {
		s.run.Skipped = s.place() + ": " + strings.TrimSuffix(why, "\n")
	}
	s.exit()
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
	t.s.log(fmt.Sprintln(args...))
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
	t.s.log(fmt.Sprintf(format, args...))
}

// Fail makes the test a failing one, which goes on.
//
//go:norace
func (t *T) Fail() {
	if t.native() {
		t.TB.Fail()
		return
	}
	t.s.fail()
}

// Failed reports whether the test is a failing one.
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
	t.s.log(fmt.Sprintln(args...))
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
	t.s.log(fmt.Sprintf(format, args...))
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
	t.s.log(fmt.Sprintln(args...))
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
	t.s.log(fmt.Sprintf(format, args...))
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
	t.s.skip(fmt.Sprintln(args...))
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
	t.s.skip(fmt.Sprintf(format, args...))
}

// SkipNow makes the test a skipped one, and ends it.
//
//go:norace
func (t *T) SkipNow() {
	if t.native() {
		t.TB.SkipNow()
		return
	}
	t.s.skip("")
}

// Skipped reports whether it was skipped.
//
//go:norace
func (t *T) Skipped() bool {
	if t.native() {
		return t.TB.Skipped()
	}
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

// notParallel panics in a test that runs in parallel with others, or whose parent
// does, and keeps it from doing so.
//
//go:norace
func (s *state) notParallel() {
	for p := s; p != nil; p = p.parent {
		if p.parallel {
			panic("testing: test using t.Setenv, t.Chdir, or cryptotest.SetGlobalRandom can not use t.Parallel")
		}
	}
	s.alone = true
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
	if err != nil {
		t.Fatal(err)
	}
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
	if exec.Unwinding() {
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
	return output{t.s}
}

type output struct{ s *state }

//go:norace
func (o output) Write(p []byte) (int, error) {
	o.s.run.T.Log(strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}
