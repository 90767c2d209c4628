// Package format writes results of the grader: as text for a student, as tables, and in
// the forms that platforms of courses read. Each form registers itself, in a file of its
// own.
package format

import (
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/registry"
)

// Format is a form of results.
type Format struct {
	Name string // of the value of -format that chooses it
	Help string // after "-format NAME: "
	// One writes the result of one submission; nil: there is only a form for all.
	One func(*result.Result) ([]byte, error)
	// All writes the results of several submissions, in their order; nil: there is only
	// a form for one.
	All func([]*result.Result) ([]byte, error)
	// Extension ends the names of files: ".json".
	Extension string
}

var formats registry.List[Format]

func register(rank int, f Format) { formats.Add(rank, f.Name, f) }

// Formats are all that there are.
func Formats() []Format { return formats.Items() }

// Names are their names.
func Names() []string { return formats.Names() }

// Named is the format of that name.
func Named(name string) (Format, bool) { return formats.Named(name) }
