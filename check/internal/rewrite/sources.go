package rewrite

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
)

// Sources are those of what the target was built from.
type Sources struct {
	GOROOT string
	// Package is the package that a file belongs to: its path, its files and what has
	// the types of its imports; "" if it belongs to none.
	Package func(file string) (path string, files []string, imports func(*token.FileSet) types.Importer)
}

// Sources are those of the target.
func (t *Target) Sources() Sources {
	b := t.from
	if b == nil {
		return Sources{}
	}
	return Sources{GOROOT: b.goroot, Package: func(file string) (string, []string, func(*token.FileSet) types.Importer) {
		p := b.holds(file)
		if p == nil {
			return "", nil, nil
		}
		return p.path(), slices.Concat(p.goFiles(), p.paths(p.CgoFiles)), func(fset *token.FileSet) types.Importer { return b.imports(fset, p) }
	}}
}

// holds is the package that a file belongs to: with its tests, if it has any; nil if
// there is none.
func (b *Builder) holds(file string) (found *Package) {
	for _, id := range sortedKeys(b.byPath) {
		p := b.byPath[id]
		if slices.Contains(p.goFiles(), file) && (found == nil || p.ForTest == p.path()) {
			found = p
		}
	}
	return found
}

// imports has the types of what the package imports.
func (b *Builder) imports(fset *token.FileSet, p *Package) types.Importer {
	known := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if to, ok := p.ImportMap[path]; ok {
			path = to
		}
		q := b.byPath[path]
		if q == nil || q.Export == "" {
			return nil, fmt.Errorf("no export data for %q", path)
		}
		return os.Open(q.Export)
	})
	if b.detects() {
		return withDetector{known}
	}
	return known
}
