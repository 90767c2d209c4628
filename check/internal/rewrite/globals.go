package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Every execution must begin as the program begins. What package variables hold
// that an execution may change is put back before the next one: variables whose
// initialisers can be evaluated again get a new value, the others the one that
// they had when the first execution began, which does not reach what it points
// to.

// globals adds to the files of a package what puts its variables back.
func globals(sources []*source) {
	if len(sources) == 0 || sources[0].checker() {
		return
	}
	g := &globalVars{info: sources[0].info, pkg: sources[0].types, changed: map[types.Object]bool{}, early: map[types.Object]bool{}, order: map[types.Object]int{}}
	for i, init := range sources[0].info.InitOrder {
		for _, v := range init.Lhs {
			g.order[v] = i
		}
	}
	for _, s := range sources {
		g.scan(s.file)
	}
	for _, s := range sources {
		var text strings.Builder
		for _, d := range s.file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR || directive(decl.Doc) {
				continue
			}
			for _, spec := range decl.Specs {
				g.spec(s, spec.(*ast.ValueSpec), &text)
			}
		}
		if text.Len() > 0 {
			fmt.Fprintf(&s.tail, "func init() { %s};", text.String())
		}
	}
}

// directive reports whether a comment tells the compiler something.
func directive(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, c := range doc.List {
		if strings.HasPrefix(c.Text, "//go:") {
			return true
		}
	}
	return false
}

type globalVars struct {
	info    *types.Info
	pkg     *types.Package
	changed map[types.Object]bool // variables that functions change, or may
	early   map[types.Object]bool // variables that init functions and TestMain have to do with
	order   map[types.Object]int
}

// scan notes what the functions of a file do to package variables.
func (g *globalVars) scan(f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		first := fn.Recv == nil && (fn.Name.Name == "init" || fn.Name.Name == "TestMain")
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					g.change(l)
				}
			case *ast.IncDecStmt:
				g.change(n.X)
			case *ast.RangeStmt:
				g.change(n.Key)
				g.change(n.Value)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					g.change(n.X)
				}
			case *ast.CallExpr:
				for _, a := range n.Args {
					g.change(a)
				}
			case *ast.SelectorExpr:
				if sel := g.info.Selections[n]; sel != nil && sel.Kind() != types.FieldVal {
					g.change(n.X)
				}
			case *ast.SendStmt:
				g.change(n.Chan)
			case *ast.Ident:
				if v := g.info.Uses[n]; first && v != nil {
					g.early[v] = true
				}
			}
			return true
		})
	}
}

// change notes that the variable at the root of an expression may be changed.
func (g *globalVars) change(e ast.Expr) {
	for e != nil {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.SelectorExpr:
			if _, ok := g.info.Uses[x.Sel].(*types.Var); ok && g.info.Selections[x] == nil {
				return // a variable of another package
			}
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.Ident:
			if v, ok := g.info.Uses[x].(*types.Var); ok && v.Parent() == g.pkg.Scope() {
				g.changed[v] = true
			}
			return
		default:
			return
		}
	}
}

// spec writes what puts the variables of a declaration back.
func (g *globalVars) spec(s *source, spec *ast.ValueSpec, text *strings.Builder) {
	var names []string
	wanted, early := false, false
	for _, id := range spec.Names {
		if id.Name == "_" {
			continue
		}
		v := g.info.Defs[id]
		wanted = wanted || g.state(v)
		early = early || g.early[v]
		names = append(names, id.Name)
	}
	if !wanted {
		return
	}
	again := len(spec.Values) > 0 && !early
	for _, e := range spec.Values {
		again = again && g.repeatable(e)
	}
	if !again {
		for _, n := range names {
			fmt.Fprintf(text, "%s(&%s);", s.rt("Keep"), n)
		}
		return
	}
	set := func(ids []*ast.Ident, e ast.Expr) {
		var list []string
		order := 0
		for _, id := range ids {
			list = append(list, id.Name)
			if id.Name != "_" {
				order = g.order[g.info.Defs[id]]
			}
		}
		fmt.Fprintf(text, "%s(%q, %d, func() { %s = %s });", s.rt("Again"), s.pkg.path(), order, strings.Join(list, ", "), repeatedText(s, e))
	}
	s.uses[rt] = true
	if len(spec.Values) == 1 {
		set(spec.Names, spec.Values[0])
		return
	}
	for i, e := range spec.Values {
		if spec.Names[i].Name != "_" {
			set(spec.Names[i:i+1], e)
		}
	}
}

