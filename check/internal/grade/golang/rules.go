package golang

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// rules looks for what a submission must not have.
type rules struct {
	c     *course
	fset  *token.FileSet
	files []*ast.File
	info  *types.Info
	pkg   *types.Package
	found []result.Place
	// packages are imports of folders of the submission: what it builds on is not handed in.
	packages []result.Place
}

// check parses the submission, checks its types and looks for what breaks a rule. It
// returns what does, or what does not build.
func (c *course) check(ctx context.Context, s *submission.Submission, w language.Work) (violations, unbuilt []result.Place, err error) {
	r := &rules{c: c, fset: token.NewFileSet()}
	files := maps.Clone(c.given)
	if unbuilt = language.Unreadable(s.Files, sortedKeys(goFiles(s)), language.UTF8); len(unbuilt) > 0 {
		return nil, unbuilt, nil
	}
	for _, name := range sortedKeys(goFiles(s)) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		files[name] = s.Files[name]
		f, err := parser.ParseFile(r.fset, name, s.Files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, syntaxErrors(err), nil
		}
		r.files = append(r.files, f)
		r.name(f, name)
		r.directives(f)
		r.imports(f, s)
	}
	switch {
	case len(r.found) > 0:
		return r.places(), nil, nil
	case len(r.packages) > 0:
		return nil, r.packages, nil
	}
	unbuilt, err = r.types(ctx, w, files)
	if err != nil || len(unbuilt) > 0 {
		return nil, unbuilt, err
	}
	for _, f := range r.files {
		ast.Inspect(f, r.visit)
	}
	r.channelsOfItems()
	r.goroutines()
	r.globals()
	return r.places(), nil, nil
}

// syntaxErrors are the errors of the parser.
func syntaxErrors(err error) (places []result.Place) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []result.Place{{Text: err.Error()}}
	}
	for _, e := range list[:min(len(list), language.MostPlaces)] {
		places = append(places, result.Place{File: e.Pos.Filename, Line: e.Pos.Line, Text: e.Msg})
	}
	return places
}

// types checks the types, with the files that are given, if the compiler can cope with them.
func (r *rules) types(ctx context.Context, w language.Work, files map[string][]byte) (unbuilt []result.Place, err error) {
	all := slices.Clone(r.files)
	for _, name := range sortedKeys(r.c.given) {
		f, err := parser.ParseFile(r.fset, name, r.c.given[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if err := r.c.exports.need(ctx, importsOf(r.c.module, all)); err != nil {
		return nil, err
	}
	if much, err := r.c.trial(ctx, w, files); much || err != nil {
		return tooMuch, err
	}
	r.info = &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	conf := types.Config{Importer: r.c.exports.importer(r.fset, nil), GoVersion: "", Error: func(err error) {
		var e types.Error
		if errors.As(err, &e) && len(unbuilt) < language.MostPlaces {
			p := e.Fset.Position(e.Pos)
			unbuilt = append(unbuilt, result.Place{File: p.Filename, Line: p.Line, Text: e.Msg})
		}
	}}
	r.pkg, _ = conf.Check(r.c.module, r.fset, all, r.info)
	if len(unbuilt) == 0 && r.pkg.Name() != r.c.name {
		unbuilt = append(unbuilt, result.Place{File: r.position(r.files[0].Name).File, Line: r.position(r.files[0].Name).Line, Text: "the package is called " + r.pkg.Name() + ", and must be called " + r.c.name})
	}
	return unbuilt, nil
}

func (r *rules) position(n ast.Node) result.Place {
	p := r.fset.Position(n.Pos())
	return result.Place{File: p.Filename, Line: p.Line}
}

// bad notes a place, once.
func (r *rules) bad(n ast.Node, format string, args ...any) {
	p := r.position(n)
	p.Text = fmt.Sprintf(format, args...)
	if !slices.Contains(r.found, p) {
		r.found = append(r.found, p)
	}
}

func (r *rules) places() []result.Place { return r.found[:min(len(r.found), language.MostPlaces)] }

// allows reports whether the assignment allows what is refused otherwise.
func (r *rules) allows(what string) bool { return slices.Contains(r.c.a.Allowed, what) }

// name looks at the name of a file, which may hide it from some systems.
func (r *rules) name(f *ast.File, name string) {
	stem := strings.TrimSuffix(path.Base(name), ".go")
	for _, part := range strings.Split(stem, "_")[1:] {
		if slices.Contains(systems, part) {
			r.bad(f.Name, "the name of the file hides it from some systems (_%s): give it another one", part)
		}
	}
}

// systems end the names of files that are built for some systems only.
var systems = strings.Fields("aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm unix")

// directives looks at comments that are for the compiler.
func (r *rules) directives(f *ast.File) {
	for _, g := range f.Comments {
		for _, c := range g.List {
			word, _, _ := strings.Cut(c.Text, " ")
			word = strings.TrimSpace(word)
			switch {
			case slices.Contains(allowedDirectives, word):
			case word == "//go:build", word == "//" && strings.HasPrefix(strings.TrimSpace(c.Text[2:]), "+build"):
				r.bad(c, "a build constraint may hide the file: take it out")
			case strings.HasPrefix(word, "//go:"), strings.HasPrefix(word, "//line"), strings.HasPrefix(word, "/*line"), strings.HasPrefix(word, "//export"), strings.HasPrefix(word, "//ipccheck:"):
				if !r.allows(strings.TrimPrefix(word, "//")) {
					r.bad(c, "%s is not allowed", word)
				}
			}
		}
	}
}

// imports looks at what a file imports.
func (r *rules) imports(f *ast.File, s *submission.Submission) {
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		switch {
		case err != nil:
		case slices.Contains(r.c.a.Forbidden, path):
			r.bad(i, "package %s is forbidden in this exercise", path)
		case r.allows(path):
		case path == "C":
			r.bad(i, "cgo is not allowed")
		case !slices.Contains(allowedPackages, path) && slices.ContainsFunc(s.Folders, func(folder string) bool { return strings.HasSuffix("/"+path, "/"+folder) }):
			p := r.position(i)
			p.Text = fmt.Sprintf("package %s is a folder of yours, and what is handed in is one package: put its files beside this one, with \"package %s\" at their top", path, r.c.name)
			r.packages = append(r.packages, p)
		case !slices.Contains(allowedPackages, path):
			r.bad(i, "package %s is not allowed", path)
		case i.Name != nil && i.Name.Name == ".":
			r.bad(i, "import %s under a name: what comes with a dot cannot be told from your own", path)
		}
	}
}

// visit looks at what is used.
func (r *rules) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Ident:
		r.use(n)
	case *ast.AssignStmt:
		for _, e := range n.Lhs {
			r.assigned(e)
		}
	case *ast.IncDecStmt:
		r.assigned(n.X)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			r.assigned(n.X)
		}
	case *ast.CallExpr:
		r.makes(n)
	case ast.Expr:
	}
	if e, ok := n.(ast.Expr); ok {
		r.channel(e)
	}
	return true
}

