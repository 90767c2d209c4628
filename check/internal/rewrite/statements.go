package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// statements edits what synchronises: channel operations, select, go, and loops
// that may go on for ever.
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
				s.receives(n, withOk(n, stack))
			}
		case *ast.CallExpr:
			s.calls(n)
		case *ast.RangeStmt:
			s.ranges(n)
		case *ast.ForStmt:
			s.insert(n.Body.Lbrace+1, s.rt("Loop();"))
		}
		stack = append(stack, n)
		return true
	})
}

// withOk reports whether a receive also says whether the channel is closed.
func withOk(n ast.Node, stack []ast.Node) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		switch p := stack[i].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.AssignStmt:
			return len(p.Lhs) == 2 && len(p.Rhs) == 1 && ast.Unparen(p.Rhs[0]) == n
		case *ast.ValueSpec:
			return len(p.Names) == 2 && len(p.Values) == 1
		}
		return false
	}
	return false
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

func (s *source) receives(n *ast.UnaryExpr, ok bool) {
	f := s.rt("Recv(")
	if ok {
		f = s.rt("Recv2(")
	}
	s.replace(n.Pos(), n.End(), func() string { return f + s.receiving(n.X) + ")" })
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
	case "len":
		if c, param := s.channel(n.Args[0]); c != nil && !param && c.Dir() != types.SendOnly {
			s.uses[rt] = true
			s.replace(n.Fun.Pos(), n.Fun.End(), func() string { return s.rt("Len") })
		}
	}
}

// ranges edits a loop over a channel or a map.
func (s *source) ranges(n *ast.RangeStmt) {
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
	case *types.Signature:
		s.insert(n.Body.Lbrace+1, s.rt("Loop();"))
		return
	default:
		return
	}
	s.uses[rt] = true
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
		if isMap {
			name = "RangeMap("
		} else {
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
			name = oldName
			set = list + " = " + from + "; {"
		default:
			set = list + " := " + from + "; {"
		}
		return "for " + head + " := " + s.rt(name) + over + "); " + prefix + "R.Next(); { " + set
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
			return "switch " + s.rt("Block(); { default: panic(") + s.rt("SelectAborted());")
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
		return head + s.rt("Select(") + strings.Join(append([]string{fmt.Sprint(hasDefault)}, args...), ", ") + ") {"
	})
	if !hasDefault {
		s.insert(n.Body.Rbrace, "default: panic("+s.rt("SelectAborted());"))
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
			names, values = append(names, name), append(values, s.moved(a))
			args = append(args, name)
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
