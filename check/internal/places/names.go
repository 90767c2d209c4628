package places

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// object names the expression e in frame i of a stack. A parameter that is the object
// itself is followed to what the caller hands over. spawn is where the goroutine was
// started.
func (n *namer) object(e ast.Expr, st *stack, i int, spawn *stack) (r name) {
	f := st.frames[i].file
	r = name{grade: unnamed, depth: i}
	if e == nil || f == nil {
		return r
	}
	e = strip(e, f)
	info := f.pkg.info
	r.typ = info.TypeOf(e)
	switch x := e.(type) {
	case *ast.Ident:
		v, ok := info.Uses[x].(*types.Var)
		if !ok {
			if v, ok = info.Defs[x].(*types.Var); !ok {
				return r
			}
		}
		return n.variable(v, x, st, i, spawn, r)
	case *ast.SelectorExpr:
		return n.selected(x, st, i, spawn, r)
	case *ast.IndexExpr:
		base := n.object(x.X, st, i, spawn)
		if base.grade == unnamed || base.depth != i {
			base = name{text: f.label(x.X), grade: ofLocal, depth: i}
		}
		index, constant := n.index(x.Index, st, i, spawn)
		r.text, r.grade, r.declared = base.text+"["+index+"]", base.grade, base.declared
		r.base, r.constant = base.text, constant
		if r.grade > ofLocal {
			r.grade = ofLocal
		}
		return r
	case *ast.CallExpr:
		r.text, r.grade = f.label(x), ofCall
		r.made = n.line(f, x.Pos())
		return r
	}
	r.text, r.grade = f.label(e), ofCall
	return r
}

// index is an index as it is written, or the constant that a caller hands over for it.
func (n *namer) index(e ast.Expr, st *stack, i int, spawn *stack) (text string, constant bool) {
	f := st.frames[i].file
	if f.pkg.info.Types[e].Value != nil {
		return f.label(e), true
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if v, ok := f.pkg.info.Uses[id].(*types.Var); ok {
			if p, ok := f.parameter(st.frames[i].fn, v); ok {
				if arg, in, j, _ := n.argument(p, st, i, spawn); arg != nil && in.frames[j].file != nil {
					if in != st {
						spawn = nil
					}
					if text, constant := n.index(arg, in, j, spawn); constant {
						return text, true
					}
				}
			}
		}
	}
	return f.label(e), false
}

// strip takes from an expression what does not change what it is: parentheses, stars,
// conversions.
func strip(e ast.Expr, f *file) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.UnaryExpr:
			if x.Op != token.AND {
				return e
			}
			e = x.X
		case *ast.TypeAssertExpr:
			e = x.X
		case *ast.CallExpr:
			if tv, ok := f.pkg.info.Types[x.Fun]; !ok || !tv.IsType() || len(x.Args) != 1 {
				return e
			}
			e = x.Args[0]
		default:
			return e
		}
	}
}

// variable names a variable.
func (n *namer) variable(v *types.Var, id *ast.Ident, st *stack, i int, spawn *stack, r name) name {
	f := st.frames[i].file
	r.text = id.Name
	r.declared = n.declared(v, f)
	if v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		r.text, r.grade = n.qualified(v.Pkg().Path(), v.Name()), ofPackage
		r.made = n.madeAt(f, f.value(v))
		return r
	}
	if v.IsField() {
		r.grade = ofField
		return r
	}
	if p, ok := f.parameter(st.frames[i].fn, v); ok {
		if c := n.followed(p, st, i, spawn, r.typ); c.grade < unnamed {
			return c
		}
		r.grade = ofParameter
		return r
	}
	// It may be a parameter of a function around this literal, which is under way or
	// has started the goroutine.
	for j := i + 1; j < len(st.frames); j++ {
		if p, ok := f.parameter(st.frames[j].fn, v); ok && st.frames[j].file == f {
			if c := n.followed(p, st, j, spawn, r.typ); c.grade < unnamed {
				c.depth = i
				return c
			}
		}
	}
	if spawn != nil {
		for j := range spawn.frames {
			if g := &spawn.frames[j]; g.file == f && g.fn != st.frames[i].fn {
				if p, ok := f.parameter(g.fn, v); ok {
					if c := n.followed(p, spawn, j, nil, r.typ); c.grade < unnamed {
						c.depth = i
						return c
					}
				}
			}
		}
	}
	r.grade = ofLocal
	if value := f.value(v); value != nil {
		r.made = n.madeAt(f, value)
		switch x := strip(value, f).(type) {
		case *ast.SelectorExpr, *ast.IndexExpr: // another name for what is there
			if c := n.object(x, st, i, spawn); pointer(r.typ) && c.grade <= ofField {
				return c
			}
		case *ast.UnaryExpr: // received: whoever sends it has a better name for it
			r.grade = ofParameter
		}
	}
	if f.ranged(v) {
		r.grade = ofParameter
	}
	return r
}

