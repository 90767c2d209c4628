package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// indifferent are packages of which a call after the tests is taken to have nothing to do
// with what they leave behind in the memory.
var indifferent = []string{"errors", "flag", "fmt", "io", "io/fs", "io/ioutil", "log", "os", "path", "path/filepath", "strconv", "strings", "testing"}

// behindTests is where TestMain begins to do something after the tests for which it may
// matter what they leave behind: there, or in a function that it gives its parameter to.
func (s *source) behindTests(f *ast.FuncDecl) token.Pos {
	at, _ := s.behind(f, 0, nil)
	return at
}

// behind looks in a function that has the tests run through its parameter of that number.
// ran reports whether it has anything to do with that. asked are those that are being
// looked at.
func (s *source) behind(f *ast.FuncDecl, param int, asked []*ast.FuncDecl) (at token.Pos, ran bool) {
	m := s.parameter(f, param)
	if f.Body == nil || m == nil || slices.Contains(asked, f) {
		return token.NoPos, false
	}
	asked = append(asked, f)
	isM := func(e ast.Expr) bool {
		id, ok := ast.Unparen(e).(*ast.Ident)
		return ok && s.info.Uses[id] == m
	}
	var runs, first token.Pos // where the tests have run; the first that is done then
	note := func(p token.Pos) {
		if !first.IsValid() || p < first {
			first = p
		}
	}
	var deferred []ast.Node
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			deferred = append(deferred, n.Call)
			return false
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && isM(sel.X) && sel.Sel.Name == "Run" {
				runs = n.End()
			}
			for i, a := range n.Args {
				if !isM(a) {
					continue
				}
				runs = n.End()
				if callee, _ := s.info.Uses[calledName(n)].(*types.Func); callee == nil || s.decls[callee] == nil {
					note(n.Pos()) // that one may do anything
				} else if inner, ran := s.behind(s.decls[callee], i, asked); !ran || inner.IsValid() {
					note(n.Pos())
				}
			}
		}
		return true
	})
	if !runs.IsValid() {
		return token.NoPos, false
	}
	for _, d := range deferred {
		if s.cares(d) {
			note(d.Pos())
		}
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if _, ok := n.(*ast.DeferStmt); ok || n == nil {
			return false
		}
		if n.Pos() < runs {
			return n.End() > runs
		}
		if s.cares(n) {
			note(n.Pos())
		}
		return false
	})
	return first, true
}

// parameter is the parameter of that number, nil if it has no name.
func (s *source) parameter(f *ast.FuncDecl, number int) types.Object {
	fn, _ := s.info.Defs[f.Name].(*types.Func)
	if fn == nil || number >= fn.Signature().Params().Len() {
		return nil
	}
	return fn.Signature().Params().At(number)
}

// calledName is the name of what is called, nil if it has none.
func calledName(n *ast.CallExpr) *ast.Ident {
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	}
	return nil
}

// cares reports whether it may matter to a piece of code what the tests leave behind: it
// synchronises, reads variables of a package, or calls what may do so.
func (s *source) cares(n ast.Node) (yes bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt, *ast.SendStmt, *ast.SelectStmt:
			yes = true
		case *ast.UnaryExpr:
			yes = yes || n.Op == token.ARROW
		case *ast.CallExpr:
			if tv := s.info.Types[n.Fun]; tv.IsType() || tv.IsBuiltin() {
				return !yes
			}
			id := calledName(n)
			if id == nil {
				_, lit := ast.Unparen(n.Fun).(*ast.FuncLit)
				yes = yes || !lit
				return !yes
			}
			if fn, _ := s.info.Uses[id].(*types.Func); fn != nil && fn.Pkg() != nil && fn.Signature().Recv() == nil && slices.Contains(indifferent, fn.Pkg().Path()) {
				return false
			}
			yes = true
		case *ast.Ident:
			if v, _ := s.info.Uses[n].(*types.Var); v != nil && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() && !slices.Contains(indifferent, v.Pkg().Path()) {
				yes = true
			}
		}
		return !yes
	})
	return yes
}
