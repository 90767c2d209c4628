package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// statements edits what synchronises: channel operations, select, go, and loops
// that may go on forever.
func (s *source) statements() {
	var stack []ast.Node
	comm := map[ast.Node]bool{} // the operations of select's cases, which are edited with it
	ast.Inspect(s.file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.SelectStmt:
			s.selects(n, comm)
		case *ast.GoStmt:
			s.goes(n)
		case *ast.SendStmt:
			if !comm[n] {
				s.sends(n)
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW && !comm[n] {
				s.receives(n, stack)
			}
		case *ast.CallExpr:
			s.calls(n)
		case *ast.RangeStmt:
			s.ranges(n, stack)
		case *ast.ForStmt:
			s.insert(n.Body.Lbrace+1, s.turn(n.For, n.Post != nil, n.Body, n.Cond, n.Post, n.Body))
		case *ast.LabeledStmt:
			s.jumps(n, stack)
		case *ast.FuncDecl:
			s.unseen(n)
			s.again(n.Name, n.Body)
			s.apart(n.Type, n.Body)
		case *ast.FuncLit:
			s.again(nil, n.Body)
			s.apart(n.Type, n.Body)
		case *ast.BlockStmt:
			s.lapses(n.Lbrace+1, n.List)
		case *ast.CaseClause:
			s.lapses(n.Colon+1, n.Body)
		case *ast.CommClause:
			s.lapses(n.Colon+1, n.Body)
		}
		stack = append(stack, n)
		return true
	})
}

// withOk reports whether a receive also says whether the channel is closed, and
// renders a pointer to what that is assigned to if it is no plain bool.
func (s *source) withOk(n ast.Node, stack []ast.Node) (ok bool, to func() string) {
	for i := len(stack) - 1; i >= 0; i-- {
		switch p := stack[i].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.AssignStmt:
			if len(p.Lhs) != 2 || len(p.Rhs) != 1 || ast.Unparen(p.Rhs[0]) != n {
				return false, nil
			}
			if s.plainBool(p.Lhs[1]) {
				return true, nil
			}
			if x, ok := ast.Unparen(p.Lhs[1]).(*ast.IndexExpr); ok && mapType(s.typeOf(x.X)) {
				return true, func() string { return s.rt("Pointer(") + s.moved(x) + ")" }
			}
			return true, func() string { return "&" + s.moved(p.Lhs[1]) }
		case *ast.ValueSpec:
			if len(p.Names) != 2 || len(p.Values) != 1 {
				return false, nil
			}
			if p.Type == nil || s.plainBool(p.Type) {
				return true, nil
			}
			return true, func() string { return s.rt("Zero[") + s.moved(p.Type) + "]()" }
		}
		return false, nil
	}
	return false, nil
}

// plainBool reports whether a bool can be assigned to an expression: it is not of a
// type of its own that has bool beneath.
func (s *source) plainBool(e ast.Expr) bool {
	t := s.info.TypeOf(e)
	if t == nil || types.Identical(t, types.Typ[types.Bool]) {
		return true // a blank identifier has no type
	}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		return coreType(p) == nil
	}
	return types.IsInterface(t)
}

