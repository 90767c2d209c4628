package report

import (
	"io"
	"iter"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Format is a form in which the commands write results: to standard output as
// they come (Stream), or into files when all are known (File, Pages). Each format
// registers itself, in a file of its own; the commands, their flags, their help
// and the completion of shells read the registry.
type Format struct {
	Name string // of the flag that chooses it
	Help string
	// Stream starts the output of results.
	Stream func(io.Writer, Options) Stream
	// Package starts the output of the tests of a Go package. If it is nil their
	// results are written as others are, and of the package itself nothing.
	Package func(w io.Writer, o Options, importPath string) PackageStream
	// File writes a file of all results.
	File func(io.Writer, Run) error
	// Pages makes pages of results: one of all of them, or those of a directory.
	Pages func(rs []Result, directory bool) iter.Seq2[Page, error]
}

// IntoFile reports whether the format is written to a file, not to standard output.
func (f Format) IntoFile() bool { return f.File != nil || f.Pages != nil }

// Run is what a command has done, for files that have all of it.
type Run struct {
	Results []Result
	Broken  []Broken
	Version string // of ipccheck
	Code    int    // the exit code
}

// Broken is a package whose tests could not be run.
type Broken struct{ Package, Why string }

// Result is what was found out about one thing.
type Result struct {
	Verdict *verdict.Verdict
	Trace   *verdict.Trace // the run, if it is not that of a finding
	Test    string         // the test function, if it is one
	Package string         // its import path
	// Position is where the test function is.
	Position string
	Skipped  string // why the test skipped itself
	Output   string // what the execution that fails wrote
	Report   string // of the race detector, or a stack
	// Subtests are those of the execution that fails, or of the last one.
	Subtests []Subtest
	Next     string // what the reader can do next
	// Line is the line of the source at a position, "" if it is not known; nil: none
	// is.
	Line func(position string) string
	// File is the path of a source file that a position names, with slashes, relative
	// to where who reads it looks for files; "" if there is none. It may be nil.
	File func(name string) string
	// Sources are the lines of source that the positions of a trace name; nil: they
	// are not known.
	Sources func(*verdict.Trace) []verdict.Source
}

// Subtest is what became of a subtest: its action is pass, fail or skip.
type Subtest struct{ Name, Action string }

// Stream writes results one after the other.
type Stream interface {
	Result(Result) error
	// End is called after the last result, with the verdicts of all.
	End([]*verdict.Verdict) error
}

// Why no test of a package is run.
const (
	BuildFailed     = "[build failed]"
	NoTestFunctions = "[no test functions]"
	NoTestsToRun    = "[no tests to run]" // of those that were asked for
)

// PackageStream writes what becomes of the tests of a package.
type PackageStream interface {
	// Output writes text that belongs to no test.
	Output(text string) error
	Result(Result) error
	// End says what became of the package: pass, skip, fail or inconclusive, why
	// if that needs words, and the seconds that it took.
	End(action, why string, seconds float64) error
}

// formats is the registry. Text is not in it: it is what is written if no other
// format is chosen.
var formats []Format

func register(f Format) { formats = append(formats, f) }

// Formats are those that a flag chooses.
func Formats() []Format { return formats }

// Tests starts the output of the tests of a package. A format without Package
// writes nothing there.
func (f Format) Tests(w io.Writer, o Options, importPath string) PackageStream {
	if f.Package == nil {
		return noPackage{}
	}
	return f.Package(w, o, importPath)
}

type noPackage struct{}

func (noPackage) Output(string) error               { return nil }
func (noPackage) Result(Result) error               { return nil }
func (noPackage) End(string, string, float64) error { return nil }
