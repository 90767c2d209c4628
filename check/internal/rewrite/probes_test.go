package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// insertParsed is insert, of a file that is parsed whole.
func insertParsed(path string, text []byte, ps []probe) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	type insertion struct {
		at   int
		code string
	}
	var all []insertion
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		for _, p := range ps {
			if p.function != functionName(fn) {
				continue
			}
			code := p.code
			if p.pkg == "runtime" {
				code = strings.ReplaceAll(code, runtimeName+".", "")
			}
			all = append(all, insertion{fset.Position(fn.Body.Lbrace).Offset + 1, code})
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(all, func(a, b insertion) int { return a.at - b.at })
	var out []byte
	at := 0
	for _, i := range all {
		out = append(append(out, text[at:i.at]...), i.code...)
		at = i.at
	}
	return append(out, text[at:]...), nil
}

// The probes are where they are if whole files are parsed.
func TestProbesAreWhereTheParserPutsThem(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine parses much of the standard library")
	}
	b := new(Builder)
	require.NoError(t, b.init(t.Context()))
	goroot := b.goroot
	found := 0
	for pkg, ps := range probed() {
		files, err := filepath.Glob(filepath.Join(goroot, "src", pkg, "*.go"))
		require.NoError(t, err)
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			want, err := insertParsed(path, text, ps)
			require.NoError(t, err)
			got, err := insert(path, text, ps)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), path)
			if want != nil {
				found++
			}
		}
	}
	assert.Greater(t, found, 30)
}