// pointer reports whether a variable of the type holds something that others may hold.
func pointer(t types.Type) bool {
	if t == nil {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Chan, *types.Interface:
		return true
	}
	return false
}

// followed names what the caller of frame i hands over as parameter p.
func (n *namer) followed(p int, st *stack, i int, spawn *stack, t types.Type) name {
	e, up, j, by := n.argument(p, st, i, spawn)
	if e == nil {
		return name{grade: unnamed}
	}
	if up == st {
		spawn2 := spawn
		c := n.object(e, st, j, spawn2)
		if c.typ == nil || c.typ == types.Typ[types.Invalid] {
			c.typ = t
		}
		return c
	}
	c := n.object(e, up, j, nil)
	c.depth = by
	return c
}

// argument is what the caller of frame i hands over as parameter p, and where: a frame
// of the same stack, or of the one that has started the goroutine.
func (n *namer) argument(p int, st *stack, i int, spawn *stack) (e ast.Expr, in *stack, j, shown int) {
	fn := st.frames[i].fn
	if i+1 < len(st.frames) && !st.added(i+1, spawn) {
		c := st.frames[i+1].only(st.frames[i].raw)
		if lit, ok := fn.(*ast.FuncLit); ok {
			if c = st.frames[i+1].calls(lit); c != nil && ast.Unparen(c.node.(*ast.CallExpr).Fun) != lit {
				c = nil // somebody else calls it
			}
		}
		if c != nil {
			return c.argument(p), st, i + 1, i
		}
	}
	if spawn == nil || len(spawn.frames) == 0 {
		return nil, nil, 0, 0
	}
	g := &spawn.frames[0]
	if s, ok := g.started().(*ast.GoStmt); ok && i+2 >= len(st.frames) {
		c := &call{node: s.Call, args: s.Call.Args}
		if _, on := target(s.Call); on != nil {
			c.on = on
		}
		return c.argument(p), spawn, 0, i
	}
	return nil, nil, 0, 0
}

// calls is the call of a literal where it stands, or the call that it is handed to.
func (g *frame) calls(lit *ast.FuncLit) (found *call) {
	if g.file == nil || g.fn == nil {
		return nil
	}
	g.each(func(c *call, _ token.Pos, _ string, _ form) {
		if n, ok := c.node.(*ast.CallExpr); ok && n.Pos() <= lit.Pos() && lit.End() <= n.End() {
			found = c // the innermost comes last
		}
	})
	return found
}

// argument is that for a parameter, the receiver for -1.
func (c *call) argument(p int) ast.Expr {
	if p < 0 {
		if sel, ok := c.on.(*ast.SelectorExpr); ok {
			return sel.X
		}
		return nil
	}
	if p < len(c.args) {
		return c.args[p]
	}
	return nil
}

