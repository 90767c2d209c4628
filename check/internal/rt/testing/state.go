package testing

import (
	stdcontext "context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// state is a test in an execution.
type state struct {
	run       *Run
	name      string
	parent    *state
	failed    bool
	ended     bool    // it has returned, or was ended by a method of its T
	g         *exec.G // calls its function
	alone     bool    // it changes what belongs to the process, and must not run in parallel
	bubble    bool    // it is in one of testing/synctest
	cleaning  bool    // its cleanups run, or begin to
	over      bool    // its cleanups have been called, too
	skipped   bool
	parallel  bool
	cleanups  []func()
	helpers   []string
	names     []string
	waiting   []*state  // subtests that run in parallel when it has returned
	signal    chan bool // to the parent: it has ended, or runs in parallel
	barrier   chan bool // closed when it has returned
	ctx       stdcontext.Context
	cancel    stdcontext.CancelFunc
	told      bool   // somebody has asked for ctx
	dir       string // in which TempDir makes others, "" : there is none
	dirs      int    // that TempDir has made
	artifacts string // the one that ArtifactDir has; "": none

	lists, skips exec.Handle // stand for what others may have to do with, too: see uses
}

// What others than the goroutine of a test may have to do with. No test's name ends so.
const (
	ofLists   = " lists"   // its cleanups, its subtests, its folder, and whether it ends
	ofSkips   = " skips"   // whether it is skipped
	ofContext = " context" // its context
	ofFolder  = " folder"  // what is in its folder
	ofRemoval = " removal" // that, when it has been removed, or meanwhile
)

// uses is called before something of the test is written, or only read: the order is part
// of the search if others than its own goroutine do so in some execution.
//
//go:norace
func (s *state) uses(what string, h *exec.Handle, write bool) {
	g := exec.Current()
	if g == nil || exec.Unwinding() {
		return
	}
	if g != s.g {
		g.Shares(s.name + what)
	} else if !g.Exec().Shared(s.name + what) {
		return
	}
	if o := g.Exec().At(unsafe.Pointer(h)); write {
		g.Store(o)
	} else {
		g.Load(o)
	}
	h.Acquire()
	h.Merge()
}

// used is called before the lists of the test grow, or are looked at when it ends.
//
//go:norace
func (s *state) used() {
	if g := exec.Current(); g != nil && g != s.g && !exec.Unwinding() {
		g.Exec().Share(s.name) // what others do with the lists may fail, and be logged
	}
	s.uses(ofLists, &s.lists, true)
}

// end is called when the test's function has ended.
//
//go:norace
func (s *state) end() {
	if !s.ended {
		return // it panics
	}
	s.used()
	if len(s.waiting) > 0 {
		exec.Close(s.barrier)
		for _, w := range s.waiting {
			exec.Recv(w.signal)
		}
		s.used()
	}
	s.cleaning = true
	if s.told || s.g.Exec().Shared(s.name+ofContext) {
		s.cancel()
	}
	s.clean()
}

// clean calls the cleanups, the last one first, also if one ends the goroutine, and
// ends the test.
//
//go:norace
func (s *state) clean() {
	if s.used(); len(s.cleanups) > 0 {
		f := s.cleanups[len(s.cleanups)-1]
		s.cleanups = s.cleanups[:len(s.cleanups)-1]
		returned := false
		defer func() {
			if returned || exec.Goexits() {
				s.clean()
			}
		}()
		f()
		returned = true
		return
	}
	s.cleaning = false
	s.g.EndTest(s.name, s.g.Exec().At(unsafe.Pointer(&s.over)))
	s.over = true
	if s.parent != nil {
		exec.Send(s.signal, true)
	}
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
	name = spelling.Subtest(name)
	full := s.name + "/" + name
	for n := 0; ; n++ {
		unique := full
		if n > 0 || name == "" {
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

// removes removes the folder of the test, as one of its cleanups.
//
//go:norace
func (s *state) removes() {
	x := exec.Current().Exec()
	dir := s.dir
	s.dir = ""
	err := world.Remove(dir, x.Shared(s.name+ofFolder), x.Shared(s.name+ofRemoval))
	if err != nil {
		// Which is a new one in every run.
		s.say("TempDir RemoveAll cleanup: " + strings.ReplaceAll(err.Error(), dir, filepath.Join(os.TempDir(), "…")))
		s.fail()
	}
}

// position is where the method of the T was called.
//
//go:norace
func (s *state) position() string {
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

// isOver reports whether the test is over. It is an operation of a goroutine that may
// come before that or after.
//
//go:norace
func (s *state) isOver() bool {
	if g := exec.Current(); g != s.g && !exec.Unwinding() {
		g.LogTo(s.name, g.Exec().At(unsafe.Pointer(&s.over)))
	}
	return s.over
}

// allOver reports whether the test and those above it are over: package testing
// panics where one logs then.
//
//go:norace
func (s *state) allOver() bool {
	for p := s; p != nil; p = p.parent {
		if !p.isOver() {
			return false
		}
	}
	return true
}

// log logs a text, which is a complaint or not.
//
//go:norace
func (s *state) log(text string, complaint bool) {
	if exec.Unwinding() {
		return // nobody would have come there
	}
	s.inTime("Log in goroutine", ": "+strings.TrimSuffix(text, "\n"), complaint)
	s.say(s.position() + ": " + strings.TrimSuffix(text, "\n"))
}

//go:norace
func (s *state) say(text string) {
	if s.parent != nil && s.name != s.parent.name {
		text = prim.Cut(s.name, longestName) + ": " + text
	}
	s.run.T.Log(text)
}

// inTime panics if the test and those above it are over.
//
//go:norace
func (s *state) inTime(what, text string, complaint bool) {
	if !s.allOver() {
		return
	}
	if complaint {
		s.run.T.Fail()
	}
	panic(what + " after " + s.name + " has completed" + text)
}

// longestName is how much of a test's name begins a line of the log, in bytes.
const longestName = 1 << 10

//go:norace
func (s *state) fail() {
	if exec.Unwinding() {
		return
	}
	for p := s; p != nil; p = p.parent {
		if p.failed = true; p.over {
			s.run.T.Fail()
			panic("Fail in goroutine after " + p.name + " has completed")
		}
	}
	s.run.T.Fail()
}

//go:norace
func (s *state) exit() {
	s.ended = true
	exec.Current().ForbidGoexit(nil)
	runtime.Goexit()
}

//go:norace
func (s *state) skip(why string, says bool) {
	if exec.Unwinding() {
		runtime.Goexit()
	}
	if says {
		s.inTime("Log in goroutine", ": "+strings.TrimSuffix(why, "\n"), false)
	}
	s.uses(ofSkips, &s.skips, true)
	s.skipped = true
	if s.parent == nil {
		s.run.Skipped = s.position() + ": " + strings.TrimSuffix(why, "\n")
	}
	s.exit()
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
