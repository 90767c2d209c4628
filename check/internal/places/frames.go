package places

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// frame is a call on a stack.
type frame struct {
	raw     string // the function, as the compiler has named it
	path    string
	line    int
	file    *file    // nil: there is no source
	fn      ast.Node // the *ast.FuncDecl or *ast.FuncLit that is under way; nil: it is not known
	library bool     // of the standard library
	module  bool     // of a module that the user's depends on
}

// users reports whether a frame is of the user's own module.
func users(f frame) bool { return !f.library && !f.module }

// adapts reports whether a frame is of package check, which makes operations of the functions
// of an object.
func adapts(f frame) bool {
	return f.file != nil && f.file.pkg.path == "github.com/ipccheck/ipccheck/check" && !strings.HasSuffix(f.path, "_test.go")
}

// stack is where an operation was called.
type stack struct {
	callee string  // the function of the library that the innermost has called
	frames []frame // innermost first
}

// stack finds the sources of calls, as the child has them: the first frame has no
// position, and is the function that is called.
func (s *Sources) stack(raw []verdict.Frame) (st stack) {
	for _, f := range raw {
		if f.Position == "" {
			st.callee = f.Func
			continue
		}
		path, line := split(f.Position)
		g := frame{raw: f.Func, path: path, line: line, file: s.file(path), library: strings.HasPrefix(path, standard), module: strings.Contains(path, modules)}
		if adapts(g) && slices.ContainsFunc(st.frames, users) {
			break // what calls the user's object is none of the user's
		}
		st.frames = append(st.frames, g)
	}
	taken := map[ast.Node]bool{}
	for i := range st.frames {
		g := &st.frames[i]
		if g.file != nil {
			callee := st.callee
			if i > 0 {
				callee = st.frames[i-1].raw
			}
			g.findFunction(callee, taken)
			if lit, ok := g.fn.(*ast.FuncLit); ok {
				taken[lit] = true
			}
		}
	}
	return st
}

// literal is the end of the name of a function literal.
var literal = regexp.MustCompile(`\.(func|gowrap|deferwrap)?\d+$`)

func isLiteral(name string) bool { return literal.MatchString(generic.ReplaceAllString(name, "")) }

// generic are the type arguments of a function in its name.
var generic = regexp.MustCompile(`\[[^\]]*\]`)

// findFunction finds what is under way in a frame that calls the callee: the function
// declared there; or a literal, if it is one, the innermost that is not taken by a call
// inside it. On the first and the last line of a literal it may be the one around it that
// calls.
func (g *frame) findFunction(callee string, taken map[ast.Node]bool) {
	decl, lits := g.file.functions(g.line)
	if !isLiteral(g.raw) {
		g.fn = decl
		return
	}
	lits = slices.DeleteFunc(lits, func(l *ast.FuncLit) bool { return taken[l] })
	for i := len(lits) - 1; i >= 0; i-- {
		g.fn = lits[i]
		edge := g.line == g.file.line(lits[i].Pos()) || g.line == g.file.line(lits[i].End())
		if !edge || g.find(callee, 0) != nil {
			return
		}
	}
	if len(lits) > 0 {
		g.fn = lits[len(lits)-1]
	}
}

// functions are the function declared at a line, and the literals there, the outermost
// first.
func (f *file) functions(line int) (decl ast.Node, lits []*ast.FuncLit) {
	covers := func(n ast.Node) bool { return f.line(n.Pos()) <= line && line <= f.line(n.End()) }
	for _, d := range f.ast.Decls {
		if !covers(d) {
			continue
		}
		if d, ok := d.(*ast.FuncDecl); ok {
			decl = d
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if l, ok := n.(*ast.FuncLit); ok && covers(l) {
				lits = append(lits, l)
			}
			return true
		})
	}
	return decl, lits
}

// cleaned is the name of a function as the compiler has it, without what has been
// added to it, type arguments and the stars of receivers.
func cleaned(name string) string {
	name = generic.ReplaceAllString(name, "")
	name = strings.NewReplacer(".ipccheckTest", ".Test", ".ipccheckmain", ".main", "(*", "", ")", "", "-fm", "").Replace(name)
	return name
}

// nameOf is the name of a function of the file: that of a literal says the function
// that it is in, and which it is there.
func (f *file) nameOf(fn ast.Node) string {
	if d, ok := fn.(*ast.FuncDecl); ok {
		if r := receiver(d); r != "" {
			return r + "." + d.Name.Name
		}
		return d.Name.Name
	}
	for _, d := range f.ast.Decls {
		if d.Pos() <= fn.Pos() && fn.End() <= d.End() {
			name := "init"
			if d, ok := d.(*ast.FuncDecl); ok {
				name = f.nameOf(d)
			}
			return literalName(d, name+".func", fn)
		}
	}
	return ""
}

// literalName is the name of a literal in a node whose literals have the prefix.
func literalName(in ast.Node, prefix string, fn ast.Node) (name string) {
	k := 0
	ast.Inspect(in, func(n ast.Node) bool {
		l, ok := n.(*ast.FuncLit)
		if !ok || n == in || name != "" {
			return name == ""
		}
		k++
		switch own := prefix + strconv.Itoa(k); {
		case l == fn:
			name = own
		case l.Pos() <= fn.Pos() && fn.End() <= l.End():
			name = literalName(l, own+".", fn)
		}
		return false
	})
	return name
}

// receiver is the name of the type that a method is of, "" if it is none.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	return typeName(d.Recv.List[0].Type)
}

// typeName is the name in a type expression.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.ParenExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// body is that of a function.
func body(fn ast.Node) *ast.BlockStmt {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return fn.Body
	case *ast.FuncLit:
		return fn.Body
	}
	return nil
}

// parameter says which parameter of the function a variable is: -1 the receiver; false
// if it is none.
func (f *file) parameter(fn ast.Node, v types.Object) (i int, ok bool) {
	var list *ast.FieldList
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		if fn.Recv != nil {
			for _, r := range fn.Recv.List {
				for _, id := range r.Names {
					if f.pkg.info.Defs[id] == v {
						return -1, true
					}
				}
			}
		}
		list = fn.Type.Params
	case *ast.FuncLit:
		list = fn.Type.Params
	}
	if list == nil {
		return 0, false
	}
	for _, p := range list.List {
		if len(p.Names) == 0 {
			i++
		}
		for _, id := range p.Names {
			if f.pkg.info.Defs[id] == v {
				return i, true
			}
			i++
		}
	}
	return 0, false
}
