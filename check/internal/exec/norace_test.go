package exec_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seen are the functions that the race detector is to see: they start goroutines,
// and have their place in its reports, or are called in a goroutine of their own, or write
// what the program has them write.
var seen = []string{"Go", "Run", "PutBack", "RunTests", "native", "Bubble", "Clear"}

// closes is that of channels, in whose place a report has it.
func closes(file, function string) bool { return file == "chan.go" && function == "Close" }

// TestTheDetectorSeesTheProgramOnly: the scheduler's own accesses are ordered by
// hand-offs that the race detector is not told of.
func TestTheDetectorSeesTheProgramOnly(t *testing.T) {
	var files []string
	for _, dir := range []string{".", "../prim", "../rt", "../rt/testing", "../world", "../../sched", "../../sched/sync", "../../sched/atomic", "../../sched/time"} {
		fs, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		files = append(files, fs...)
	}
	n := 0
	for _, f := range files {
		switch base := filepath.Base(f); {
		case strings.HasSuffix(f, "_test.go"), base == "coroutine.go", base == "detector.go": // which are not in a build with the detector
			continue
		case base == "calls_other.go", base == "describe.go", base == "plan.go", base == "log.go": // whose functions no controlled goroutine calls
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, f, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || slices.Contains(seen, fn.Name.Name) || closes(filepath.Base(f), fn.Name.Name) {
				continue
			}
			n++
			hidden := false
			if fn.Doc != nil {
				for _, c := range fn.Doc.List {
					hidden = hidden || c.Text == "//go:norace"
				}
			}
			assert.True(t, hidden, "%s: %s needs //go:norace", fset.Position(fn.Pos()), fn.Name.Name)
			ast.Inspect(fn, func(n ast.Node) bool {
				if m, ok := n.(*ast.MapType); ok && !slices.Contains([]string{"rewritten.go", "maps.go", "putin.go"}, filepath.Base(f)) { // the program's own maps, and what nobody else sees
					t.Errorf("%s: the race detector sees what maps do", fset.Position(m.Pos()))
				}
				return true
			})
		}
	}
	assert.Greater(t, n, 200)
}
