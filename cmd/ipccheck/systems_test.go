package main

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The command compiles for other systems than Linux on x86-64: as far as types tell. To build it
// for them would take a minute.
func TestCommandCompilesForOtherSystems(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does all, and takes its time")
	}
	files := map[string]*ast.File{}
	fset := token.NewFileSet()
	modules := modulesOf(t)
	for _, system := range []string{"darwin/arm64", "windows/amd64", "linux/arm64"} {
		goos, arch, _ := strings.Cut(system, "/")
		c := checker{t: t, fset: fset, files: files, modules: modules, made: map[string]*types.Package{}, context: build.Default}
		c.context.GOOS, c.context.GOARCH, c.context.CgoEnabled = goos, arch, false
		_, err := c.Import("github.com/ipccheck/ipccheck/cmd/ipccheck")
		require.NoError(t, err, system)
		assert.Empty(t, c.wrong, system)
	}
}

// modulesOf are the folders of the modules, by their paths.
func modulesOf(t *testing.T) map[string]string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Path}} {{.Dir}}", "all").Output()
	require.NoError(t, err)
	list := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, dir, ok := strings.Cut(strings.TrimSpace(line), " "); ok && dir != "" {
			list[path] = dir
		}
	}
	return list
}

// checker checks the types of packages for a system: of those of other modules only what they
// declare.
type checker struct {
	t       *testing.T
	fset    *token.FileSet
	files   map[string]*ast.File // by path
	modules map[string]string
	made    map[string]*types.Package
	context build.Context
	wrong   []string
}

const ownModule = "github.com/ipccheck/ipccheck"

// dir is the folder of a package.
func (c *checker) dir(path string) string {
	for module := path; module != "."; module = filepath.Dir(module) {
		if dir := c.modules[module]; dir != "" {
			return filepath.Join(dir, strings.TrimPrefix(path, module))
		}
	}
	dir := filepath.Join(c.context.GOROOT, "src", path)
	if _, err := os.Stat(dir); err != nil {
		return filepath.Join(c.context.GOROOT, "src", "vendor", path)
	}
	return dir
}

// Import implements [types.Importer].
func (c *checker) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := c.made[path]; p != nil {
		return p, nil
	}
	in, err := c.context.ImportDir(c.dir(path), 0)
	if err != nil {
		return nil, err
	}
	own := path == ownModule || strings.HasPrefix(path, ownModule+"/")
	var files []*ast.File
	for _, name := range in.GoFiles {
		name = filepath.Join(in.Dir, name)
		f := c.files[name]
		if f == nil {
			if f, err = parser.ParseFile(c.fset, name, nil, parser.SkipObjectResolution); err != nil {
				return nil, err
			}
			c.files[name] = f
		}
		files = append(files, f)
	}
	config := types.Config{
		Importer: c, IgnoreFuncBodies: !own, FakeImportC: true, Sizes: types.SizesFor("gc", c.context.GOARCH),
		Error: func(err error) {
			if own {
				c.wrong = append(c.wrong, err.Error())
			}
		},
	}
	p, err := config.Check(path, c.fset, files, nil)
	if p == nil {
		return nil, err
	}
	c.made[path] = p
	return p, nil
}