// repeatedText renders an expression that also stays where it is; the text is
// made when the file is.
func repeatedText(s *source, e ast.Expr) string {
	mark := fmt.Sprintf("\x00%d\x00", len(s.repeated))
	s.repeated = append(s.repeated, e)
	return mark
}

// state reports whether an execution may change the variable, or something that
// it refers to.
func (g *globalVars) state(v types.Object) bool {
	t := v.Type()
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return true // it may be a closure
	case *types.Basic, *types.Slice, *types.Map, *types.Array:
		return g.changed[v] || hasState(t, 0)
	case *types.Interface:
		return g.changed[v] && !types.Identical(t, types.Universe.Lookup("error").Type())
	case *types.Pointer:
		if n, ok := types.Unalias(u.Elem()).(*types.Named); ok && standard(n) && !controlled(n) {
			return false
		}
		return true
	}
	return g.changed[v] || hasState(t, 0)
}

// hasState reports whether a value has channels, locks or the like in it.
func hasState(t types.Type, depth int) bool {
	if depth > 6 {
		return false
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if controlled(n) {
			return true
		}
		if standard(n) {
			return false
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Chan:
		return true
	case *types.Array:
		return hasState(u.Elem(), depth+1)
	case *types.Struct:
		for i := range u.NumFields() {
			if hasState(u.Field(i).Type(), depth+1) {
				return true
			}
		}
	}
	return false
}

// standard reports whether a type is the standard library's.
func standard(n *types.Named) bool {
	p := n.Obj().Pkg()
	if p == nil {
		return true
	}
	first, _, _ := strings.Cut(p.Path(), "/")
	return !strings.Contains(first, ".") && first != "command-line-arguments" && !strings.HasPrefix(p.Path(), "_")
}

// controlled reports whether a type of the standard library has a drop-in, or
// holds values as those do.
func controlled(n *types.Named) bool {
	p := n.Obj().Pkg()
	if p == nil {
		return false
	}
	switch p.Path() {
	case "sync", "sync/atomic", "container/list", "container/ring", "bytes", "strings":
		return true
	case "time":
		return n.Obj().Name() == "Timer" || n.Obj().Name() == "Ticker"
	}
	return false
}

// repeatable reports whether an initialiser can be evaluated again: it calls
// nothing of the standard library that registers something, or that looks at the
// world.
func (g *globalVars) repeatable(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false // it is not called here, as a rule
		}
		call, is := n.(*ast.CallExpr)
		if !is {
			return true
		}
		var f *types.Func
		switch fun := ast.Unparen(call.Fun).(type) {
		case *ast.Ident:
			f, _ = g.info.Uses[fun].(*types.Func)
		case *ast.SelectorExpr:
			f, _ = g.info.Uses[fun.Sel].(*types.Func)
		}
		if f == nil || f.Pkg() == nil {
			return true
		}
		switch path := f.Pkg().Path(); path {
		case "sync", "sync/atomic", "context", "errors", "fmt", "strings", "strconv", "bytes", "math", "time", "sort", "slices", "maps", "container/list", "container/ring", "container/heap", "unicode", "math/bits":
		default:
			first, _, _ := strings.Cut(path, "/")
			if !strings.Contains(first, ".") && path != g.pkg.Path() {
				ok = false
			}
		}
		return true
	})
	return ok
}
