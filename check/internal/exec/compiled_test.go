package exec_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
)

// hook is a call by which compiled code tells the race detector of an access.
var hook = regexp.MustCompile(`\(([^()]+\.go):(\d+)\)\s+CALL\s+runtime\.(race(?:read|write)(?:range)?)\(SB\)`)

// told are functions of which the detector is told something after all, and why that is no harm.
var told = []string{
	"All",     // reads a set on a stack
	"begin",   // nobody has started yet
	"channel", // reads the program's variable
	"with",    // the program's own accesses, by who goes on
	"tell",    // a sort of what one goroutine has made
	"Nth",     // a loop over what stands on the stack
}

// What has //go:norace tells the race detector nothing: not by functions within it, which the
// compiler does not hide with it, and not by a comparison of structures, for which it makes a
// function of its own.
func TestNothingIsToldToTheDetector(t *testing.T) {
	if _, race := record.Races(); !race {
		t.Skip("under the race detector, where the standard library is built for it anyway")
	}
	n := 0
	for _, dir := range []string{".", "../prim", "../rt/memnet", "../world"} {
		abs, err := filepath.Abs(dir)
		require.NoError(t, err)
		hidden := hiddenLines(t, dir)
		out, err := exec.Command("go", "build", "-race", "-gcflags=-S", dir).CombinedOutput()
		require.NoError(t, err)
		require.Contains(t, string(out), "STEXT")
		for _, m := range hook.FindAllStringSubmatch(string(out), -1) {
			n++
			line, err := strconv.Atoi(m[2])
			require.NoError(t, err)
			name := hidden[fmt.Sprint(filepath.Base(m[1]), ":", line)]
			inside := filepath.Base(filepath.Dir(m[1])) == filepath.Base(abs) // and not of a library with a file of that name
			if name != "" && inside && !slices.Contains(told, name) {
				t.Errorf("%s/%s:%s: %s tells the race detector something: %s", dir, filepath.Base(m[1]), m[2], name, m[3])
			}
		}
	}
	assert.Greater(t, n, 20, "the compiler writes it otherwise now")
}

// hiddenLines are the lines of functions that have //go:norace, as file:line, with their names.
func hiddenLines(t *testing.T, dir string) map[string]string {
	lines := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, f := range files {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, f, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc == nil || !slices.ContainsFunc(fn.Doc.List, func(c *ast.Comment) bool { return c.Text == "//go:norace" }) {
				continue
			}
			for l := fset.Position(fn.Pos()).Line; l <= fset.Position(fn.End()).Line; l++ {
				lines[fmt.Sprint(filepath.Base(f), ":", l)] = fn.Name.Name
			}
		}
	}
	return lines
}
