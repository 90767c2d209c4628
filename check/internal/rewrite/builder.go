package rewrite

import (
	"context"
	"fmt"
	"slices"
)

// Builder builds rewritten programs.
type Builder struct {
	Dir   string   // where the go command is run
	Flags []string // of the go command: -tags and the like, not -race
	Cache string   // directory for what has been rewritten and built; "": the user's cache directory
	// Detector says whether what is built has the race detector.
	Detector Detector
	// Debugger keeps in what is built what only a debugger reads, and does not optimise the
	// packages of the main modules.
	Debugger bool
	// Progress, if not nil, is told what is under way.
	Progress func(text string)

	patterns                []string // what is built
	flags                   []string // Flags, and what the detector needs
	noDetector              string   // why there is none, though it was wanted
	goroot, arch, goVersion string
	goFlags                 string
	modCache                string                     // the user's
	copied                  string                     // ours, "": none is needed
	foreign                 map[string]bool            // packages with cgo
	assembly                map[string]map[string]bool // what it has that is not controlled, by package
	byPath                  map[string]*Package
	runtime                 map[string][]byte // path in GOROOT: text
	runtimeKey              string
}

// Target is a package with tests, or a program.
type Target struct {
	ImportPath string
	Dir        string
	Tests      []TestFunc // in the order of the files
	Left       Left
	Binary     string // "" if it has no tests, or cannot be built
	// Err says why it cannot be built: what the compiler says of the user's code,
	// or, with Own set, of what became of it.
	Err string
	Own bool

	program bool // and no package with tests
	from    *Builder
	// Unjudged says why data races are not judged; "" if they are.
	Unjudged string
	// plain builds the same without the race detector; nil if this has none.
	plain func(ctx context.Context) (*Target, error)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (b *Builder) say(format string, args ...any) {
	if b.Progress != nil {
		b.Progress(fmt.Sprintf(format, args...))
	}
}

// detects reports whether what is built has the race detector.
func (b *Builder) detects() bool { return slices.Contains(b.flags, "-race") }
