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

// overMap is the function that goes over the map of a loop. stack are the nodes around it.
func (s *source) overMap(n *ast.RangeStmt, stack []ast.Node) string {
	names := named(n.Key) || named(n.Value)
	l := overMap{source: s, of: s.mapOf(n.X)}
	if id, ok := n.Key.(*ast.Ident); ok {
		l.key = s.info.Defs[id]
	}
	switch {
	case s.pkg.Standard, (!names || n.Tok != token.ASSIGN) && l.commutes(n.Body.List, after(n, stack)):
		return "RangeMapAnyhow"
	case !names:
		return "RangeMapTurns"
	}
	return "RangeMap"
}

// overMap is a loop over a map.
type overMap struct {
	*source
	of  *types.Map
	key types.Object // its variable, nil if there is none
}

// mapOf is the type of the map that an expression is, nil if it is none.
func (s *source) mapOf(e ast.Expr) *types.Map {
	t := s.typeOf(e)
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if t = coreType(p); t == nil {
			return nil
		}
	}
	m, _ := t.Underlying().(*types.Map)
	return m
}

// others reports whether an element of a map may be another one than that to which the
// loop has come, of the same map. What is put in the loop may come to or not, and whether
// it comes to what is deleted depends on the order.
func (l overMap) others(m, index ast.Expr) bool {
	t := l.mapOf(m)
	if t == nil || l.of == nil || !types.Identical(t, l.of) && !parametrised(t) && !parametrised(l.of) {
		return false
	}
	return !l.isKey(index)
}

// parametrised reports whether a type of map depends on parameters, by which it may be the
// same as another.
func parametrised(m *types.Map) bool {
	_, key := types.Unalias(m.Key()).(*types.TypeParam)
	_, elem := types.Unalias(m.Elem()).(*types.TypeParam)
	return key || elem
}

// isKey reports whether an expression is the loop's key.
func (l overMap) isKey(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && l.key != nil && l.info.ObjectOf(id) == l.key
}

// disturbs reports whether it changes how the loop goes on that something is assigned to
// an expression.
func (l overMap) disturbs(to ast.Expr) bool {
	if x, ok := ast.Unparen(to).(*ast.IndexExpr); ok {
		return l.others(x.X, x.Index)
	}
	return l.isKey(to)
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
func (l overMap) commutes(list []ast.Stmt, next ast.Stmt) bool {
	return !slices.ContainsFunc(list, func(st ast.Stmt) bool { return !l.commutesOne(st, next) })
}

func (l overMap) commutesOne(st ast.Stmt, next ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.AssignStmt:
		if slices.ContainsFunc(st.Rhs, func(e ast.Expr) bool { return !l.pure(e) }) {
			return len(st.Lhs) == 1 && len(st.Rhs) == 1 && l.collects(st.Lhs[0], st.Rhs[0], next)
		}
		switch st.Tok {
		case token.DEFINE:
			return true
		case token.ADD_ASSIGN, token.SUB_ASSIGN, token.OR_ASSIGN, token.AND_ASSIGN, token.XOR_ASSIGN, token.MUL_ASSIGN:
			b, ok := l.typeOf(st.Lhs[0]).Underlying().(*types.Basic)
			return ok && b.Info()&types.IsInteger != 0 && l.pure(st.Lhs[0]) && !l.disturbs(st.Lhs[0])
		case token.ASSIGN:
			return !slices.ContainsFunc(st.Lhs, func(e ast.Expr) bool {
				x, ok := e.(*ast.IndexExpr)
				return !ok || !mapType(l.typeOf(x.X)) || !l.pure(x.X) || !l.pure(x.Index) || l.disturbs(x)
			})
		}
	case *ast.IncDecStmt:
		return l.pure(st.X) && !l.disturbs(st.X)
	case *ast.IfStmt:
		return (st.Init == nil || l.commutesOne(st.Init, nil)) && l.pure(st.Cond) && l.commutes(st.Body.List, next) && (st.Else == nil || l.commutesOne(st.Else, next))
	case *ast.BlockStmt:
		return l.commutes(st.List, next)
	case *ast.RangeStmt:
		return st.Tok != token.ASSIGN && l.pure(st.X) && l.commutes(st.Body.List, next)
	case *ast.BranchStmt:
		return st.Tok == token.CONTINUE
	case *ast.EmptyStmt:
		return true
	case *ast.ReturnStmt:
		return !slices.ContainsFunc(st.Results, func(e ast.Expr) bool { return l.info.Types[e].Value == nil && !l.info.Types[e].IsNil() })
	case *ast.ExprStmt:
		call, ok := st.X.(*ast.CallExpr)
		if !ok || slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return !l.pure(e) }) {
			return false
		}
		if l.builtin(call.Fun) == "delete" {
			return len(call.Args) == 2 && !l.others(call.Args[0], call.Args[1])
		}
		f := l.function(call.Fun)
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