func mapType(t types.Type) bool {
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// receiving renders a channel to receive from.
func (s *source) receiving(e ast.Expr) string {
	if _, param := s.channel(e); param {
		return s.rt("In(") + s.moved(e) + ")"
	}
	return s.moved(e)
}

// sending renders a channel to send on.
func (s *source) sending(e ast.Expr) string {
	if _, param := s.channel(e); param {
		return s.rt("To(") + s.rt("Out(") + s.moved(e) + "))"
	}
	return s.rt("To(") + s.moved(e) + ")"
}

func (s *source) receives(n *ast.UnaryExpr, stack []ast.Node) {
	ok, to := s.withOk(n, stack)
	f := s.rt("Recv(")
	switch {
	case to != nil:
		f = s.rt("Recv2As(")
	case ok:
		f = s.rt("Recv2(")
	}
	s.replace(n.Pos(), n.End(), func() string {
		args := s.receiving(n.X)
		if to != nil {
			args += ", " + to()
		}
		return f + args + ")"
	})
}

func (s *source) sends(n *ast.SendStmt) {
	s.uses[rt] = true
	s.replace(n.Pos(), n.End(), func() string { return s.sending(n.Chan) + ".Send(" + s.moved(n.Value) + ")" })
}

func (s *source) calls(n *ast.CallExpr) {
	switch s.builtin(n.Fun) {
	case "close":
		if _, param := s.channel(n.Args[0]); param {
			s.uses[rt] = true
			s.replace(n.Pos(), n.End(), func() string { return s.rt("Close(") + s.rt("Out(") + s.moved(n.Args[0]) + "))" })
			return
		}
		s.replace(n.Fun.Pos(), n.Fun.End(), func() string { return s.rt("Close") })
		s.uses[rt] = true
	case "clear":
		if !s.pkg.Standard && isSlice(s.typeOf(n.Args[0])) {
			s.replace(n.Fun.Pos(), n.Fun.End(), func() string { return s.rt("Clear") })
			s.uses[rt] = true
		}
	case "make":
		if c, _ := s.channel(n); c != nil {
			s.replace(n.Fun.Pos(), n.Fun.End(), func() string { return s.rt("Made(make") })
			s.replace(n.Rparen, n.End(), func() string { return "))" })
			s.uses[rt] = true
		}
	case "len":
		if c, param := s.channel(n.Args[0]); c != nil && c.Dir() != types.SendOnly {
			s.uses[rt] = true
			if param {
				s.replace(n.Pos(), n.End(), func() string { return s.rt("Len(") + s.receiving(n.Args[0]) + ")" })
				return
			}
			s.replace(n.Fun.Pos(), n.Fun.End(), func() string { return s.rt("Len") })
		}
	case "cap":
		if c, param := s.channel(n.Args[0]); c != nil && !param && c.Dir() != types.SendOnly && ofTime(c) {
			s.uses[rt] = true
			s.replace(n.Fun.Pos(), n.Fun.End(), func() string { return s.rt("Cap") })
		}
	}
}

// ofTime reports whether a channel may be that of a timer.
func ofTime(c *types.Chan) bool {
	named, ok := types.Unalias(c.Elem()).(*types.Named)
	return ok && named.Obj().Name() == "Time" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time"
}

// each renders the call in each turn of a loop over an array, a string or an integer.
func (s *source) each(n *ast.RangeStmt) string {
	if id, ok := n.Key.(*ast.Ident); ok && n.Tok == token.DEFINE && !s.ancient {
		if v, ok := s.info.Defs[id].(*types.Var); ok && s.renamed[v] == "" && id.Name != "_" {
			if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 {
				return s.items(n.For, s.rt("Word(&"+id.Name+")"))
			}
		}
	}
	return s.counts(n.For)
}

// ranges edits a loop over a channel or a map.
func (s *source) ranges(n *ast.RangeStmt, stack []ast.Node) {
	t := s.typeOf(n.X)
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if t = coreType(p); t == nil {
			return
		}
	}
	isMap := false
	switch t.Underlying().(type) {
	case *types.Chan:
	case *types.Map:
		isMap = true
	case *types.Signature: // which knows how many there are yet
		if l := (rounds{source: s}); l.any(l.waits, []ast.Node{n.X, n.Body}) {
			s.insert(n.Body.Lbrace+1, s.counts(n.For))
		} else {
			s.insert(n.Body.Lbrace+1, s.rt("Loop();"))
		}
		return
	default:
		if l := (rounds{source: s}); l.any(l.waits, []ast.Node{n.Body}) {
			s.insert(n.Body.Lbrace+1, s.each(n))
		}
		return
	}
	s.uses[rt] = true
	counts := ""
	if l := (rounds{source: s, from: n.Body.Pos(), to: n.Body.End()}); isMap && l.any(l.waits, []ast.Node{n.Body}) || !isMap && l.any(l.keeps, []ast.Node{n}) {
		counts = s.counts(n.For) + " "
		if isMap && !s.ancient {
			counts = s.items(n.For, prefix+"R.Left()") + " "
		}
	}
	overMap := ""
	if isMap {
		overMap = s.overMap(n, stack)
	}
	oldName := "RangeOverOld("
	key, value := named(n.Key), named(n.Value)
	if isMap {
		switch {
		case key && value:
			oldName = "RangeMapOld("
		case key:
			oldName = "RangeKeysOld("
		default:
			oldName = "RangeValuesOld("
		}
	}
	s.replace(n.For, n.Body.Lbrace+1, func() string {
		var vars, values []string
		if key {
			vars = append(vars, s.moved(n.Key))
			if isMap {
				values = append(values, prefix+"R.Key")
			} else {
				values = append(values, prefix+"R.Value")
			}
		}
		if value {
			vars = append(vars, s.moved(n.Value))
			values = append(values, prefix+"R.Value")
		}
		name, over := "RangeOver(", s.moved(n.X)
		switch {
		case isMap:
			name = overMap + "("
		default:
			over = s.receiving(n.X)
		}
		list, from := strings.Join(vars, ", "), strings.Join(values, ", ")
		head := prefix + "R"
		set := ""
		switch {
		case len(vars) == 0:
		case n.Tok == token.ASSIGN:
			set = list + " = " + from + "; {"
		case s.old:
			head += ", " + list
			if isMap {
				over = s.rt(name) + over + ")"
			}
			name = oldName
			set = list + " = " + from + "; {"
		default:
			set = list + " := " + from + "; {"
		}
		return "for " + head + " := " + s.rt(name) + over + "); " + prefix + "R.Next(); { " + counts + set
	})
	if key || value {
		s.insert(n.Body.Rbrace, "}")
	}
}

