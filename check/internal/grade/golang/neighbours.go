package golang

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/golang/check"
)

// insertion is text that goes into a file, in front of what is there.
type insertion struct {
	at   int
	text string
}

func inserted(text []byte, all []insertion) []byte {
	slices.SortStableFunc(all, func(a, b insertion) int { return cmp.Compare(a.at, b.at) })
	var out []byte
	at := 0
	for _, i := range all {
		out = append(append(out, text[at:i.at]...), i.text...)
		at = i.at
	}
	return append(out, text[at:]...)
}

// neighbours gives the suites of a file objects beside the one under test: where
// operations are called with one or two names, as in SendTo("a", "z", v), they are so with
// others too. What has another name has nothing to do with it, so a scenario can show
// that they hinder each other, or are mixed up. The lines stay as they are.
func (s *staff) neighbours(fset *token.FileSet, f *ast.File, text []byte) (all []insertion) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch fn := n.(type) {
		case *ast.FuncDecl:
			all = append(all, s.beside(fset, fn.Type, fn.Body, text)...)
		case *ast.FuncLit:
			all = append(all, s.beside(fset, fn.Type, fn.Body, text)...)
		}
		return true
	})
	return all
}

// beside gives neighbours to what a function returns, if it is the operations of an object.
// There are none where it is not plain how others would be made.
func (s *staff) beside(fset *token.FileSet, t *ast.FuncType, body *ast.BlockStmt, text []byte) (all []insertion) {
	if body == nil || len(body.List) == 0 || t.Results.NumFields() != 1 || !s.isOps(t.Results.List[0].Type) {
		return nil
	}
	last := len(body.List) - 1
	ret, ok := body.List[last].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	ops := ret.Results[0]
	switch ops.(type) {
	case *ast.CompositeLit, *ast.CallExpr:
	default:
		return nil
	}
	names := s.names(ops)
	if len(names) == 0 {
		return nil
	}
	others := othersOf(names)
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	for _, st := range body.List[:last] {
		if !s.mentions(st, names) {
			continue
		}
		for _, o := range others {
			switch st.(type) {
			case *ast.ExprStmt:
			case *ast.IfStmt:
				if o.neighbour == check.Reverse { // it may complain that there is one
					others = slices.DeleteFunc(slices.Clone(others), func(o other) bool { return o.neighbour == check.Reverse })
					continue
				}
			default:
				return nil
			}
			all = append(all, insertion{offset(st.End()), "; " + renamed(text[offset(st.Pos()):offset(st.End())], o.names)})
		}
	}
	for _, o := range others {
		copied := renamed(text[offset(ops.Pos()):offset(ops.End())], o.names)
		all = append(all, insertion{offset(ops.End()), fmt.Sprintf(".Beside(%q, %s)", o.neighbour, copied)})
	}
	return all
}

// neighbourOf is the neighbour that a call gives an object; none if it does not.
func (s *staff) neighbourOf(call *ast.CallExpr) []string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Beside" || s.info.Uses[sel.Sel] == nil || s.info.Uses[sel.Sel].Pkg() != s.standIn || len(call.Args) != 2 {
		return nil
	}
	name, ok := s.info.Types[call.Args[0]]
	if !ok || name.Value == nil {
		return nil
	}
	return []string{constant.StringVal(name.Value)}
}

// isOps reports whether a type is that of the operations of an object.
func (s *staff) isOps(e ast.Expr) bool {
	named, ok := s.info.TypeOf(e).(*types.Named)
	return ok && named.Obj().Pkg() == s.standIn && named.Obj().Name() == "Ops"
}

// names are the names with which all operations are called, one or two, in the order in
// which they come; none if it is not so.
func (s *staff) names(ops ast.Expr) (names []string) {
	calls := 0
	var sorted []string
	same := true
	s.gradedCalls(ops, func(given []string) {
		of := slices.Sorted(slices.Values(given))
		if calls++; calls == 1 {
			names, sorted = given, of
		}
		same = same && slices.Equal(of, sorted)
	})
	if calls < 2 || !same || len(names) > 2 || len(slices.Compact(sorted)) != len(names) {
		return nil
	}
	return names
}

// mentions reports whether a statement calls what is graded with one of the names.
func (s *staff) mentions(st ast.Stmt, names []string) (does bool) {
	s.gradedCalls(st, func(given []string) {
		does = does || slices.ContainsFunc(given, func(n string) bool { return slices.Contains(names, n) })
	})
	return does
}

// gradedCalls visits the calls of what is graded that have names: strings that are written
// there.
func (s *staff) gradedCalls(in ast.Node, visit func(names []string)) {
	ast.Inspect(in, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun := call.Fun
		if sel, ok := fun.(*ast.SelectorExpr); ok {
			fun = sel.Sel
		}
		id, ok := fun.(*ast.Ident)
		if o := s.info.Uses[id]; !ok || o == nil || o.Pkg() != s.graded {
			return true
		}
		var names []string
		for _, a := range call.Args {
			if lit, ok := a.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				names = append(names, lit.Value)
			}
		}
		if len(names) > 0 {
			visit(names)
		}
		return true
	})
}

// other is a neighbour, with the name for each of those of the object under test.
type other struct {
	neighbour string
	names     map[string]string
}

func othersOf(names []string) []other {
	fresh := strconv.Quote("other")
	for slices.Contains(names, fresh) {
		fresh = strconv.Quote(strings.Trim(fresh, `"`) + "s")
	}
	if len(names) == 1 {
		return []other{{check.OtherName, map[string]string{names[0]: fresh}}}
	}
	return []other{
		{check.Reverse, map[string]string{names[0]: names[1], names[1]: names[0]}},
		{check.OtherFirst, map[string]string{names[0]: fresh}},
		{check.OtherSecond, map[string]string{names[1]: fresh}},
	}
}

// renamed is a piece of code in one line, with other names.
func renamed(code []byte, names map[string]string) string {
	fset := token.NewFileSet()
	var sc scanner.Scanner
	sc.Init(fset.AddFile("", fset.Base(), len(code)), code, nil, 0)
	var words []string
	for {
		_, tok, lit := sc.Scan()
		switch to, named := names[lit]; {
		case tok == token.EOF:
			return strings.TrimSuffix(strings.Join(words, " "), " ;")
		case named && tok == token.STRING:
			words = append(words, to)
		case tok == token.SEMICOLON:
			words = append(words, ";")
		case lit != "":
			words = append(words, lit)
		default:
			words = append(words, tok.String())
		}
	}
}
