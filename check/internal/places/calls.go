package places

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// call is an operation as it is written: a call, or a statement that synchronises.
type call struct {
	node     ast.Node
	in       *frame
	on       ast.Expr   // what it works on; nil: that cannot be told
	args     []ast.Expr // of a call
	deferred bool
}

// form is what an operation looks like in the source.
type form int

const (
	method form = iota // a call of a function or method with a certain name
	receives
	sends
	selects
	ranges
	goes
)

// statements are, by the name of the function of the runtime to which the rewriter has
// turned it, what an operation is in the source.
var statements = map[string]form{
	"Recv": receives, "Recv2": receives, "Recv2As": receives, "Send": sends, "Select": selects, "TrySelect": selects,
	"Block": selects, "Next": ranges, "Go": goes,
}

// sought is what to look for in the source, for a function that was called.
func sought(callee string) (name string, f form) {
	callee = strings.TrimSuffix(generic.ReplaceAllString(callee, ""), "-fm")
	name = callee[strings.LastIndexByte(callee, '.')+1:]
	if path := callee[:max(0, strings.LastIndexByte(callee, '/')+1)]; strings.HasPrefix(strings.TrimPrefix(callee, path), "rt.") {
		if f, ok := statements[name]; ok {
			return name, f
		}
		if name == "Close" || name == "Len" || name == "Cap" {
			return strings.ToLower(name), method
		}
	}
	return name, method
}

// find is the call of a function in a frame, nil if it is not found. nth says which of
// several on the line it is, 0: the first. A panic that goes up has the call anywhere.
func (g *frame) find(callee string, nth int) *call {
	all, deferred := g.fitting(callee, nth)
	if len(all) == 0 {
		return deferred
	}
	return all[max(0, min(nth, len(all))-1)]
}

// only is the call of a function in a frame of which nothing but the line is known: nil
// as well if the line has several that are written differently.
func (g *frame) only(callee string) *call {
	all, deferred := g.fitting(callee, 0)
	if len(all) == 0 {
		return deferred
	}
	for _, c := range all[1:] {
		if g.file.label(c.node) != g.file.label(all[0].node) {
			return nil
		}
	}
	return all[0]
}

// fitting are the calls of a function on the line of a frame; if there are none, the
// deferred one.
func (g *frame) fitting(callee string, nth int) (all []*call, deferred *call) {
	if g.file == nil || g.fn == nil {
		return nil, nil
	}
	name, f := sought(callee)
	all = g.on(g.line, name, f)
	if len(all) == 0 && f == method {
		if c := g.deferredCall(name, nth); c != nil {
			return nil, c
		}
		all = g.indirect(callee, name)
	}
	return all, nil
}

// inTurn sorts calls and receives as they are made: what an argument or a receiver takes
// is there before the call that has it.
func inTurn(all []*call) {
	slices.SortStableFunc(all, func(a, b *call) int {
		return cmp.Or(cmp.Compare(a.node.End(), b.node.End()), cmp.Compare(b.node.Pos(), a.node.Pos()))
	})
}

// on are the operations of the form on a line, in the order in which they are made. Those
// that begin on another line are the last resort.
func (g *frame) on(line int, name string, f form) (all []*call) {
	var near, chosen []*call
	choice := -1 // the end of a select that begins on the line: its calls are made there
	g.each(func(c *call, at token.Pos, is string, form form) {
		if form == selects && g.file.line(at) == line {
			choice = int(c.node.End())
		}
		if form != f || form == method && is != name || c.deferred {
			return
		}
		switch {
		case g.file.line(at) == line:
			all = append(all, c)
		case g.file.line(c.node.Pos()) <= line && line <= g.file.line(c.node.End()):
			near = append(near, c)
		case int(at) < choice:
			chosen = append(chosen, c)
		}
	})
	if len(all) == 0 && len(near) == 0 {
		return chosen
	}
	if len(all) == 0 {
		all = near
	}
	if f == method || f == receives {
		inTurn(all)
	}
	return all
}

// deferredCall is the deferred call of that name in the function, the last but n-1 of
// several.
func (g *frame) deferredCall(name string, nth int) *call {
	var all []*call
	g.each(func(c *call, at token.Pos, is string, form form) {
		if c.deferred && form == method && is == name {
			all = append(all, c)
		}
	})
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-max(1, min(nth, len(all)))]
}

// indirect are the calls on the line of which it cannot be told what they call: those
// of variables. If there are none it may be one that is deferred.
func (g *frame) indirect(callee, name string) []*call {
	var all, later []*call
	g.each(func(c *call, at token.Pos, _ string, form form) {
		n, ok := c.node.(*ast.CallExpr)
		if !ok || form != method || g.file.line(at) != g.line && !c.deferred {
			return
		}
		id, ok := ast.Unparen(n.Fun).(*ast.Ident)
		if sel, is := ast.Unparen(n.Fun).(*ast.SelectorExpr); is && isLiteral(callee) {
			id, ok = sel.Sel, true // such as that of a CancelFunc in a field
		}
		if !ok {
			return
		}
		v, ok := g.file.pkg.info.Uses[id].(*types.Var)
		if !ok {
			return
		}
		c.on = nil
		if sel, ok := ast.Unparen(g.file.value(v)).(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			c.on = sel.X // a method value
		}
		if c.deferred {
			later = append(later, c)
		} else {
			all = append(all, c)
		}
	})
	if len(all) == 0 {
		return later
	}
	inTurn(all)
	return all
}