// selected names what a selector selects: a variable of another package, or a field.
func (n *namer) selected(x *ast.SelectorExpr, st *stack, i int, spawn *stack, r name) name {
	f := st.frames[i].file
	info := f.pkg.info
	if id, ok := x.X.(*ast.Ident); ok {
		if p, ok := info.Uses[id].(*types.PkgName); ok {
			r.text, r.grade = n.qualified(p.Imported().Path(), x.Sel.Name), ofPackage
			return r
		}
	}
	if v, ok := info.Uses[x.Sel].(*types.Var); ok {
		r.declared = n.declared(v, f)
		r.made = n.madeIn(f, v)
		if v.Embedded() && !pointer(info.TypeOf(x.X)) {
			if c := n.object(x.X, st, i, spawn); c.grade < ofParameter {
				return c
			}
		}
	}
	r.text, r.grade = f.label(x), ofLocal
	if root := n.root(x, f); root != nil && root.Pkg() != nil && root.Parent() == root.Pkg().Scope() {
		r.text, r.grade = n.qualified(root.Pkg().Path(), r.text), ofPackage
		return r
	}
	// The innermost type on the way that has a name says whose field it is.
	path := x.Sel.Name
	for e := x.X; ; {
		e = strip(e, f)
		if t := named(info.TypeOf(e)); t != nil {
			if p := t.Obj().Pkg(); p != nil && p != f.pkg.types {
				if n.foreign(p.Path()) {
					return r // such as timer.C
				}
				r.text = p.Name() + "." + t.Obj().Name() + "." + path
			} else {
				r.text = n.qualified(f.pkg.path, t.Obj().Name()+"."+path)
			}
			r.grade = ofField
			return r
		}
		switch y := e.(type) {
		case *ast.SelectorExpr:
			path, e = y.Sel.Name+"."+path, y.X
		case *ast.IndexExpr:
			return r
		default:
			return r
		}
	}
}

// foreign reports whether a package is one whose types say nothing to the user: those
// of the standard library.
func (n *namer) foreign(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && path != n.home && path != "main" && !n.sameModule(path)
}

// root is the variable that a path begins with.
func (n *namer) root(e ast.Expr, f *file) *types.Var {
	for {
		switch x := strip(e, f).(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.Ident:
			v, _ := f.pkg.info.Uses[x].(*types.Var)
			return v
		default:
			return nil
		}
	}
}

// named is the named type that a type or a pointer to it is.
func named(t types.Type) *types.Named {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	d, _ := t.(*types.Named)
	return d
}

// declared is where a variable is, without a column.
func (n *namer) declared(v *types.Var, f *file) string {
	g := f.of(v.Pos())
	if g == nil {
		return ""
	}
	return n.line(g, v.Pos())
}

// madeAt is where an expression makes something, "" if it does not.
func (n *namer) madeAt(f *file, e ast.Expr) string {
	if e == nil {
		return ""
	}
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return ""
	}
	if g := f.of(c.Pos()); g != nil {
		if name, _ := target(c); name == "make" || strings.HasPrefix(name, "New") {
			return n.line(g, c.Pos())
		}
	}
	return ""
}

// madeIn is the one place at which a field gets what is made there, "" if there are
// others.
func (n *namer) madeIn(f *file, field *types.Var) string {
	one := ""
	for _, e := range f.pkg.fieldValues()[field] {
		at := n.madeAt(f, e)
		if at != "" && one != "" && at != one {
			return ""
		}
		one = cmp.Or(one, at)
	}
	return one
}

// fieldValues are what the fields get in literals and assignments. They are gathered
// once: a package of the standard library is large, and has many fields.
func (p *pkg) fieldValues() map[*types.Var][]ast.Expr {
	if p.values != nil {
		return p.values
	}
	p.values = map[*types.Var][]ast.Expr{}
	note := func(field *ast.Ident, e ast.Expr) {
		if v, ok := p.info.Uses[field].(*types.Var); ok {
			p.values[v] = append(p.values[v], e)
		}
	}
	for _, g := range p.files {
		ast.Inspect(g.ast, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.KeyValueExpr:
				if id, ok := x.Key.(*ast.Ident); ok {
					note(id, x.Value)
				}
			case *ast.AssignStmt:
				for i, l := range x.Lhs {
					if sel, ok := l.(*ast.SelectorExpr); ok && len(x.Lhs) == len(x.Rhs) {
						note(sel.Sel, x.Rhs[i])
					}
				}
			}
			return true
		})
	}
	return p.values
}
