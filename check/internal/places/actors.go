package places

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// actors names the goroutines, and says where each was started.
func (n *namer) actors() {
	t := n.t
	for i := range t.Actors {
		a := &t.Actors[i]
		switch {
		case a.Kind == "process": // of a suite, which has named it
			continue
		case i == 0:
			a.Name = n.first()
			t.Processes[i] = a.Name
			continue
		case a.Kind == "clock":
			t.Processes[i] = a.Name
			continue
		}
		up := &n.spawns[i]
		if a.Go != nil && len(up.frames) > 0 {
			g := n.shownStart(up)
			a.Go = n.start(up, g)
			a.Name = n.goroutine(i, up, g)
		} else {
			a.Name = n.outermost(i)
		}
		if t.Processes[i] = a.ID; a.Name != "" {
			t.Processes[i] = a.ID + " " + a.Name
		}
	}
}

// first is the name of the first process: that of a program or of a test.
func (n *namer) first() string {
	name := n.outermost(0)
	if name == "main" || name == "scenario" {
		return "main"
	}
	return "test"
}

// outermost is the function with which a process begins, "" if that is not known.
func (n *namer) outermost(process int) string {
	for _, i := range n.visits[process] {
		if s := &n.sites[i]; len(s.frames) > 0 {
			return n.function(&s.frames[len(s.frames)-1])
		}
	}
	return ""
}

// shownStart is the innermost frame that starts a goroutine in the user's module, or
// outside of the standard library if there is none.
func (n *namer) shownStart(up *stack) *frame {
	for k := range up.frames {
		if users(up.frames[k]) {
			return &up.frames[k]
		}
	}
	for k := range up.frames {
		if !up.frames[k].library {
			return &up.frames[k]
		}
	}
	return &up.frames[0]
}

// start says where a goroutine was started.
func (n *namer) start(up *stack, g *frame) *verdict.Start {
	s := &verdict.Start{Func: n.function(g), Position: n.short(g.path) + fmt.Sprintf(":%d", g.line)}
	if g.file != nil {
		s.Text = g.file.source(g.line)
	}
	if node := g.started(); node != nil {
		s.Position, s.Text = n.at(g.file, node.Pos()), g.file.label(node)
	}
	for k := range up.frames {
		if f := &up.frames[k]; !f.library {
			at := n.short(f.path) + fmt.Sprintf(":%d", f.line)
			s.Frames = append(s.Frames, verdict.Frame{Func: n.function(f), Position: at})
		}
	}
	return s
}

// goroutine is the name of a goroutine: the function that it was started with. If that
// is a literal, or in a variable, it is the one function that it does all its work in; or
// the first of several; or the variable, or where it was started.
func (n *namer) goroutine(process int, up *stack, g *frame) string {
	line := fmt.Sprintf("go :%d", g.line)
	if up.timer(g) {
		line = fmt.Sprintf("timer :%d", g.line)
	} else if node := g.started(); node != nil {
		line = fmt.Sprintf("go :%d", g.file.line(node.Pos()))
	}
	var fun ast.Expr
	switch x := g.started().(type) {
	case *ast.GoStmt:
		fun = x.Call.Fun
	case *ast.CallExpr:
		if len(x.Args) > 0 {
			fun = x.Args[len(x.Args)-1]
		}
	}
	var called *ast.Ident
	switch f := ast.Unparen(orNothing(fun)).(type) {
	case *ast.Ident:
		called = f
	case *ast.SelectorExpr:
		called = f.Sel
	}
	if called != nil {
		if _, variable := g.file.pkg.info.Uses[called].(*types.Var); !variable {
			return called.Name
		}
		line = called.Name
	}
	var all []string
	own := false
	for _, i := range n.visits[process] {
		s := &n.sites[i]
		if len(s.frames) == 0 {
			continue
		}
		k := len(s.frames) - 1
		for k >= 0 && isLiteral(s.frames[k].raw) {
			k--
		}
		for k >= 0 && s.frames[k].library {
			k--
		}
		if k < 0 {
			own = own || !s.housekeeping()
			continue
		}
		name := n.function(&s.frames[k])
		name = name[strings.LastIndexByte(name, '.')+1:]
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	switch {
	case own || len(all) == 0, len(all) > 1 && len(all[0]) > longestFirst:
		return line
	case len(all) > 1:
		return all[0] + "…"
	}
	return all[0]
}

// longestFirst is how long the name of the first of several functions may be that stands
// for them, in bytes.
const longestFirst = 20

// housekeeping reports whether the operation of a site only says that the goroutine is
// done, or lets time pass.
func (s *site) housekeeping() bool {
	name, _ := sought(s.callee)
	return name == "Done" || name == "Sleep" || name == "close" && s.call != nil && s.call.deferred
}

// orNothing is the expression, or one that is nothing in particular.
func orNothing(e ast.Expr) ast.Expr {
	if e == nil {
		return &ast.BadExpr{}
	}
	return e
}
