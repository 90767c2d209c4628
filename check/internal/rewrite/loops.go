package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
)

// turn renders the call in each turn of a loop that consists of some nodes. What is
// declared inside is new in each turn. counts says that the loop has a statement for the
// end of each.
func (s *source) turn(at token.Pos, counts bool, inside ast.Node, nodes ...ast.Node) string {
	l := rounds{source: s, from: inside.Pos(), to: inside.End()}
	if l.any(l.waits, nodes) && l.any(l.keeps, nodes) {
		p := s.tok.PositionFor(at, true)
		return s.rt("Counts(") + strconv.Quote(fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)) + ");"
	}
	if counts {
		return s.rt("Counted();")
	}
	return s.rt("Loop();")
}

// jumps edits the target of a goto that goes back.
func (s *source) jumps(n *ast.LabeledStmt, stack []ast.Node) {
	switch n.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		return // the label is for break and continue
	}
	last := token.NoPos
	var body ast.Node
	for i := len(stack) - 1; i >= 0 && body == nil; i-- {
		switch f := stack[i].(type) {
		case *ast.FuncDecl:
			body = f.Body
		case *ast.FuncLit:
			body = f.Body
		}
	}
	ast.Inspect(body, func(m ast.Node) bool {
		if b, ok := m.(*ast.BranchStmt); ok && b.Tok == token.GOTO && b.Label.Name == n.Label.Name {
			last = max(last, b.Pos())
		}
		return true
	})
	if last < n.Pos() {
		return
	}
	var nodes []ast.Node
	ast.Inspect(body, func(m ast.Node) bool {
		if m == nil || m.End() <= n.Pos() || m.Pos() >= last {
			return false
		}
		if m.Pos() >= n.Pos() && m.End() <= last {
			nodes = append(nodes, m)
			return false
		}
		return true
	})
	s.insert(n.Colon+1, s.turn(n.Pos(), false, span{n.Pos(), last}, nodes...))
}

// span is a range of a file.
type span struct{ from, to token.Pos }

func (s span) Pos() token.Pos { return s.from }
func (s span) End() token.Pos { return s.to }

// rounds is a loop of which it is to be known whether its turns may differ though
// nobody else does anything: whether a turn writes what is there in the next one, or
// after the loop. What others read of it, a turn writes by operations.
type rounds struct {
	*source
	from, to token.Pos     // what is declared there does not outlive a turn
	under    []*types.Func // that are looked at
}

// still are packages whose functions write nothing that a later call of them, or
// their caller, could tell; quiet are those of them in which nobody waits for others.
var (
	quiet = []string{"runtime", "math", "math/bits", "strings", "bytes", "errors", "strconv", "unicode", "unicode/utf8", "cmp"}
	still = append([]string{"sync", "sync/atomic", "context", "time"}, quiet...)
)

func (l *rounds) any(is func(ast.Node) bool, nodes []ast.Node) (found bool) {
	for _, n := range nodes {
		if n == nil {
			continue // of the for clause
		}
		ast.Inspect(n, func(n ast.Node) bool {
			found = found || n != nil && is(n)
			return !found
		})
	}
	return found
}

// waits reports whether a node may be an operation.
func (l *rounds) waits(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SendStmt, *ast.SelectStmt:
		return true
	case *ast.UnaryExpr:
		return n.Op == token.ARROW
	case *ast.RangeStmt:
		c, _ := l.channel(n.X)
		return c != nil
	case *ast.CallExpr:
		if l.info.Types[n.Fun].IsType() {
			return false
		}
		if b := l.builtin(n.Fun); b != "" {
			if b != "len" {
				return false
			}
			c, _ := l.channel(n.Args[0])
			return c != nil
		}
		f := l.function(n.Fun)
		return f == nil || f.Pkg() == nil || !slices.Contains(quiet, f.Pkg().Path())
	}
	return false
}

// keeps reports whether a node writes what outlives a turn.
func (l *rounds) keeps(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IncDecStmt:
		return l.outlives(n.X)
	case *ast.AssignStmt:
		return n.Tok != token.DEFINE && slices.ContainsFunc(n.Lhs, l.outlives)
	case *ast.RangeStmt:
		return n.Tok == token.ASSIGN && (n.Key != nil && l.outlives(n.Key) || n.Value != nil && l.outlives(n.Value))
	case *ast.CallExpr:
		return l.callKeeps(n)
	}
	return false
}

func (l *rounds) callKeeps(n *ast.CallExpr) bool {
	if l.info.Types[n.Fun].IsType() {
		return false
	}
	switch l.builtin(n.Fun) {
	case "":
	case "delete", "copy", "clear":
		return true
	default:
		return false
	}
	if _, ok := ast.Unparen(n.Fun).(*ast.FuncLit); ok {
		return false // what is in it is looked at
	}
	f := l.function(n.Fun)
	switch {
	case f == nil:
		return true
	case f.Pkg() == nil, slices.Contains(still, f.Pkg().Path()), slices.Contains(l.under, f.Origin()):
		return false
	}
	d := l.decls[f.Origin()]
	if d == nil || d.Body == nil {
		return true
	}
	called := rounds{source: l.source, from: d.Pos(), to: d.End(), under: append(l.under[:len(l.under):len(l.under)], f.Origin())}
	return called.any(called.keeps, []ast.Node{d.Body})
}

// outlives reports whether what an expression stands for, which is assigned to, may be
// there after the turn.
func (l *rounds) outlives(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if e.Name == "_" {
			return false
		}
		o := l.info.Uses[e]
		return o != nil && (o.Pos() < l.from || o.Pos() >= l.to)
	case *ast.SelectorExpr:
		if t := l.info.TypeOf(e.X); t != nil {
			if _, pointer := t.Underlying().(*types.Pointer); !pointer {
				return l.outlives(e.X)
			}
		}
	case *ast.IndexExpr:
		if t := l.info.TypeOf(e.X); t != nil {
			if _, array := t.Underlying().(*types.Array); array {
				return l.outlives(e.X)
			}
		}
	}
	return true
}
