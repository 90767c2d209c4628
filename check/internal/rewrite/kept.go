package rewrite

import (
	"go/ast"
	"go/token"
)

// kept is, for a package, before which statements a call can stand that counts how often they
// are executed, and before which one does.
type kept struct {
	sources []*source
	within  map[ast.Node]*listed
}

// listed is a statement in a list.
type listed struct {
	source   *source
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
		for _, s := range k.sources {
			k.find(s)
		}
	}
	return k.within[n]
}

func (k *kept) find(s *source) {
	in := map[ast.Node]*listed{} // statements of lists
	var stack []*listed
	ast.Inspect(s.file, func(n ast.Node) bool {
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
				in[stmt] = &listed{source: s, from: stmt.Pos(), to: stmt.End(), after: after, first: i == 0}
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
func (k *kept) count(stmts []*listed) {
	for _, at := range stmts {
		if at.counted {
			continue
		}
		at.counted = true
		if text := at.source.rt("Kept()"); at.first {
			at.source.insert(at.after, text+";")
		} else {
			at.source.insert(at.after, "; "+text)
		}
	}
}
