// Package places names what happens in a program by its sources. A trace of
// goroutines comes with the calls on their stacks, as the compiler has named them,
// with files and lines; here operations become the calls as they are written, objects
// the variables and fields that hold them, goroutines the functions that they run, and
// positions get columns.
//
// The sources are parsed and type-checked as far as that goes: where imports or types
// are missing, names are found by syntax. Nothing of it decides a verdict.
package places

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Sources are those of a program.
type Sources struct {
	// Root is the directory to which positions are relative: that of the main module.
	Root string
	// GOROOT is that of the toolchain; "": the standard library's sources are not read.
	GOROOT string
	// Package, if not nil, is the package that a file belongs to: its path, its files,
	// and what has the types of its imports. Where there is none, the files beside it
	// are looked at.
	Package func(file string) (path string, files []string, imports func(*token.FileSet) types.Importer)

	files map[string]*file // by path; nil: it cannot be read
}

// file is a source file.
type file struct {
	path  string // absolute
	lines []string
	text  []byte
	ast   *ast.File
	tok   *token.File
	pkg   *pkg
}

// pkg is a package, as far as its types are known.
type pkg struct {
	path  string
	info  *types.Info
	types *types.Package
	files []*file

	values map[*types.Var][]ast.Expr // see fieldValues
}

// standard is what the positions in files of the standard library begin with.
const standard = "$GOROOT/src/"

// file is the file at a path as positions have it; nil if it cannot be read.
func (s *Sources) file(path string) *file {
	if rest, ok := strings.CutPrefix(path, standard); ok {
		if s.GOROOT == "" {
			return nil
		}
		path = filepath.Join(s.GOROOT, "src", filepath.FromSlash(rest))
	}
	if f, ok := s.files[path]; ok {
		return f
	}
	if s.files == nil {
		s.files = map[string]*file{}
	}
	s.files[path] = nil
	if filepath.IsAbs(path) && strings.HasSuffix(path, ".go") {
		s.load(path)
	}
	return s.files[path]
}

// load reads the package of a file.
func (s *Sources) load(path string) {
	var p pkg
	var paths []string
	var imports func(*token.FileSet) types.Importer
	if s.Package != nil {
		p.path, paths, imports = s.Package(path)
	}
	if len(paths) == 0 {
		paths = beside(path)
	}
	fset := token.NewFileSet()
	var asts []*ast.File
	for _, at := range paths {
		text, err := os.ReadFile(at)
		if err != nil {
			continue
		}
		a, err := parser.ParseFile(fset, at, text, parser.ParseComments|parser.SkipObjectResolution)
		if a == nil || err != nil && a.Name == nil {
			continue
		}
		f := &file{path: at, text: text, lines: strings.Split(string(text), "\n"), ast: a, tok: fset.File(a.FileStart), pkg: &p}
		p.files, asts = append(p.files, f), append(asts, a)
		s.files[at] = f
	}
	if p.path == "" && len(asts) > 0 {
		p.path = asts[0].Name.Name
	}
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{},
	}
	var from types.Importer = noImports{}
	if imports != nil {
		from = imports(fset)
	}
	conf := types.Config{Importer: from, Error: func(error) {}, FakeImportC: true}
	p.types, _ = conf.Check(p.path, fset, asts, p.info) // as far as it goes
}

// noImports has no package: what is imported has no types.
type noImports struct{}

// Import implements [types.Importer].
func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not imported") }

// beside are the files of the package that a file belongs to, for any system.
func beside(path string) (paths []string) {
	own, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly)
	if err != nil {
		return []string{path}
	}
	all, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.go"))
	for _, p := range all {
		if p == path {
			paths = append(paths, p)
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.PackageClauseOnly); err == nil && f.Name.Name == own.Name.Name {
			paths = append(paths, p)
		}
	}
	return paths
}

// line is that of a place.
func (f *file) line(p token.Pos) int { return f.tok.PositionFor(p, false).Line }

