package rewrite

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TestFunc is a test function.
type TestFunc struct{ Name, Position string }

// Left are the names of what go test runs besides test functions, and nobody explores:
// examples that say what they print, and fuzz targets.
type Left struct{ Examples, Fuzz []string }

func (l Left) and(m Left) Left {
	return Left{slices.Concat(l.Examples, m.Examples), slices.Concat(l.Fuzz, m.Fuzz)}
}

// printing is a comment that says what an example prints.
var printing = regexp.MustCompile(`(?i)^[[:space:]]*(unordered )?output:`)

// isExample reports whether a function is an example that go test runs: its last comment
// says what it prints.
func isExample(file *ast.File, f *ast.FuncDecl) bool {
	if f.Recv != nil || f.Body == nil || f.Type.TypeParams != nil || f.Type.Params.NumFields() != 0 || f.Type.Results.NumFields() != 0 || !isTest(f.Name.Name, "Example") {
		return false
	}
	var last *ast.CommentGroup
	for _, c := range file.Comments {
		if f.Body.Lbrace < c.Pos() && c.End() <= f.Body.Rbrace {
			last = c
		}
	}
	return last != nil && printing.MatchString(last.Text())
}

// isTest reports whether the go command takes a function for a test.
func isTest(name, kind string) bool {
	rest, ok := strings.CutPrefix(name, kind)
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(r)
}