// named reports whether a variable of a range is there and wanted.
func named(e ast.Expr) bool {
	if e == nil {
		return false
	}
	id, ok := e.(*ast.Ident)
	return !ok || id.Name != "_"
}

// selects edits a select: it becomes a switch over the index of the case that was
// executed.
func (s *source) selects(n *ast.SelectStmt, comm map[ast.Node]bool) {
	s.uses[rt] = true
	hasDefault := false
	var clauses []*ast.CommClause
	for _, c := range n.Body.List {
		clause := c.(*ast.CommClause)
		if clause.Comm == nil {
			hasDefault = true
			continue
		}
		clauses = append(clauses, clause)
	}
	if len(n.Body.List) == 0 {
		s.replace(n.Select, n.Body.Lbrace+1, func() string {
			return "switch " + s.rt("Block(); { default: for { ") + s.rt("SelectAborted(); };")
		})
		return
	}
	var names []string
	var inits []func() string
	var args []string
	for i, c := range clauses {
		name := fmt.Sprintf("%sC%d", prefix, i)
		names = append(names, name)
		var lhs []ast.Expr
		tok := ""
		switch op := c.Comm.(type) {
		case *ast.SendStmt:
			comm[op] = true
			inits = append(inits, func() string { return s.sending(op.Chan) + ".Case(" + s.moved(op.Value) + ")" })
			args = append(args, name)
		case *ast.ExprStmt:
			recv := ast.Unparen(op.X).(*ast.UnaryExpr)
			comm[recv] = true
			inits = append(inits, func() string { return s.rt("From(") + s.receiving(recv.X) + ")" })
			args = append(args, name+".Case()")
		case *ast.AssignStmt:
			recv := ast.Unparen(op.Rhs[0]).(*ast.UnaryExpr)
			comm[recv] = true
			lhs, tok = op.Lhs, op.Tok.String()
			inits = append(inits, func() string { return s.rt("From(") + s.receiving(recv.X) + ")" })
			args = append(args, name+".Case()")
		}
		s.replace(c.Case, c.Colon+1, func() string {
			text := fmt.Sprintf("case %d:", i)
			for k, field := range []string{"V", "Ok"}[:len(lhs)] {
				if k == 0 {
					text += " " + s.moved(lhs[0])
					if len(lhs) == 2 {
						text += ", " + s.moved(lhs[1])
					}
					text += " " + tok + " "
				} else {
					text += ", "
				}
				text += name + "." + field
				if k == 1 && !s.plainBool(lhs[1]) {
					text += " == " + s.rt("True") // untyped
				}
			}
			if len(lhs) > 0 {
				text += ";"
			}
			return text
		})
	}
	s.replace(n.Select, n.Body.Lbrace+1, func() string {
		var exprs []string
		for _, f := range inits {
			exprs = append(exprs, f())
		}
		head := "switch "
		if len(names) > 0 {
			head += strings.Join(names, ", ") + " := " + strings.Join(exprs, ", ") + "; "
		}
		f := "Select("
		if hasDefault {
			f = "TrySelect("
		}
		return head + s.rt(f) + strings.Join(args, ", ") + ") {"
	})
	if !hasDefault {
		// A loop without an end ends a function as a return does, where panic may be
		// the name of something else.
		s.insert(n.Body.Rbrace, "; default: for { "+s.rt("SelectAborted(); };"))
	}
}

