package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// paused is the text of a file of tests as a file of the program that runs them: a
// pause before each statement, package main, and the T that the program has. It
// returns the names of the test functions, too.
func paused(name, text string) (out string, tests []string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		return "", nil, err
	}
	type edit struct {
		at   int
		drop int // bytes
		text string
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	edits := []edit{{offset(file.Name.Pos()), len(file.Name.Name), "main"}}
	for _, imp := range file.Imports {
		if imp.Path.Value == `"testing"` {
			edits = append(edits, edit{offset(imp.Path.Pos()), len(imp.Path.Value), `"native/testing"`})
		}
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") && f.Name.Name != "TestMain" {
			tests = append(tests, f.Name.Name)
		}
	}
	places := 0
	before := func(list []ast.Stmt) {
		for _, s := range list {
			switch s.(type) {
			case *ast.CaseClause, *ast.CommClause, *ast.EmptyStmt:
				continue
			}
			places++
			edits = append(edits, edit{offset(s.Pos()), 0, fmt.Sprintf("testing.Pause(%d); ", places)})
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			before(n.List)
		case *ast.CaseClause:
			before(n.Body)
		case *ast.CommClause:
			before(n.Body)
		}
		return true
	})
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at - b.at })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.at] + e.text)
		at = e.at + e.drop
	}
	return b.String() + text[at:], tests, nil
}
