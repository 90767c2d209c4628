package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// quick are packages of the library whose functions do little, or operations.
var quick = []string{"runtime", "math", "math/bits", "errors", "unicode", "unicode/utf8", "cmp", "sync", "sync/atomic", "context", "time", "testing", "unsafe"}

// lapses edits where much may be done before the next operation: a list of statements has a
// call before each that is a loop or calls the library, which has no edits of its own.
func (s *source) lapses(at token.Pos, list []ast.Stmt) {
	if s.pkg.Standard || clauses(list) { // which have lists of their own
		return
	}
	for i, n := range list {
		if s.lasts(n) {
			s.before(at, i == 0, s.lapse(n.Pos()))
		}
		at = n.End()
	}
}

// again edits the beginning of a function, or of a literal without a name, that may call itself.
func (s *source) again(name *ast.Ident, body *ast.BlockStmt) {
	if s.pkg.Standard || body == nil {
		return
	}
	if name != nil {
		if f, _ := s.info.Defs[name].(*types.Func); !s.recursive[f] {
			return
		}
	} else if !s.callsVariable(body) {
		return
	}
	s.insert(body.Lbrace+1, s.lapse(body.Lbrace)+";")
}

// unseen edits the beginning of a function that the race detector does not look at.
func (s *source) unseen(n *ast.FuncDecl) {
	if s.pkg.Standard || n.Body == nil || n.Doc == nil {
		return
	}
	if slices.ContainsFunc(n.Doc.List, func(c *ast.Comment) bool { return strings.TrimSpace(c.Text) == "//go:norace" }) {
		s.insert(n.Body.Lbrace+1, s.rt("Unseen()")+";")
	}
}

// lapse renders the call at a place.
func (s *source) lapse(at token.Pos) string {
	return s.rt(fmt.Sprintf("Lapse(%d)", s.offset(at)+1))
}

// lasts reports whether what a statement does before others in it may last: it is a loop, or
// calls a function of the library.
func (s *source) lasts(n ast.Stmt) (lasts bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			lasts = true
		case *ast.BlockStmt, *ast.FuncLit, *ast.GoStmt, *ast.SelectStmt, *ast.DeferStmt:
			return false
		case *ast.CallExpr:
			lasts = lasts || s.ofLibrary(n)
		}
		return !lasts
	})
	return lasts
}

// ofLibrary reports whether a call is one of a function of the library, or of a method that
// one of its interfaces has.
func (s *source) ofLibrary(n *ast.CallExpr) bool {
	f := s.function(n.Fun)
	if f == nil || f.Pkg() == nil || f.Pkg() == s.types {
		return false
	}
	first, _, _ := strings.Cut(f.Pkg().Path(), "/")
	return !strings.Contains(first, ".") && !slices.Contains(quick, f.Pkg().Path())
}

// callsVariable reports whether a function calls what a variable holds that is declared outside
// of it: that may be the function.
func (s *source) callsVariable(body *ast.BlockStmt) (calls bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
				v, _ := s.info.Uses[id].(*types.Var)
				calls = calls || v != nil && (v.Pos() < body.Pos() || v.Pos() > body.End())
			}
		}
		return !calls
	})
	return calls
}

// recursive are the functions of a package that may call themselves, also by others of them, and
// some that are between such. A method of an interface may be any of that name.
func recursive(decls map[*types.Func]*ast.FuncDecl, info *types.Info) map[*types.Func]bool {
	methods := map[string][]*types.Func{}
	for f, d := range decls {
		if d.Recv != nil {
			methods[f.Name()] = append(methods[f.Name()], f)
		}
	}
	calls, callers := map[*types.Func][]*types.Func{}, map[*types.Func][]*types.Func{}
	for f, d := range decls {
		ast.Inspect(d, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			used, _ := info.Uses[id].(*types.Func)
			if used == nil {
				return true
			}
			called := []*types.Func{used.Origin()}
			if recv := used.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
				called = methods[used.Name()]
			}
			for _, c := range called {
				if decls[c] != nil {
					calls[f], callers[c] = append(calls[f], c), append(callers[c], f)
				}
			}
			return true
		})
	}
	left := map[*types.Func]bool{}
	for f := range calls {
		left[f] = true
	}
	remains := func(f *types.Func) bool { return left[f] }
	for n := -1; n != len(left); {
		n = len(left)
		for f := range left {
			if !slices.ContainsFunc(calls[f], remains) || !slices.ContainsFunc(callers[f], remains) {
				delete(left, f)
			}
		}
	}
	return left
}
