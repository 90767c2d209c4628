package exec

import (
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// caller is the position in the program's code from which the operation under way
// was called: base name and line. It is one in the standard library only where nothing
// outside of that has called it.
//
//go:norace
func caller() string { return callerFrom(4, true) }

// callerOutside is caller; "" where that is one in the standard library.
//
//go:norace
func callerOutside() string { return callerFrom(4, false) }

// callerOf is the position from which the program itself calls a method of that type of
// ours; "" if somebody else does, a function of ours or of the standard library.
//
//go:norace
func callerOf(receiver string) string {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		switch {
		case strings.Contains(f.Function, receiver):
		case isOurs(f.Function), isStandard(f.File):
			return ""
		default:
			return filepath.Base(f.File) + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return ""
		}
	}
}

//go:norace
func callerFrom(skip int, library bool) (place string) {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(skip, pcs[:])])
	for {
		f, more := frames.Next()
		if f.File != "" && !isOurs(f.Function) && !strings.HasPrefix(f.Function, "iter.") && !strings.HasPrefix(f.Function, "runtime.") {
			at := filepath.Base(f.File) + ":" + strconv.Itoa(f.Line)
			if !isStandard(f.File) {
				return at
			}
			if library && place == "" && !strings.HasPrefix(f.Function, "net.(*ipccheckSocket)") && !strings.HasPrefix(f.Function, "net.ipccheck") {
				place = at
			}
		}
		if !more {
			return place
		}
	}
}

// isStandard reports whether a file is one of the standard library.
//
//go:norace
func isStandard(file string) bool {
	if standard == "" {
		f, _ := runtime.CallersFrames([]uintptr{reflect.ValueOf(strings.Index).Pointer() + 1}).Next()
		if standard = strings.TrimSuffix(f.File, "strings/strings.go"); standard == "" {
			standard = "?" // paths are trimmed: it cannot be told
		}
	}
	return strings.HasPrefix(file, standard)
}

// standard is where the files of the standard library are, once that is known.
var standard string

// panicPosition is the position in the program's code at which the panic began that
// is being recovered from.
//
//go:norace
func panicPosition() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	panicked := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicked = true
		case !panicked, strings.HasPrefix(f.Function, "runtime."), isOurs(f.Function), f.File == "":
		default:
			return filepath.Base(f.File) + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return ""
		}
	}
}

// internalError reports whether a panic under way is an error of this package's own:
// an index or the like that is out of bounds, in one of its functions. Other errors
// there are the program's, such as a nil pointer to a mutex.
//
//go:norace
func internalError(r any) bool {
	if e, ok := r.(runtime.Error); !ok || !strings.Contains(e.Error(), "out of range") {
		return false
	}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	panicked, fails := false, false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicked, fails = true, false
		case !panicked:
		case strings.HasPrefix(f.Function, "runtime."):
			fails = true
		case fails:
			return isOurs(f.Function)
		default:
			panicked = false // it panics with what it has recovered, as sync.OnceFunc does
		}
		if !more {
			return false
		}
	}
}

// Goexits reports whether a deferred function is called because its goroutine ends by
// runtime.Goexit, and not because it panics.
//
//go:norace
func Goexits() bool {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function == "runtime.Goexit" || f.Function == "runtime.gopanic" || !more {
			return f.Function == "runtime.Goexit"
		}
	}
}

// ours are the paths of the packages whose frames say nothing about the program.
var ours = [...]string{
	"github.com/ipccheck/ipccheck/check/internal/exec",
	"github.com/ipccheck/ipccheck/check/internal/rt",
	"github.com/ipccheck/ipccheck/check/internal/rewrite/child",
	"github.com/ipccheck/ipccheck/check.",
	"github.com/ipccheck/ipccheck/check/internal/suite",
	"github.com/ipccheck/ipccheck/check/internal/adapt",
	"github.com/ipccheck/ipccheck/check/sched",
}

// isOurs reports whether a function belongs to one of them, and not to its tests.
//
//go:norace
func isOurs(function string) bool {
	for _, path := range ours {
		if rest, ok := strings.CutPrefix(function, path); ok {
			return !strings.HasPrefix(rest, "_test")
		}
	}
	return false
}
