package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A loop over a map goes through it in an order that the program does not know. Most do
// the same in any order, and it says nothing of a verdict that they have one.

// anyhow reports whether a loop over a map can be seen to do the same in any order.
// stack are the nodes around it.
func (s *source) anyhow(n *ast.RangeStmt, stack []ast.Node) bool {
	if !named(n.Key) && !named(n.Value) {
		return true
	}
	return n.Tok != token.ASSIGN && s.commutes(n.Body.List, after(n, stack))
}

// after is the statement that follows another one, nil if there is none.
func after(n ast.Stmt, stack []ast.Node) ast.Stmt {
	if len(stack) == 0 {
		return nil
	}
	if b, ok := stack[len(stack)-1].(*ast.BlockStmt); ok {
		if i := slices.Index(b.List, n); i >= 0 && i+1 < len(b.List) {
			return b.List[i+1]
		}
	}
	return nil
}

// commutes reports whether it does not matter in which order a loop executes the
// statements for its elements. next is the statement behind the loop: what the loop
// collects may be sorted there.
func (s *source) commutes(list []ast.Stmt, next ast.Stmt) bool {
	return !slices.ContainsFunc(list, func(st ast.Stmt) bool { return !s.commutesOne(st, next) })
}

func (s *source) commutesOne(st ast.Stmt, next ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.AssignStmt:
		if slices.ContainsFunc(st.Rhs, func(e ast.Expr) bool { return !s.pure(e) }) {
			return len(st.Lhs) == 1 && len(st.Rhs) == 1 && s.collects(st.Lhs[0], st.Rhs[0], next)
		}
		switch st.Tok {
		case token.DEFINE:
			return true
		case token.ADD_ASSIGN, token.SUB_ASSIGN, token.OR_ASSIGN, token.AND_ASSIGN, token.XOR_ASSIGN, token.MUL_ASSIGN:
			b, ok := s.typeOf(st.Lhs[0]).Underlying().(*types.Basic)
			return ok && b.Info()&types.IsInteger != 0 && s.pure(st.Lhs[0])
		case token.ASSIGN:
			return !slices.ContainsFunc(st.Lhs, func(e ast.Expr) bool {
				x, ok := e.(*ast.IndexExpr)
				return !ok || !mapType(s.typeOf(x.X)) || !s.pure(x.X) || !s.pure(x.Index)
			})
		}
	case *ast.IncDecStmt:
		return s.pure(st.X)
	case *ast.IfStmt:
		return (st.Init == nil || s.commutesOne(st.Init, nil)) && s.pure(st.Cond) && s.commutes(st.Body.List, next) && (st.Else == nil || s.commutesOne(st.Else, next))
	case *ast.BlockStmt:
		return s.commutes(st.List, next)
	case *ast.RangeStmt:
		return st.Tok != token.ASSIGN && s.pure(st.X) && s.commutes(st.Body.List, next)
	case *ast.BranchStmt:
		return st.Tok == token.CONTINUE
	case *ast.EmptyStmt:
		return true
	case *ast.ReturnStmt:
		return !slices.ContainsFunc(st.Results, func(e ast.Expr) bool { return s.info.Types[e].Value == nil && !s.info.Types[e].IsNil() })
	case *ast.ExprStmt:
		call, ok := st.X.(*ast.CallExpr)
		if !ok || slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return !s.pure(e) }) {
			return false
		}
		if s.builtin(call.Fun) == "delete" {
			return true
		}
		f := s.function(call.Fun)
		return f != nil && f.Pkg() != nil && (f.Pkg().Path() == "testing" || strings.HasPrefix(f.Pkg().Path(), "github.com/stretchr/testify/")) && f.Name() != "Run"
	}
	return false
}

// collects reports whether an assignment appends to a slice that is sorted next.
func (s *source) collects(to, what ast.Expr, next ast.Stmt) bool {
	call, ok := what.(*ast.CallExpr)
	id, isName := to.(*ast.Ident)
	if !ok || !isName || s.builtin(call.Fun) != "append" || slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return !s.pure(e) }) {
		return false
	}
	sorting, ok := next.(*ast.ExprStmt)
	if !ok {
		return false
	}
	sort, ok := sorting.X.(*ast.CallExpr)
	if !ok || len(sort.Args) == 0 {
		return false
	}
	f := s.function(sort.Fun)
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "sort" && f.Pkg().Path() != "slices" {
		return false
	}
	found := false
	ast.Inspect(sort.Args[0], func(n ast.Node) bool {
		if i, ok := n.(*ast.Ident); ok && s.info.Uses[i] == s.info.ObjectOf(id) {
			found = true
		}
		return true
	})
	return found
}

// computingPackages are those whose functions do nothing but compute.
var computingPackages = []string{"bytes", "cmp", "errors", "math", "math/bits", "path", "path/filepath", "reflect", "slices", "strconv", "strings", "unicode", "unicode/utf8"}

// pure reports whether an expression only looks at what it names.
func (s *source) pure(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			ok = false
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW
		case *ast.CallExpr:
			switch s.builtin(n.Fun) {
			case "len", "cap", "min", "max", "string":
				return ok
			}
			if s.info.Types[n.Fun].IsType() {
				return ok
			}
			f := s.function(n.Fun)
			ok = ok && f != nil && f.Pkg() != nil && f.Signature().Recv() == nil &&
				(slices.Contains(computingPackages, f.Pkg().Path()) || f.Pkg().Path() == "fmt" && strings.HasPrefix(f.Name(), "Sprint"))
		}
		return ok
	})
	return ok
}
