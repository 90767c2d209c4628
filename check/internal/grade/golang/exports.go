package golang

import (
	"bytes"
	"context"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"go/importer"
)

// exports are the types of packages of the standard library, as the go command has
// compiled them.
type exports struct {
	mu    sync.Mutex
	files map[string]string // with export data, by import path
	tool  string            // the compiler; "": nobody has asked yet
}

func newExports() *exports { return &exports{files: map[string]string{}} }

// need makes sure that packages can be imported.
func (x *exports) need(ctx context.Context, paths []string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	var missing []string
	for _, p := range paths {
		if _, ok := x.files[p]; !ok && p != "unsafe" && p != "C" && !slices.Contains(missing, p) {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-e", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "--"}, missing...)...)
	cmd.Dir = os.TempDir()
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GO111MODULE=off")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the go command cannot list the standard library: %w: %s", err, strings.TrimSpace(errs.String()))
	}
	for line := range strings.Lines(out.String()) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			x.files[path] = file
		}
	}
	return nil
}

// importer imports what is known, and the packages that are given besides.
func (x *exports) importer(fset *token.FileSet, besides map[string]*types.Package) types.Importer {
	return &imports{gc: importer.ForCompiler(fset, "gc", x.open), besides: besides}
}

func (x *exports) open(path string) (io.ReadCloser, error) {
	x.mu.Lock()
	file := x.files[path]
	x.mu.Unlock()
	if file == "" {
		return nil, fmt.Errorf("package %s is not there", path)
	}
	return os.Open(file)
}

type imports struct {
	gc      types.Importer
	besides map[string]*types.Package
}

// Import implements [types.Importer].
func (i *imports) Import(path string) (*types.Package, error) {
	if p := i.besides[path]; p != nil {
		return p, nil
	}
	return i.gc.Import(path)
}
