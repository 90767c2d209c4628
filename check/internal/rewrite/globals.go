package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// Every execution begins in the state in which the first one begins. Package image
// sees to it; it is told of the package variables.

// globals adds to the files of a package what names its variables, and those of the
// standard library that it assigns to.
func globals(sources []*source, standard func(path string) bool) {
	if len(sources) == 0 || sources[0].checker() {
		return
	}
	linked := map[string]bool{}
	for _, s := range sources {
		for _, group := range s.file.Comments {
			for _, c := range group.List {
				if f := strings.Fields(c.Text); len(f) > 1 && f[0] == "//go:linkname" {
					linked[f[1]] = true
				}
			}
		}
	}
	for _, s := range sources {
		var names, pointers []string
		for _, d := range s.file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR {
				continue
			}
			for _, spec := range decl.Specs {
				if !s.pkg.Standard {
					s.heaped(spec.(*ast.ValueSpec).Values)
				}
				for _, id := range spec.(*ast.ValueSpec).Names {
					if id.Name != "_" && !linked[id.Name] {
						name := id.Name
						if !s.pkg.Standard { // else it is not watched
							name += " " + s.where(id.Pos())
						}
						names = append(names, strconv.Quote(name))
						pointers = append(pointers, "&"+id.Name)
					}
				}
			}
		}
		s.vars(s.types.Path(), names, pointers)
		if !s.pkg.Standard {
			s.vars(s.assigned(standard))
		}
	}
}

// heaped has what is made for an unsafe.Pointer lie in the heap.
func (s *source) heaped(values []ast.Expr) {
	for _, v := range values {
		ast.Inspect(v, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				if !s.info.Types[n.Fun].IsType() || len(n.Args) != 1 || types.TypeString(s.typeOf(n).Underlying(), nil) != "unsafe.Pointer" {
					return true
				}
				if u, ok := ast.Unparen(n.Args[0]).(*ast.UnaryExpr); ok && u.Op == token.AND {
					if _, ok := ast.Unparen(u.X).(*ast.CompositeLit); ok {
						s.insert(u.Pos(), s.rt("Heap("))
						s.insert(u.End(), ")")
					}
				}
			}
			return true
		})
	}
}

// vars adds what names variables of a package, "" for the standard library.
func (s *source) vars(pkg string, names, pointers []string) {
	if len(names) == 0 {
		return
	}
	s.uses["image"] = true
	fmt.Fprintf(&s.tail, "func init() { %simage.Vars(%q, %simage.Names{%s}, %s) };", rt, pkg, rt, strings.Join(names, ", "), strings.Join(pointers, ", "))
}

// assigned are the variables of the standard library that the file changes without
// calling anybody: it assigns to them, or to a part of what they hold, or takes their
// address. What its functions change is in the list of package image.
func (s *source) assigned(standard func(path string) bool) (pkg string, names, pointers []string) {
	changed := func(e ast.Expr) {
		id, text := s.variable(e)
		v, ok := s.info.Uses[id].(*types.Var)
		if !ok || v.IsField() || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() || v.Pkg() == s.types {
			return
		}
		path := v.Pkg().Path()
		if name := strconv.Quote(path + "." + v.Name()); standard(path) && dropIns[path] == "" && !slices.Contains(names, name) {
			names = append(names, name)
			pointers = append(pointers, "&"+text)
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				changed(e)
			}
		case *ast.IncDecStmt:
			changed(n.X)
		case *ast.RangeStmt:
			changed(n.Key)
			changed(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				changed(n.X)
			}
		case *ast.CallExpr:
			if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && len(n.Args) > 0 {
				if b, ok := s.info.Uses[id].(*types.Builtin); ok && (b.Name() == "delete" || b.Name() == "clear" || b.Name() == "copy") {
					changed(n.Args[0])
				}
			}
		}
		return true
	})
	return "", names, pointers
}

// variable is the variable in which, or behind which, that lies what an expression
// stands for, and how the file names it.
func (s *source) variable(e ast.Expr) (id *ast.Ident, text string) {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x, x.Name
		case *ast.SelectorExpr:
			if p, ok := x.X.(*ast.Ident); ok {
				if _, ok := s.info.Uses[p].(*types.PkgName); ok {
					return x.Sel, p.Name + "." + x.Sel.Name
				}
			}
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.TypeAssertExpr:
			e = x.X
		default:
			return nil, ""
		}
	}
}
