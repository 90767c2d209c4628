package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// source is a file that is edited. Edits are pieces: a range of the file and what
// stands there instead, which may contain other ranges, rendered. Ranges nest or
// are disjoint.
type source struct {
	pkg       *Package
	path      string
	text      []byte
	file      *ast.File
	tok       *token.File
	info      *types.Info
	decls     map[*types.Func]*ast.FuncDecl // the package's
	links     map[string]linkname           // the package's
	lits      map[*types.Var]*ast.FuncLit   // see literals
	types     *types.Package
	others    map[*ast.File]*source // the package's, this one too
	kept      *kept                 // the package's
	recursive map[*types.Func]bool  // the package's, that may call themselves
	foreign   map[string]bool       // packages with cgo
	// assembly are the functions, by package, that are not controlled.
	assembly map[string]map[string]bool
	pieces   []piece
	old      bool // the variables of a loop are shared by all its turns
	ancient  bool // the language may lack generics
	renamed  map[types.Object]string
	found    []TestFunc
	left     Left
	uses     map[string]bool
	tail     strings.Builder // code behind the file's end, on its last line
}

// piece is an edit.
type piece struct {
	from, to int
	text     func() string
}

// Names of imports that the edits use.
const (
	rt      = "__ipc"
	prefix  = "__ipc"    // of variables
	renamed = "ipccheck" // of functions
)

func (s *source) offset(p token.Pos) int { return s.tok.Offset(p) }

// replace edits a range; text is called when the file is rendered.
func (s *source) replace(from, to token.Pos, text func() string) {
	s.pieces = append(s.pieces, piece{s.offset(from), s.offset(to), text})
}

// insert edits a place.
func (s *source) insert(at token.Pos, text string) {
	s.replace(at, at, func() string { return text })
}

// before puts a call before a statement of a list: at the end of what stands there before it, which is
// nothing of the list if the statement is its first.
func (s *source) before(at token.Pos, first bool, call string) {
	if first {
		s.insert(at, call+";")
	} else {
		s.insert(at, "; "+call)
	}
}

// rt is a reference to a function of the runtime.
func (s *source) rt(name string) string {
	s.uses[rt] = true
	return rt + "." + name
}

// node renders a node.
func (s *source) node(n ast.Node) string { return s.render(s.offset(n.Pos()), s.offset(n.End())) }

// render is the text of a range with its edits.
func (s *source) render(from, to int) string {
	var b strings.Builder
	i, _ := slices.BinarySearchFunc(s.pieces, from, func(p piece, at int) int { return p.from - at })
	at := from
	for ; i < len(s.pieces) && s.pieces[i].from <= to; i++ {
		p := s.pieces[i]
		if p.from < at || p.to > to || p.from == to && to < len(s.text) {
			continue // inside another piece, or beyond the range
		}
		b.Write(s.text[at:p.from])
		b.WriteString(s.fit(p.text(), p.from, p.to))
		at = p.to
	}
	b.Write(s.text[at:to])
	return b.String()
}

// fit makes a text that stands for a range end on the line where the range ends.
func (s *source) fit(text string, from, to int) string {
	if want, have := bytes.Count(s.text[from:to], []byte("\n")), strings.Count(text, "\n"); want != have {
		return text + s.here(to)
	}
	return text
}

// here is a comment that says where in the file what follows it stands.
func (s *source) here(at int) string {
	p := s.tok.PositionFor(s.tok.Pos(at), false)
	return fmt.Sprintf("/*line :%d:%d*/", p.Line, p.Column)
}

// moved renders a node that comes to stand elsewhere.
func (s *source) moved(n ast.Node) string {
	text := s.node(n)
	if strings.Contains(text, "\n") {
		return s.here(s.offset(n.Pos())) + text
	}
	return text
}

// where is a place as reports have it: base name and line.
func (s *source) where(p token.Pos) string {
	return fmt.Sprintf("%s:%d", filepath.Base(s.path), s.tok.PositionFor(p, false).Line)
}

// full renders the whole file.
func (s *source) full() string {
	slices.SortStableFunc(s.pieces, func(a, b piece) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to // outer ones first
	})
	return s.render(0, len(s.text))
}

// typeOf is the type of an expression, its core type if it is a type parameter.
func (s *source) typeOf(e ast.Expr) types.Type {
	t := s.info.TypeOf(e)
	if t == nil {
		return types.Typ[types.Invalid]
	}
	return t
}

// channel is the channel type of an expression, and whether it is a type
// parameter's; nil if it is none.
func (s *source) channel(e ast.Expr) (c *types.Chan, param bool) {
	t := s.typeOf(e)
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		c, _ := coreType(p).(*types.Chan)
		return c, true
	}
	c, _ = t.Underlying().(*types.Chan)
	return c, false
}

// coreType is the type that all types of a type parameter have beneath, nil if
// they have none in common.
func coreType(p *types.TypeParam) types.Type {
	iface, ok := p.Constraint().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var core types.Type
	for i := range iface.NumEmbeddeds() {
		switch e := iface.EmbeddedType(i).(type) {
		case *types.Union:
			for j := range e.Len() {
				if core == nil {
					core = e.Term(j).Type().Underlying()
				}
			}
		default:
			if u := e.Underlying(); core == nil && !types.IsInterface(u) {
				core = u
			}
		}
	}
	return core
}

// isSlice reports whether a type is a slice, or a type parameter for slices of one type.
func isSlice(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if t = coreType(p); t == nil || manyTerms(p) {
			return false
		}
	}
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

// manyTerms reports whether the constraint of a type parameter is a choice of types.
func manyTerms(p *types.TypeParam) bool {
	iface, ok := p.Constraint().Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for i := range iface.NumEmbeddeds() {
		if u, ok := iface.EmbeddedType(i).(*types.Union); ok && u.Len() > 1 {
			return true
		}
	}
	return false
}

// builtin is the name of the builtin that an expression refers to, "" if none.
func (s *source) builtin(e ast.Expr) string {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return ""
	}
	if b, ok := s.info.Uses[id].(*types.Builtin); ok {
		return b.Name()
	}
	return ""
}

// function is the function or method that an expression refers to, nil if none.
func (s *source) function(e ast.Expr) *types.Func {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		f, _ := s.info.Uses[e].(*types.Func)
		return f
	case *ast.SelectorExpr:
		f, _ := s.info.Uses[e.Sel].(*types.Func)
		return f
	case *ast.IndexExpr:
		return s.function(e.X)
	case *ast.IndexListExpr:
		return s.function(e.X)
	}
	return nil
}

// decl finds a function without a receiver.
func (s *source) decl(name string) *ast.FuncDecl {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
			return f
		}
	}
	return nil
}
