// Package testing stands in for the standard library's: a T that belongs to one
// execution of a controlled run. Its subtests are goroutines of that run. Outside
// of one a T hands everything on to a real one. What has nothing to do with tests
// is the standard library's own.
//
//ipccheck:standsfor testing
package testing

import (
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ipccheck/ipccheck/check/internal/exec"
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