// source is a line of the file.
func (f *file) source(line int) string {
	if line < 1 || line > len(f.lines) {
		return ""
	}
	return strings.TrimSpace(f.lines[line-1])
}

// at is the position of a place.
func (s *Sources) at(f *file, p token.Pos) string {
	pos := f.tok.PositionFor(p, false)
	return s.short(f.path) + ":" + strconv.Itoa(pos.Line) + ":" + strconv.Itoa(pos.Column)
}

// line is the position of a place without its column.
func (s *Sources) line(f *file, p token.Pos) string {
	at := s.at(f, p)
	return at[:strings.LastIndexByte(at, ':')]
}

// modules is in the paths of files of other modules.
var modules = string(filepath.Separator) + filepath.Join("pkg", "mod") + string(filepath.Separator)

// short is the path of a file as it is shown: relative to the root, or with the module
// that it belongs to.
func (s *Sources) short(path string) string {
	if rest, ok := strings.CutPrefix(path, standard); ok {
		return rest
	}
	if !filepath.IsAbs(path) {
		return path
	}
	if _, module, ok := strings.Cut(path, modules); ok {
		return filepath.ToSlash(module)
	}
	if rest, ok := strings.CutPrefix(path, filepath.Join(s.GOROOT, "src")+string(filepath.Separator)); ok && s.GOROOT != "" {
		return filepath.ToSlash(rest)
	}
	if rel, err := filepath.Rel(s.Root, path); s.Root != "" && err == nil && !strings.HasPrefix(rel, filepath.Join("..", "..", "..")) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

// split takes a position apart: file and line.
func split(position string) (path string, line int) {
	i := strings.LastIndexByte(position, ':')
	if i < 0 {
		return position, 0
	}
	n, err := strconv.Atoi(position[i+1:])
	if err != nil {
		return position, 0
	}
	return position[:i], n
}

// ModuleRoot is the directory of the module that a directory belongs to, the directory
// itself if that is none.
func ModuleRoot(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// value is the expression that a variable is declared with, nil if there is none.
func (f *file) value(v *types.Var) (value ast.Expr) {
	g := f.of(v.Pos())
	if g == nil {
		return nil
	}
	ast.Inspect(g.ast, func(n ast.Node) bool {
		if value != nil || n == nil || v.Pos() < n.Pos() || n.End() <= v.Pos() {
			return false
		}
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if f.pkg.info.Defs[id] == v && len(n.Values) == len(n.Names) {
					value = n.Values[i]
				}
			}
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				id, ok := l.(*ast.Ident)
				if !ok || f.pkg.info.Defs[id] != v {
					continue
				}
				if len(n.Lhs) == len(n.Rhs) {
					value = n.Rhs[i]
				} else if _, calls := ast.Unparen(n.Rhs[0]).(*ast.CallExpr); i == 0 && !calls {
					value = n.Rhs[0] // with whether there is one
				}
			}
		}
		return true
	})
	return value
}

// ranged reports whether a variable is that of a loop over a channel.
func (f *file) ranged(v *types.Var) (is bool) {
	g := f.of(v.Pos())
	if g == nil {
		return false
	}
	ast.Inspect(g.ast, func(n ast.Node) bool {
		if n == nil || v.Pos() < n.Pos() || n.End() <= v.Pos() {
			return false
		}
		if r, ok := n.(*ast.RangeStmt); ok {
			if id, ok := r.Key.(*ast.Ident); ok && f.pkg.info.Defs[id] == v {
				_, is = f.pkg.info.TypeOf(r.X).Underlying().(*types.Chan)
			}
		}
		return true
	})
	return is
}

// of is the file of the package in which a place lies.
func (f *file) of(p token.Pos) *file {
	for _, g := range f.pkg.files {
		if g.ast.FileStart <= p && p <= g.ast.FileEnd {
			return g
		}
	}
	return nil
}