// use looks at what a name stands for.
func (r *rules) use(id *ast.Ident) {
	o := r.info.Uses[id]
	if o == nil || o.Pkg() == nil || o.Pkg() == r.pkg {
		return
	}
	name := o.Pkg().Path() + "." + o.Name()
	if f, ok := o.(*types.Func); ok {
		if recv := f.Signature().Recv(); recv != nil {
			name = methodName(o.Pkg().Path(), recv.Type(), o.Name())
		}
	}
	top := o.Parent() == o.Pkg().Scope()
	method, ofFile := strings.CutPrefix(name, "os.File.")
	switch few, limited := partly[o.Pkg().Path()]; {
	case ofFile && !slices.Contains(ofFiles, method) && !r.allows(name):
		r.bad(id, "%s is not allowed", name)
	case slices.Contains(r.c.a.Forbidden, name):
		r.bad(id, "%s is forbidden in this exercise", name)
	case limited && top && !slices.Contains(few, o.Name()) && !r.allows(name):
		r.bad(id, "%s is not allowed", name)
	}
}

// methodName is a method as an assignment names it: sync.Cond.Wait.
func methodName(path string, recv types.Type, name string) string {
	if p, ok := recv.(*types.Pointer); ok {
		recv = p.Elem()
	}
	if n, ok := recv.(*types.Named); ok {
		return path + "." + n.Obj().Name() + "." + name
	}
	return path + "." + name
}

// assigned looks at what is changed: not what belongs to another package.
func (r *rules) assigned(e ast.Expr) {
	e = ast.Unparen(e)
	id, ok := e.(*ast.Ident)
	if sel, isSel := e.(*ast.SelectorExpr); isSel {
		id, ok = sel.Sel, true
	}
	if !ok {
		return
	}
	if v, isVar := r.info.Uses[id].(*types.Var); isVar && v.Pkg() != nil && v.Pkg() != r.pkg && v.Parent() == v.Pkg().Scope() {
		r.bad(e, "%s.%s belongs to another package, and must not be changed", v.Pkg().Path(), v.Name())
	}
}

