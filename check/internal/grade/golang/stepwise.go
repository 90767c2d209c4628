package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// stepwise are the files of a submission with an operation before each statement that
// the engine orders: so memory that is used without synchronisation is used in every
// order of the statements. Lines stay as they are.
func (l *look) stepwise(files map[string][]byte) (map[string][]byte, error) {
	out := maps.Clone(files)
	for name, text := range files {
		if path.Ext(name) != ".go" {
			continue
		}
		changed, err := l.withSteps(name, text)
		if err != nil {
			return nil, err
		}
		out[name] = changed
	}
	return out, nil
}

func (l *look) withSteps(name string, text []byte) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var at []int // offsets of statements
	list := func(stmts []ast.Stmt) {
		for _, s := range stmts {
			switch s := s.(type) {
			case *ast.AssignStmt, *ast.IncDecStmt, *ast.ExprStmt, *ast.IfStmt, *ast.ReturnStmt, *ast.SendStmt:
				at = append(at, fset.Position(s.Pos()).Offset)
			}
		}
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BlockStmt:
				list(n.List)
			case *ast.CaseClause:
				list(n.Body)
			case *ast.CommClause:
				list(n.Body)
			}
			return true
		})
	}
	slices.Sort(at)
	var b strings.Builder
	after := fset.Position(f.Name.End()).Offset
	b.Write(text[:after])
	if len(at) > 0 {
		b.WriteString("; import ipccheckStep " + strconv.Quote(l.standInPath()))
	}
	for _, offset := range at {
		b.Write(text[after:offset])
		b.WriteString(marker)
		after = offset
	}
	b.Write(text[after:])
	return []byte(b.String()), nil
}
