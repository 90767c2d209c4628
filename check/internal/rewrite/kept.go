package rewrite

import (
	"go/ast"
	"go/token"
)

// kept is, for a package, before which statements a call can stand that counts how often they
// are executed, and before which one does.
type kept struct {
	files  []*ast.File
	within map[ast.Node]*listed
}

// listed is a statement in a list.
type listed struct {
	file     *ast.File
	from, to token.Pos
	after    token.Pos // what stands before it ends there
	first    bool      // of its list
	counted  bool
}

// statement is the innermost statement of a list that a node is part of, and not of another
// list in it; nil if there is none.
func (k *kept) statement(n ast.Node) *listed {
	if k.within == nil {
		k.within = map[ast.Node]*listed{}
		for _, f := range k.files {
			k.find(f)
		}
	}
	return k.within[n]
}

func (k *kept) find(f *ast.File) {
	in := map[ast.Node]*listed{} // statements of lists
	var stack []*listed
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		var at *listed
		if len(stack) > 0 {
			at = stack[len(stack)-1]
		}
		lists := func(after token.Pos, list []ast.Stmt) {
			for i, stmt := range list {
				if _, labelled := stmt.(*ast.LabeledStmt); labelled { // what stands before it may be jumped over
					after = stmt.End()
					continue
				}
				in[stmt] = &listed{file: f, from: stmt.Pos(), to: stmt.End(), after: after, first: i == 0}
				after = stmt.End()
			}
		}
		switch n := n.(type) {
		case *ast.BlockStmt:
			if !clauses(n.List) {
				lists(n.Lbrace+1, n.List)
			}
		case *ast.CaseClause:
			lists(n.Colon+1, n.Body)
		case *ast.CommClause:
			lists(n.Colon+1, n.Body)
		}
		if l := in[n]; l != nil {
			at = l
		}
		k.within[n] = at
		stack = append(stack, at)
		return true
	})
}

// clauses reports whether a list is that of a switch or select.
func clauses(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch list[0].(type) {
	case *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}
