package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"slices"
)

// check parses and type-checks a package.
func (b *Builder) check(p *Package) ([]*source, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	var sources []*source
	for i, path := range slices.Concat(p.goFiles(), p.paths(p.CgoFiles)) {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
		if i >= len(p.GoFiles) {
			continue // its declarations count, and it stays as it is
		}
		sources = append(sources, &source{pkg: p, path: path, text: text, file: f, tok: fset.File(f.FileStart), uses: map[string]bool{}})
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{}, Implicits: map[ast.Node]types.Object{},
	}
	conf := types.Config{Importer: b.imports(fset, p), Sizes: types.SizesFor("gc", b.arch), FakeImportC: true, GoVersion: p.version()}
	var first error
	conf.Error = func(err error) {
		if e := (types.Error{}); len(p.CgoFiles) > 0 && errors.As(err, &e) {
			// What it calls in C has no types; it stays as it is.
			name := fset.File(e.Pos).Name()
			sources = slices.DeleteFunc(sources, func(s *source) bool { return s.path == name })
		} else if first == nil {
			first = err
		}
	}
	tp, _ := conf.Check(p.path(), fset, files, info)
	if first != nil {
		return nil, first
	}
	decls := map[*types.Func]*ast.FuncDecl{}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if f, ok := info.Defs[d.Name].(*types.Func); ok {
					decls[f] = d
				}
			}
		}
	}
	links, again, kept := linknames(files), recursive(decls, info), &kept{}
	others := map[*ast.File]*source{}
	for _, s := range sources {
		kept.files, others[s.file] = append(kept.files, s.file), s
		s.others = others
		s.info, s.types, s.decls, s.links, s.foreign, s.assembly = info, tp, decls, links, b.foreign, b.assembly
		s.recursive, s.kept = again, kept
		v := info.FileVersions[s.file]
		s.old, s.ancient = older(v, 22), older(v, 21)
	}
	return sources, nil
}

// older reports whether a version of the language is older than 1.n.
func older(v string, n int) bool {
	var minor int
	if _, err := fmt.Sscanf(v, "go1.%d", &minor); err != nil {
		return false
	}
	return minor < n
}
