package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// turn renders the call in each turn of a loop that consists of some nodes. What is
// declared inside is new in each turn. counts says that the loop has a statement for the
// end of each.
func (s *source) turn(at token.Pos, counts bool, inside ast.Node, nodes ...ast.Node) string {
	l := rounds{source: s, from: inside.Pos(), to: inside.End()}
	if l.any(l.waits, nodes) && l.any(l.keeps, nodes) {
		words := l.words(nodes)
		if w := polls[s.types.Path()]; w != "" && l.visible(w) != nil {
			words = []string{w}
		}
		return s.counts(at, words...)
	}
	if counts {
		return s.rt("Counted();")
	}
	return s.rt("Loop();")
}

// counts renders the call in each turn of a loop that counts its turns. words, if there
// are any, are all that a turn leaves behind.
func (s *source) counts(at token.Pos, words ...string) string {
	p := s.tok.PositionFor(at, true)
	text := s.rt("Counts(") + quotedPlace(p)
	for _, w := range words {
		if w == sofar {
			text += ", " + s.rt(w)
			continue
		}
		text += ", " + s.rt("Word(&"+w+")")
	}
	return text + ");"
}

// items renders the call in each turn of a loop over items. left says how many are left,
// or were there before.
func (s *source) items(at token.Pos, left string) string {
	return s.rt("Items(") + quotedPlace(s.tok.PositionFor(at, true)) + ", " + left + ");"
}

func quotedPlace(p token.Position) string {
	return strconv.Quote(fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line))
}

// jumps edits the target of a goto that goes back.
func (s *source) jumps(n *ast.LabeledStmt, stack []ast.Node) {
	last, leaves := token.NoPos, false
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
		if b, ok := m.(*ast.BranchStmt); ok && b.Label != nil && b.Label.Name == n.Label.Name {
			if b.Tok == token.GOTO {
				last = max(last, b.Pos())
			} else {
				leaves = true
			}
		}
		return true
	})
	if last < n.Pos() || leaves { // then it must stay with the statement, which break and continue name
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
	from, to token.Pos      // what is declared there does not outlive a turn
	under    []*types.Func  // that are looked at
	within   []*types.Var   // function literals that are
	dropped  ast.Expr       // what is received there is not used
	called   bool           // it is no loop, but a function that a turn calls
	inner    []*ast.FuncLit // that have been looked at
	stmts    *[]*listed     // if it is not nil: statements that write, and can be counted, which then do not count as what they keep
	written  *[]*types.Var  // if it is not nil: words that turns write, which then do not count as what they keep
}

// still are packages of whose functions most write nothing that a later call of them, or
// their caller, could tell: see leavesAlone; quiet are those of them in which nobody waits
// for others.
var (
	quiet = []string{"runtime", "math", "math/bits", "strings", "bytes", "errors", "strconv", "unicode", "unicode/utf8", "cmp"}
	still = append([]string{"sync", "sync/atomic", "context", "time"}, quiet...)
)

// polls are the variables, by package, whose loops leave nothing behind but them, and what
// their operations do: http.Server.Shutdown looks for connections that it can close.
var polls = map[string]string{"net/http": "pollIntervalBase"}

// visible is what a name stands for where the loop begins; nil if that is nothing.
func (l *rounds) visible(name string) types.Object {
	scope := l.types.Scope().Innermost(l.from)
	if scope == nil {
		return nil
	}
	_, o := scope.LookupParent(name, l.from)
	return o
}

// sofar is a word, too: how many statements that write have been executed.
const sofar = "Writes()"

// mostWords is how many words a turn may leave behind for them to be compared.
const mostWords = 4

// words are the variables in which a turn leaves something behind: local ones, of integers
// and bools, that can be referred to where the loop begins. What it writes elsewhere is counted.
// There are none if that is not possible.
func (l *rounds) words(nodes []ast.Node) (names []string) {
	var vs []*types.Var
	var stmts []*listed
	all := rounds{source: l.source, from: l.from, to: l.to, written: &vs, stmts: &stmts}
	if l.ancient || all.any(all.keeps, nodes) || len(vs) > mostWords {
		return nil
	}
	for _, v := range vs {
		if l.visible(v.Name()) != v || l.renamed[v] != "" {
			return nil
		}
		names = append(names, v.Name())
	}
	if len(stmts) > 0 {
		l.count(stmts)
		names = append(names, sofar)
	}
	return names
}

