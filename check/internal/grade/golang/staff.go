package golang

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/golang/check"
)

// readTests reads the tests of the staff, and checks them against the skeleton: what is
// wrong there is no fault of a submission.
func (c *course) readTests(ctx context.Context) error {
	dir := filepath.Join(c.a.Dir, c.a.Tests)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return c.mistake(c.a.Tests, 0, "make it, with tests named after the properties, such as TestItems_Two", "there is no folder with tests")
	}
	fset := token.NewFileSet()
	var files []*ast.File
	var names []string
	texts := map[string][]byte{}
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		place := filepath.Join(c.a.Tests, e.Name())
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return c.mistake(place, 0, "let it be read", err.Error())
		}
		f, err := parser.ParseFile(fset, e.Name(), text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return c.mistake(place, 0, "mend it", err.Error())
		}
		if f.Name.Name != c.name+"_test" {
			return c.mistake(place, fset.Position(f.Name.Pos()).Line, "let it be in package "+c.name+"_test: what students have inside is theirs", "it is in package "+f.Name.Name)
		}
		files, names, texts[e.Name()] = append(files, f), append(names, e.Name()), text
	}
	if len(files) == 0 {
		return c.mistake(c.a.Tests, 0, "add tests named after the properties, such as TestItems_Two", "there are no tests in it")
	}
	if err := c.readModule(ownImport(files)); err != nil {
		return err
	}
	for i, name := range names {
		c.tests[name] = c.redirected(fset, files[i], texts[name])
	}
	s, err := c.checkStaff(ctx, fset, files)
	if err != nil {
		return err
	}
	if c.hasNeighbours() {
		if with := c.withNeighbours(ctx, fset, s, names, texts); with != nil {
			s = with
		}
	}
	s.cases(c)
	if len(c.cases) == 0 {
		return c.mistake(c.a.Tests, 0, "name them after the properties, such as TestItems_Two", "there are no test functions in it")
	}
	return nil
}

// hasNeighbours reports whether there may be objects beside the one that a suite tries.
func (c *course) hasNeighbours() bool { return c.a.Neighbours == nil || *c.a.Neighbours }

// withNeighbours has the suites of the tests give objects beside the one under test. It
// returns nil, and changes nothing, if none of them does, or not so that it builds.
func (c *course) withNeighbours(ctx context.Context, fset *token.FileSet, s *staff, names []string, texts map[string][]byte) *staff {
	changed := maps.Clone(c.tests)
	var files []*ast.File
	found := false
	for i, name := range names {
		all := s.neighbours(fset, s.files[i], texts[name])
		found = found || len(all) > 0
		text := inserted(texts[name], all)
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		changed[name] = c.redirected(fset, f, text)
		files = append(files, f)
	}
	if !found {
		return nil
	}
	with, err := c.checkStaff(ctx, fset, files)
	if err != nil {
		return nil
	}
	c.tests = changed
	return with
}

// redirected is a test file that imports what stands in for package check. The lines
// stay as they are.
func (c *course) redirected(fset *token.FileSet, f *ast.File, text []byte) []byte {
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err != nil || path != realCheck {
			continue
		}
		from, to := fset.Position(i.Path.Pos()).Offset, fset.Position(i.Path.End()).Offset
		i.Path.Value = strconv.Quote(c.standInPath())
		return slices.Concat(text[:from], []byte(i.Path.Value), text[to:])
	}
	return text
}

// staff is what is known of the tests of the staff.
type staff struct {
	info    *types.Info
	graded  *types.Package // the skeleton
	standIn *types.Package
	files   []*ast.File
	calls   map[types.Object]*uses // of functions
}

// uses are what a function uses: functions of the tests, and of others by name.
type uses struct {
	tests  []types.Object
	ops    []string // of what is graded
	suite  bool
	beside []string // which objects beside the one under test
	// common: a function of what is graded is neither a method nor makes an object, so that
	// there may be but one.
	common bool
}

// checkStaff checks the types of the tests against the skeleton.
func (c *course) checkStaff(ctx context.Context, fset *token.FileSet, files []*ast.File) (*staff, error) {
	skeleton, err := c.parseSkeleton(fset)
	if err != nil {
		return nil, err
	}
	stand, err := parseStandIn(fset)
	if err != nil {
		return nil, err
	}
	if err := c.exports.need(ctx, append(usualPackages(), importsOf(c.module, skeleton, stand, files)...)); err != nil {
		return nil, err
	}
	besides := map[string]*types.Package{}
	known := c.exports.importer(fset, besides)
	s := &staff{files: files, info: &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}, calls: map[types.Object]*uses{}}
	if s.standIn, err = c.types(fset, c.standInPath(), stand, known, nil); err != nil {
		return nil, err
	}
	if s.graded, err = c.types(fset, c.module, skeleton, known, nil); err != nil {
		return nil, c.mistakeOf(c.a.Skeleton, err)
	}
	besides[c.standInPath()], besides[c.module] = s.standIn, s.graded
	if _, err = c.types(fset, c.module+"_test", files, known, s.info); err != nil {
		return nil, c.mistakeOf(c.a.Tests, err)
	}
	return s, nil
}

// mistakeOf is a mistake that the compiler finds in a folder of the assignment.
func (c *course) mistakeOf(folder string, err error) error {
	place, line := folder, 0
	if e, ok := err.(types.Error); ok {
		p := e.Fset.Position(e.Pos)
		return c.mistake(filepath.Join(place, p.Filename), p.Line, "mend it: the skeleton must build with the tests", e.Msg)
	}
	return c.mistake(place, line, "mend it: the skeleton must build with the tests", err.Error())
}

