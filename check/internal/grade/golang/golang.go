// Package golang grades submissions in Go: it lays the student's files, the skeleton and
// the tests of the staff into a module of its own, and has package rewrite explore each
// test.
//
// Suites of package check in the tests become scenarios, one test each: see the package
// check below this one, which stands in for it.
package golang

import (
	"context"
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
)

// standIn is the source code of the package that stands in for package check.
//
//go:embed check/*.go
var standIn embed.FS

// Go is the language.
type Go struct{}

// course is an assignment that is ready for submissions.
type course struct {
	a       *assignment.Assignment
	module  string            // import path of what is handed in
	name    string            // of its package
	goMod   []byte            // go.mod of the staff
	given   map[string][]byte // files of the skeleton that are not handed in
	tests   map[string][]byte // test files, as they are built
	cases   []testCase
	exports *exports
}

// testCase is a test that is explored.
type testCase struct {
	name, property string
	suite          string // the test function with a suite, if it is a scenario of one
	scenario       int    // its number
	ops            []string
}

// Prepare implements [language.Language].
func (Go) Prepare(ctx context.Context, a *assignment.Assignment) (language.Course, error) {
	c := &course{a: a, given: map[string][]byte{}, tests: map[string][]byte{}, exports: newExports()}
	if err := c.readSkeleton(); err != nil {
		return nil, err
	}
	if err := c.readTests(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// mistake is a mistake in a file of the assignment.
func (c *course) mistake(file string, line int, remedy, text string) error {
	return &assignment.Error{File: filepath.Join(c.a.Dir, file), Line: line, Text: text, Remedy: remedy}
}

// readSkeleton reads what students begin with; what they hand in is not taken from it.
func (c *course) readSkeleton() error {
	dir := filepath.Join(c.a.Dir, c.a.Skeleton)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return c.mistake(c.a.Skeleton, 0, "make it, with a file for each that students hand in", "there is no folder with the skeleton")
	}
	taken := false
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return c.mistake(filepath.Join(c.a.Skeleton, name), 0, "let it be read", err.Error())
		}
		taken = taken || c.a.HandIn.Takes(name)
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.PackageClauseOnly)
		if err != nil {
			return c.mistake(filepath.Join(c.a.Skeleton, name), 1, "mend it", err.Error())
		}
		c.name = f.Name.Name
		if !c.a.HandIn.Takes(name) {
			c.given[name] = text
		}
	}
	if !taken {
		return c.mistake(c.a.Skeleton, 0, "add what students begin with under the name under which they hand it in", "it has none of the files that are handed in")
	}
	return nil
}

// moduleLine is the line of a go.mod with the path of the module.
var moduleLine = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)"?`)

// readModule finds the go.mod of the staff, or makes one for the import path that the
// tests have.
func (c *course) readModule(imported string) error {
	for _, name := range []string{filepath.Join(c.a.Tests, "go.mod"), filepath.Join(c.a.Tests, "go.mod.txt"), filepath.Join(c.a.Skeleton, "go.mod")} {
		text, err := os.ReadFile(filepath.Join(c.a.Dir, name))
		if err != nil {
			continue
		}
		m := moduleLine.FindSubmatch(text)
		if m == nil {
			return c.mistake(name, 1, "begin it with: module "+imported, "it names no module")
		}
		c.module, c.goMod = string(m[1]), text
		return nil
	}
	if imported == "" {
		return c.mistake(c.a.Tests, 0, "add a go.mod with the import path of what is handed in", "nothing says what the module is called")
	}
	c.module, c.goMod = imported, []byte("module "+imported+"\n\ngo 1.26\n")
	return nil
}

// ownImport is the first import path of files that is not of the standard library, and
// not package check.
func ownImport(files []*ast.File) string {
	for _, f := range files {
		for _, i := range f.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && path != realCheck {
				return path
			}
		}
	}
	return ""
}

// realCheck is the import path of package check in the tests of the staff.
const realCheck = "github.com/ipccheck/ipccheck/check"

// standInPath is that of what stands in for it.
func (c *course) standInPath() string { return c.module + "/internal/ipccheck/check" }

// property is the property for which a test is, by its name; "" if it is for none.
func (c *course) property(test string) string {
	word, _, ok := strings.Cut(strings.TrimPrefix(test, "Test"), "_")
	if p := c.a.Property(assignment.Key(word)); ok && p != nil {
		return p.Key()
	}
	return ""
}

// suiteProperty is the property that the scenarios of a suite are for: as the assignment
// says; or one that takes all faults and whose name or description has the word with
// which the name of the suite ends, as in TestSuiteLink.
func (c *course) suiteProperty(test string) string {
	if name, ok := c.a.Suites[test]; ok {
		return assignment.Key(name)
	}
	word := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(test, "Test"), "Suite"))
	for i := range c.a.Properties {
		p := &c.a.Properties[i]
		if word == "" || !p.Any() {
			continue
		}
		about := strings.FieldsFunc(strings.ToLower(p.Name+" "+p.What), func(r rune) bool { return r < 'a' || r > 'z' })
		if slices.Contains(about, word) || slices.Contains(about, word+"s") {
			return p.Key()
		}
	}
	return ""
}