// word reports whether a variable is a local one, of an integer or a bool.
func (l *rounds) word(o types.Object) (v *types.Var, ok bool) {
	v, ok = o.(*types.Var)
	if !ok || v.IsField() || v.Parent() == nil || v.Parent() == l.types.Scope() {
		return nil, false
	}
	b, ok := v.Type().Underlying().(*types.Basic)
	if _, p := types.Unalias(v.Type()).(*types.TypeParam); p {
		return nil, false
	}
	return v, ok && b.Info()&(types.IsInteger|types.IsBoolean) != 0
}

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

// keeps reports whether a node writes what outlives a turn, and that is not counted.
func (l *rounds) keeps(n ast.Node) bool { return l.writes(n) && !l.countable(n) }

// writes reports whether a node writes what outlives a turn.
func (l *rounds) writes(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IncDecStmt:
		return l.outlives(n.X)
	case *ast.AssignStmt:
		return n.Tok != token.DEFINE && slices.ContainsFunc(n.Lhs, l.outlives)
	case *ast.RangeStmt:
		return n.Tok == token.ASSIGN && (n.Key != nil && l.outlives(n.Key) || n.Value != nil && l.outlives(n.Value)) || named(n.Key) && l.sendsTime(n.X)
	case *ast.CallExpr:
		return l.callKeeps(n)
	case *ast.FuncLit:
		l.inner = append(l.inner, n)
	case *ast.DeferStmt: // what it defers is done when the function with the loop returns
		return !l.called && !slices.ContainsFunc(l.inner, func(f *ast.FuncLit) bool { return f.Pos() <= n.Pos() && n.End() <= f.End() })
	case *ast.ExprStmt:
		l.dropped = ast.Unparen(n.X)
	case *ast.UnaryExpr:
		return n.Op == token.ARROW && n != l.dropped && l.sendsTime(n.X)
	}
	return false
}

// sendsTime reports whether what is received from a channel may be what time it is.
func (l *rounds) sendsTime(e ast.Expr) bool {
	c, _ := l.channel(e)
	if c == nil {
		return false
	}
	n, ok := types.Unalias(c.Elem()).(*types.Named)
	return ok && n.Obj().Name() == "Time" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time"
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
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.FuncLit:
		return false // what is in it is looked at
	case *ast.Ident:
		v, _ := l.info.Uses[fun].(*types.Var)
		if lit := l.literals()[v]; v != nil && lit != nil && !slices.Contains(l.within, v) {
			called := rounds{source: l.source, from: lit.Pos(), to: lit.End(), under: l.under, within: append(l.within[:len(l.within):len(l.within)], v), called: true, stmts: l.stmts, written: l.written}
			return called.any(called.keeps, []ast.Node{lit.Body})
		} else if lit != nil {
			return false
		}
	}
	f := l.function(n.Fun)
	switch {
	case f == nil:
		return true
	case f.Pkg() == nil, slices.Contains(l.under, f.Origin()):
		return false
	case slices.Contains(still, f.Pkg().Path()):
		return !leavesAlone(f) || slices.ContainsFunc(n.Args, func(e ast.Expr) bool { return l.calledBack(f, e) })
	}
	d := l.decls[f.Origin()]
	if d == nil || d.Body == nil {
		return true
	}
	called := rounds{source: l.source, from: d.Pos(), to: d.End(), under: append(l.under[:len(l.under):len(l.under)], f.Origin()), called: true, stmts: l.stmts, written: l.written}
	return called.any(called.keeps, []ast.Node{d.Body})
}