// goes edits a go statement: the function and its arguments are evaluated first.
func (s *source) goes(n *ast.GoStmt) {
	s.uses[rt] = true
	call := n.Call
	lit, isLit := ast.Unparen(call.Fun).(*ast.FuncLit)
	if isLit && len(call.Args) == 0 && lit.Type.Results.NumFields() == 0 {
		s.replace(n.Pos(), n.End(), func() string { return s.rt("Go(") + s.node(lit) + ")" })
		return
	}
	if s.mayBeNil(call) {
		s.replace(n.Pos(), n.End(), func() string { return s.rt("Go(") + s.moved(call.Fun) + ")" })
		return
	}
	s.replace(n.Pos(), n.End(), func() string {
		var names, values []string
		f := s.fun(call.Fun)
		if f == "" {
			f = prefix + "F"
			names, values = append(names, f), append(values, s.moved(call.Fun))
		}
		var args []string
		for i, a := range call.Args {
			tv := s.info.Types[a]
			if tuple, ok := tv.Type.(*types.Tuple); ok {
				// f(g()), where g has several results.
				var some []string
				for k := range tuple.Len() {
					some = append(some, fmt.Sprintf("%sA%d", prefix, k))
				}
				args = some
				first := ""
				if len(names) > 0 {
					first = names[0] + " := " + values[0] + "; "
				}
				return "{ " + first + strings.Join(some, ", ") + " := " + s.moved(a) + "; " + s.rt("Go(func() { ") + f + "(" + strings.Join(args, ", ") + ") }) }"
			}
			if tv.Value != nil || tv.IsNil() || tv.IsType() {
				args = append(args, s.moved(a))
				continue
			}
			name := fmt.Sprintf("%sA%d", prefix, i)
			value, arg := s.typed(a, name)
			names, values = append(names, name), append(values, value)
			args = append(args, arg)
		}
		list := strings.Join(args, ", ")
		if call.Ellipsis.IsValid() {
			list += "..."
		}
		first := ""
		if len(names) > 0 {
			first = strings.Join(names, ", ") + " := " + strings.Join(values, ", ") + "; "
		}
		return "{ " + first + s.rt("Go(func() { ") + f + "(" + list + ") }) }"
	})
}

// mayBeNil reports whether a call in a go statement is one of a value, with nothing to be handed
// over: the statement itself ends the program if that is nil.
func (s *source) mayBeNil(call *ast.CallExpr) bool {
	if len(call.Args) > 0 || s.builtin(call.Fun) != "" || s.function(call.Fun) != nil {
		return false
	}
	t := s.info.TypeOf(call.Fun)
	if _, param := types.Unalias(t).(*types.TypeParam); t == nil || param {
		return false
	}
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() == 0 && sig.Results().Len() == 0
}

// typed renders an argument of a go statement that is evaluated into a variable,
// and the variable as the argument. The value of a comparison or of a shift has no
// type before it is an argument; a variable has one.
func (s *source) typed(e ast.Expr, name string) (value, arg string) {
	value, arg = s.moved(e), name
	t := s.info.TypeOf(e)
	basic, ok := t.Underlying().(*types.Basic)
	switch {
	case !ok:
	case basic.Info()&types.IsBoolean != 0 && !s.plainBool(e) && s.untyped(e):
		arg = name + " == " + s.rt("True")
	case basic.Info()&types.IsNumeric != 0 && s.untyped(e):
		if of := s.typeName(t, e.Pos()); of != "" {
			value = of + "(" + value + ")"
		}
	}
	return value, arg
}

// untyped reports whether an expression that is not constant has a type only by its
// use: a comparison, a shift of a constant, and what is made of these.
func (s *source) untyped(e ast.Expr) bool {
	if s.info.Types[e].Value != nil {
		return true // a constant that has a type has it from its operands
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return e.Op != token.ARROW && e.Op != token.AND && s.untyped(e.X)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return true
		case token.SHL, token.SHR:
			return s.untyped(e.X)
		}
		return s.untyped(e.X) && s.untyped(e.Y)
	}
	return false
}

// typeName is the name of a type as the code at a place can say it, "" if it cannot.
func (s *source) typeName(t types.Type, at token.Pos) string {
	var o types.Object
	switch t := t.(type) {
	case *types.Basic:
		o = types.Universe.Lookup(t.Name())
	case *types.Named:
		o = t.Obj()
	case *types.Alias:
		o = t.Obj()
	case *types.TypeParam:
		o = t.Obj()
	}
	if o == nil {
		return ""
	}
	scope := s.types.Scope().Innermost(at)
	if scope == nil {
		return ""
	}
	if _, found := scope.LookupParent(o.Name(), at); found == o {
		return o.Name()
	}
	for _, i := range s.file.Imports {
		p := s.info.PkgNameOf(i)
		if p == nil || p.Imported() != o.Pkg() || !o.Exported() {
			continue
		}
		if _, found := scope.LookupParent(p.Name(), at); found == p {
			return p.Name() + "." + o.Name()
		}
	}
	return ""
}

// fun renders a function that need not be evaluated first, "" if it must be.
func (s *source) fun(e ast.Expr) string {
	if s.builtin(e) != "" {
		return s.moved(e)
	}
	f := s.function(e)
	if f == nil || f.Signature().Recv() != nil {
		return ""
	}
	return s.moved(e)
}