// makes looks at channels that are made.
func (r *rules) makes(call *ast.CallExpr) {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || len(call.Args) == 0 || !slices.Contains(r.c.a.Forbidden, unbuffered) {
		return
	}
	if _, builtin := r.info.Uses[id].(*types.Builtin); !builtin || id.Name != "make" {
		return
	}
	if !isChannel(r.info.TypeOf(call.Args[0])) {
		return
	}
	if len(call.Args) == 1 {
		r.bad(call, "a channel without a buffer is forbidden in this exercise")
	} else if v := r.info.Types[call.Args[1]].Value; v != nil && v.String() == "0" {
		r.bad(call, "a channel without a buffer is forbidden in this exercise")
	}
}

// unbuffered is how an assignment forbids channels without a buffer.
const unbuffered = "make(chan T) without capacity"

func isChannel(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

// channel looks at expressions, types among them, that are channels.
func (r *rules) channel(e ast.Expr) {
	if slices.Contains(r.c.a.Forbidden, "chan") && isChannel(r.info.TypeOf(e)) && r.ownType(e) {
		r.bad(e, "a channel is forbidden in this exercise")
	}
}

// channelsOfItems looks at fields and package variables that are channels: what they
// carry is kept there. One that is gone when a function returns is no place for items.
func (r *rules) channelsOfItems() {
	for _, f := range r.c.a.Forbidden {
		elem, ok := strings.CutPrefix(f, "chan ")
		if !ok {
			continue
		}
		elem = strings.TrimSpace(elem)
		for id, o := range r.info.Defs {
			v, ok := o.(*types.Var)
			if !ok || !v.IsField() && v.Parent() != r.pkg.Scope() || !isChannel(v.Type()) {
				continue
			}
			if r.carries(v.Type().Underlying().(*types.Chan).Elem(), elem) {
				r.bad(id, "a channel of %s is forbidden in this exercise", elem)
			}
		}
	}
	r.sort()
}

// ownType reports whether an expression is a channel of the submission's own: not one
// that a package hands out, such as that of a timer.
func (r *rules) ownType(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.ChanType:
		return true
	case *ast.CallExpr:
		id, ok := ast.Unparen(e.Fun).(*ast.Ident)
		return ok && id.Name == "make"
	}
	return false
}

// carries reports whether a channel's elements are of the type with the name, or hold a
// value of it: a type of the submission made of it, a pointer to one, a struct, an
// array, or anything.
func (r *rules) carries(elem types.Type, name string) bool {
	if p, ok := types.Unalias(elem).(*types.TypeParam); ok {
		return r.instantiated(p, name)
	}
	if named, ok := types.Unalias(elem).(*types.Named); ok && named.Obj().Pkg() != nil && named.Obj().Pkg() != r.pkg {
		return false
	}
	switch u := elem.Underlying().(type) {
	case *types.Basic:
		return u.Name() == name
	case *types.Pointer:
		return r.carries(u.Elem(), name)
	case *types.Array:
		return r.carries(u.Elem(), name)
	case *types.Slice:
		return r.carries(u.Elem(), name)
	case *types.Struct:
		for i := range u.NumFields() {
			if r.carries(u.Field(i).Type(), name) {
				return true
			}
		}
	case *types.Interface:
		return u.NumMethods() == 0
	}
	return false
}

// instantiated reports whether a type parameter stands for such a type somewhere.
func (r *rules) instantiated(p *types.TypeParam, name string) bool {
	for _, inst := range r.info.Instances {
		for t := range inst.TypeArgs.Types() {
			if b, ok := t.Underlying().(*types.Basic); ok && b.Name() == name && inst.TypeArgs.Len() > p.Index() {
				return true
			}
		}
	}
	return false
}

// goroutines counts go statements.
func (r *rules) goroutines() {
	if r.c.a.Goroutines == 0 {
		return
	}
	n := 0
	for _, f := range r.files {
		ast.Inspect(f, func(node ast.Node) bool {
			if g, ok := node.(*ast.GoStmt); ok {
				if n++; n > r.c.a.Goroutines {
					r.bad(g, "%s allowed in this exercise", words.Plural(r.c.a.Goroutines, "go statement is", "go statements are"))
				}
			}
			return true
		})
	}
}

// globals looks at package variables that are changed by functions.
func (r *rules) globals() {
	if r.c.a.Globals == nil || *r.c.a.Globals {
		return
	}
	for id, o := range r.info.Defs {
		v, ok := o.(*types.Var)
		if !ok || v.Parent() != r.pkg.Scope() || id.Name == "_" {
			continue
		}
		if _, isError := v.Type().Underlying().(*types.Interface); isError && types.Implements(v.Type(), types.Universe.Lookup("error").Type().Underlying().(*types.Interface)) {
			continue
		}
		r.bad(id, "no package variables in this exercise: %s", v.Name())
	}
	r.sort()
}

// sort puts places in the order of the source.
func (r *rules) sort() {
	slices.SortFunc(r.found, func(a, b result.Place) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, strings.Compare(a.Text, b.Text))
	})
}
