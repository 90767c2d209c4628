package rewrite

import "go/ast"

// apart keeps a function from being made part of another one that calls it, which it would not be as
// it was written: what it does with its results would be left out where nobody uses them, and with
// that a data race.
func (s *source) apart(of *ast.FuncType, body *ast.BlockStmt) {
	if body == nil || of.Results == nil || len(of.Results.List) == 0 || of.Results.List[0].Names == nil {
		return
	}
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.GoStmt, *ast.SelectStmt:
			found = true
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	if found {
		s.insert(body.Lbrace+1, "if "+s.rt("Never")+" { go "+s.rt("Nothing()")+" };")
	}
}