// types checks the types of a package. The first error is a [types.Error].
func (c *course) types(fset *token.FileSet, path string, files []*ast.File, known types.Importer, info *types.Info) (*types.Package, error) {
	conf := types.Config{Importer: known}
	return conf.Check(path, fset, files, info)
}

func (c *course) parseSkeleton(fset *token.FileSet) (files []*ast.File, err error) {
	dir := filepath.Join(c.a.Dir, c.a.Skeleton)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, c.mistake(filepath.Join(c.a.Skeleton, name), 0, "let it be read", err.Error())
		}
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, c.mistake(filepath.Join(c.a.Skeleton, name), 0, "mend it", err.Error())
		}
		files = append(files, f)
	}
	return files, nil
}

func parseStandIn(fset *token.FileSet) (files []*ast.File, err error) {
	sources, err := standInFiles()
	if err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(sources) {
		f, err := parser.ParseFile(fset, name, sources[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// standInFiles are the files of what stands in for package check.
func standInFiles() (map[string][]byte, error) {
	entries, err := standIn.ReadDir("check")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if files[e.Name()], err = standIn.ReadFile("check/" + e.Name()); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// importsOf are the packages of the standard library that files import.
func importsOf(module string, groups ...[]*ast.File) (paths []string) {
	for _, files := range groups {
		for _, f := range files {
			for _, i := range f.Imports {
				path, err := strconv.Unquote(i.Path.Value)
				if first, _, _ := strings.Cut(path, "/"); err == nil && path != module && !strings.Contains(first, ".") {
					paths = append(paths, path)
				}
			}
		}
	}
	return paths
}

// cases are the tests that are explored: those of the staff, and a scenario each for
// those that have suites.
func (s *staff) cases(c *course) {
	var tests []types.Object
	for _, f := range s.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			o := s.info.Defs[fn.Name]
			s.calls[o] = s.usesOf(fn)
			if fn.Recv == nil && isTest(fn) {
				tests = append(tests, o)
			}
		}
	}
	for _, o := range tests {
		u := s.all(o)
		if !u.suite {
			c.cases = append(c.cases, testCase{name: o.Name(), property: c.property(o.Name()), ops: u.ops})
			continue
		}
		if !u.common && c.hasNeighbours() {
			u.beside = append(u.beside, check.Another)
		}
		for i, sc := range check.Scenarios {
			if n := sc.Neighbour(); n != "" && !slices.Contains(u.beside, n) {
				continue
			}
			name := fmt.Sprintf("Test%s_scenario%d", strings.TrimPrefix(o.Name(), "Test"), i+1)
			c.cases = append(c.cases, testCase{name: name, property: c.suiteProperty(o.Name()), suite: o.Name(), scenario: i, ops: sc.Ops()})
		}
	}
}

func isTest(fn *ast.FuncDecl) bool {
	rest, ok := strings.CutPrefix(fn.Name.Name, "Test")
	return ok && rest != "Main" && (rest == "" || rest[0] < 'a' || rest[0] > 'z') && fn.Type.Params.NumFields() == 1 && fn.Type.TypeParams == nil
}

// usesOf is what a function uses itself.
func (s *staff) usesOf(fn *ast.FuncDecl) *uses {
	u := &uses{}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			u.beside = append(u.beside, s.neighbourOf(call)...)
		}
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		o := s.info.Uses[id]
		switch {
		case o == nil || o.Pkg() == nil:
		case o.Pkg() == s.graded:
			f, ok := o.(*types.Func)
			if !ok {
				return true
			}
			u.common = u.common || !s.ofObject(f)
			if !slices.Contains(u.ops, o.Name()) {
				u.ops = append(u.ops, o.Name())
			}
		case o.Pkg() == s.standIn:
			u.suite = u.suite || o.Name() == "Buffer" || o.Name() == "Rendezvous"
		default:
			if f, ok := o.(*types.Func); ok && o.Pkg().Path() == s.graded.Path()+"_test" {
				u.tests = append(u.tests, f)
			}
		}
		return true
	})
	return u
}

// ofObject reports whether a function of what is graded is a method, or makes an object that
// has some.
func (s *staff) ofObject(f *types.Func) bool {
	of := f.Signature()
	if of.Recv() != nil {
		return true
	}
	if of.Results().Len() == 0 {
		return false
	}
	made := of.Results().At(0).Type()
	if p, ok := made.(*types.Pointer); ok {
		made = p.Elem()
	}
	named, ok := made.(*types.Named)
	return ok && named.Obj().Pkg() == s.graded
}

// all is what a function uses, and the functions of the tests that it calls.
func (s *staff) all(o types.Object) *uses {
	sum, seen := &uses{}, map[types.Object]bool{}
	var visit func(o types.Object)
	visit = func(o types.Object) {
		u := s.calls[o]
		if u == nil || seen[o] {
			return
		}
		seen[o] = true
		for _, op := range u.ops {
			if !slices.Contains(sum.ops, op) {
				sum.ops = append(sum.ops, op)
			}
		}
		sum.suite, sum.common, sum.beside = sum.suite || u.suite, sum.common || u.common, append(sum.beside, u.beside...)
		for _, t := range u.tests {
			visit(t)
		}
	}
	visit(o)
	slices.Sort(sum.ops)
	return sum
}