// calledBack reports whether a function may call what it is given, which is not looked at: a
// function, or, of package errors, the methods of an error.
func (l *rounds) calledBack(f *types.Func, e ast.Expr) bool {
	if _, lit := ast.Unparen(e).(*ast.FuncLit); lit {
		return false
	}
	if g := l.function(e); g != nil && g.Pkg() != nil && slices.Contains(still, g.Pkg().Path()) {
		return !leavesAlone(g)
	}
	t := l.typeOf(e)
	_, function := t.Underlying().(*types.Signature)
	return function || f.Pkg().Path() == "errors" && !types.IsInterface(t) && f.Name() != "New"
}

// leavesAlone reports whether a function of a package that is still writes nothing: it is
// none that fills or extends a slice, or sets what a pointer points to. What those of sync
// and sync/atomic write, and timers, they write by operations.
func leavesAlone(f *types.Func) bool {
	pkg, name := f.Pkg().Path(), f.Name()
	switch pkg {
	case "sync", "sync/atomic", "context":
		return true
	case "runtime":
		return f.Signature().Recv() == nil && slices.Contains([]string{"Gosched", "NumGoroutine", "GOMAXPROCS", "NumCPU", "NumCgoCall", "GC", "KeepAlive", "LockOSThread", "UnlockOSThread", "Caller", "FuncForPC", "Version", "GOROOT", "Goexit"}, name)
	}
	if recv := f.Signature().Recv(); recv != nil {
		if p, ok := types.Unalias(recv.Type()).(*types.Pointer); ok {
			t, _ := types.Unalias(p.Elem()).(*types.Named)
			return t != nil && slices.Contains([]string{"Timer", "Ticker", "Location", "Replacer"}, t.Obj().Name()) || slices.Contains([]string{"Len", "Cap", "Size", "String", "Available"}, name)
		}
	}
	return !strings.HasPrefix(name, "Append") && !strings.HasPrefix(name, "Encode") && (pkg != "errors" || name != "As")
}

// countable notes that what a node may write is to be counted, each time that the statement is
// executed which it is part of, and reports whether it can be: the statement stands in the loop.
func (l *rounds) countable(n ast.Node) bool {
	if l.stmts == nil {
		return false
	}
	at := l.kept.statement(n)
	if at == nil || at.from < l.from || at.to > l.to {
		return false
	}
	*l.stmts = append(*l.stmts, at)
	return true
}

// count has statements counted.
func (s *source) count(stmts []*listed) {
	for _, at := range stmts {
		if at.counted {
			continue
		}
		at.counted = true
		in := s.others[at.file]
		in.before(at.after, at.first, in.rt("Kept()"))
	}
}

// literals are the variables of the file that always hold the same function literal.
func (s *source) literals() map[*types.Var]*ast.FuncLit {
	if s.lits != nil {
		return s.lits
	}
	s.lits = map[*types.Var]*ast.FuncLit{}
	other := map[types.Object]bool{} // something else may be in it
	defines := func(name ast.Expr, value ast.Expr) {
		id, ok := name.(*ast.Ident)
		if !ok {
			return
		}
		v, ok := s.info.Defs[id].(*types.Var)
		if lit, isLit := value.(*ast.FuncLit); ok && isLit {
			s.lits[v] = lit
		} else {
			other[s.info.Uses[id]] = true
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, name := range n.Lhs {
				var value ast.Expr
				if len(n.Rhs) == len(n.Lhs) {
					value = ast.Unparen(n.Rhs[i])
				}
				defines(ast.Unparen(name), value)
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) {
					defines(name, ast.Unparen(n.Values[i]))
				}
			}
		case *ast.UnaryExpr:
			if id, ok := ast.Unparen(n.X).(*ast.Ident); ok && n.Op == token.AND {
				other[s.info.Uses[id]] = true
			}
		}
		return true
	})
	for v := range s.lits {
		if other[v] || v.Parent() == s.types.Scope() {
			delete(s.lits, v)
		}
	}
	return s.lits
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
		if o == nil || o.Pos() >= l.from && o.Pos() < l.to {
			return false
		}
		if v, ok := l.word(o); ok && l.written != nil {
			if !slices.Contains(*l.written, v) {
				*l.written = append(*l.written, v)
			}
			return false
		}
		return true
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