// each calls yield for each operation of the function under way, with the place that
// its line is that of, and the name of the function that it calls. Literals in it are
// functions of their own.
func (g *frame) each(yield func(c *call, at token.Pos, name string, f form)) {
	b := body(g.fn)
	if b == nil {
		return
	}
	deferred := map[ast.Node]bool{}
	comm := map[ast.Node]bool{}
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			deferred[n.Call] = true
		case *ast.CallExpr:
			name, on := target(n)
			yield(&call{node: n, in: g, on: on, args: n.Args, deferred: deferred[n]}, n.Lparen, name, method)
		case *ast.SendStmt:
			if !comm[n] {
				yield(&call{node: n, in: g, on: n.Chan}, n.Chan.End(), "", sends)
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW && !comm[n] {
				yield(&call{node: n, in: g, on: n.X}, n.Pos(), "", receives)
			}
		case *ast.RangeStmt:
			yield(&call{node: n, in: g, on: n.X}, n.For, "", ranges)
		case *ast.SelectStmt:
			yield(&call{node: n, in: g}, n.Select, "", selects)
			for _, c := range cases(n) {
				comm[communication(c)] = true
			}
		case *ast.GoStmt:
			yield(&call{node: n, in: g, args: n.Call.Args}, n.Go, "", goes)
		}
		return true
	})
}

// target is the name of the function that is called, and what it works on: the
// receiver, or the first argument.
func target(n *ast.CallExpr) (name string, on ast.Expr) {
	fun := ast.Unparen(n.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	if len(n.Args) > 0 {
		on = n.Args[0]
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name, on
	case *ast.SelectorExpr:
		return fun.Sel.Name, fun
	}
	return "", nil
}

// cases are those of a select that are no default.
func cases(n *ast.SelectStmt) (all []*ast.CommClause) {
	for _, c := range n.Body.List {
		if c := c.(*ast.CommClause); c.Comm != nil {
			all = append(all, c)
		}
	}
	return all
}

// communication is the send or the receive of a case.
func communication(c *ast.CommClause) ast.Node {
	switch op := c.Comm.(type) {
	case *ast.ExprStmt:
		return ast.Unparen(op.X)
	case *ast.AssignStmt:
		return ast.Unparen(op.Rhs[0])
	}
	return c.Comm
}

// channel is that of a send or a receive.
func channel(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.SendStmt:
		return n.Chan
	case *ast.UnaryExpr:
		return n.X
	}
	return nil
}

// label is a call as it is written, on one line.
func (f *file) label(n ast.Node) string {
	switch n := n.(type) {
	case *ast.RangeStmt:
		return "range " + f.label(n.X)
	case *ast.GoStmt:
		return "go " + f.label(n.Call)
	case *ast.SelectStmt:
		var each []string
		for _, c := range n.Body.List {
			if c := c.(*ast.CommClause); c.Comm != nil {
				each = append(each, f.label(communication(c)))
			} else {
				each = append(each, "default")
			}
		}
		return strings.TrimSpace("select " + strings.Join(each, " | "))
	}
	from, to := f.tok.Offset(n.Pos()), f.tok.Offset(n.End())
	var b strings.Builder
	at := from
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			b.Write(f.text[at:f.tok.Offset(m.Pos())])
			b.WriteString("func…")
			at = f.tok.Offset(m.End())
			return false
		case *ast.CompositeLit:
			if f.tok.Offset(m.Rbrace)-f.tok.Offset(m.Lbrace) > longestLiteral {
				b.Write(f.text[at : f.tok.Offset(m.Lbrace)+1])
				b.WriteString("…}")
				at = f.tok.Offset(m.End())
				return false
			}
		}
		return true
	})
	b.Write(f.text[at:to])
	text := strings.Join(strings.Fields(b.String()), " ")
	return strings.NewReplacer("( ", "(", " )", ")", ",)", ")", ". ", ".").Replace(text)
}

// longestLiteral is how much of a composite literal a label has, in bytes.
const longestLiteral = 30

// primitive is what a call works on.
func (c *call) primitive() ast.Expr {
	sel, ok := c.on.(*ast.SelectorExpr)
	n, isCall := c.node.(*ast.CallExpr)
	if !ok || !isCall {
		return c.on
	}
	if id, ok := sel.X.(*ast.Ident); ok {
		if p, ok := c.in.file.pkg.info.Uses[id].(*types.PkgName); ok {
			if len(n.Args) == 0 || unlike(p.Imported().Path()) {
				return nil
			}
			return n.Args[0]
		}
	}
	if ast.Unparen(n.Fun) != sel {
		return c.on // a method value
	}
	return sel.X
}

// unlike reports whether the functions of a package do not work on their first argument,
// but on what is theirs: so it is in the standard library.
func unlike(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && path != "sync/atomic"
}

// started is the statement or the call of a frame that starts a goroutine.
func (g *frame) started() (found ast.Node) {
	if g.file == nil || g.fn == nil {
		return nil
	}
	g.each(func(c *call, at token.Pos, name string, f form) {
		if f != goes && (f != method || name != "Go" && name != "AfterFunc") {
			return
		}
		if covers := g.file.line(c.node.Pos()) <= g.line && g.line <= g.file.line(c.node.End()); covers && (found == nil || g.file.line(at) == g.line) {
			found = c.node
		}
	})
	return found
}
