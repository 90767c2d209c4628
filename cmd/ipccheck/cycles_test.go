package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
)

// mostTangled is how many files of a package may refer to each other in a cycle.
const mostTangled = 6

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	DepOnly                 bool
}

// listExported lists the packages with their dependencies and the files of export
// data of them all.
func listExported(t *testing.T, patterns ...string) []listed {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,DepOnly"}, patterns...)...).Output()
	require.NoError(t, err)
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

// fileGraph type-checks a package and returns for each of its files those that it
// refers to: that declare a package-level identifier or a method which it uses.
func fileGraph(path string, fset *token.FileSet, files []*ast.File, imp types.Importer) (map[string][]string, error) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: imp}
	pkg, err := config.Check(path, fset, files, info)
	if err != nil {
		return nil, err
	}
	name := func(p token.Pos) string { return filepath.Base(fset.Position(p).Filename) }
	graph := map[string][]string{}
	for id, obj := range info.Uses {
		if obj.Pkg() != pkg {
			continue
		}
		f, isFunc := obj.(*types.Func)
		method := isFunc && f.Signature().Recv() != nil
		if obj.Parent() != pkg.Scope() && !method {
			continue
		}
		from, to := name(id.Pos()), name(obj.Pos())
		if from != to && !slices.Contains(graph[from], to) {
			graph[from] = append(graph[from], to)
		}
	}
	return graph, nil
}

// largestCycle is the largest set of files each of which refers to each other,
// directly or through others: a strongly connected component (Tarjan, 1972).
func largestCycle(graph map[string][]string) []string {
	var largest, stack []string
	index, low := map[string]int{}, map[string]int{}
	var visit func(f string)
	visit = func(f string) {
		index[f] = len(index) + 1
		low[f] = index[f]
		stack = append(stack, f)
		for _, g := range graph[f] {
			if index[g] == 0 {
				visit(g)
				low[f] = min(low[f], low[g])
			} else if slices.Contains(stack, g) {
				low[f] = min(low[f], index[g])
			}
		}
		if low[f] == index[f] {
			i := slices.Index(stack, f)
			if len(stack)-i > len(largest) {
				largest = slices.Clone(stack[i:])
			}
			stack = stack[:i]
		}
	}
	for f := range graph {
		if index[f] == 0 {
			visit(f)
		}
	}
	slices.Sort(largest)
	return largest
}

func TestFilesOfAPackageAreNotTangled(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs in one goroutine")
	}
	all := listExported(t, module+"...")
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, p := range all {
		folder, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || p.DepOnly {
			continue
		}
		var files []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			files = append(files, f)
		}
		graph, err := fileGraph(p.ImportPath, fset, files, imp)
		require.NoError(t, err)
		cycle := largestCycle(graph)
		assert.LessOrEqual(t, len(cycle), mostTangled, "%s: a cycle of files: %v", folder, cycle)
	}
}

func TestCyclesOfFilesAreSeen(t *testing.T) {
	fset := token.NewFileSet()
	var files []*ast.File
	for name, source := range map[string]string{
		"a.go": "package p; type T int; func A() { B() }",
		"b.go": "package p; func B() { var t T; t.C() }",
		"c.go": "package p; func (T) C() { A() }",
		"d.go": "package p; func D() { A() }",
	} {
		f, err := parser.ParseFile(fset, name, source, 0)
		require.NoError(t, err)
		files = append(files, f)
	}
	graph, err := fileGraph("p", fset, files, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"a.go", "b.go", "c.go"}, largestCycle(graph))
	delete(graph, "c.go")
	assert.Equal(t, []string{"a.go", "b.go"}, largestCycle(graph), "b.go names the type in a.go")
}
