package rewrite

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/embedded"
	ipcrt "github.com/ipccheck/ipccheck/check/internal/rt"
)

// dropIns are the import paths of what stands in for packages of the standard
// library, and for functions, which have the same name in package rt.
var dropIns = func() map[string]string {
	out := map[string]string{}
	for path, dir := range embedded.StandIns(embedded.Of("sched")) {
		out[path] = "ipccheck/sched/" + dir
	}
	for path, dir := range embedded.StandIns(ipcrt.Files) {
		out[path] = "ipccheck/rt/" + dir
	}
	return out
}()

// pipes are what the pipes in memory of the standard library become, and another
// thing of the same package that a file may refer to in their stead.
var pipes = map[string]struct{ name, instead string }{
	"io.Pipe": {"Pipe", "EOF"}, "io.PipeReader": {"PipeReader", "EOF"}, "io.PipeWriter": {"PipeWriter", "EOF"},
	"net.Pipe": {"NetPipe", "ErrClosed"},
}

// instances are type arguments of functions that have a stand-in: a reference to one
// keeps the import in use.
var instances = map[string]string{
	"runtime.AddCleanup": "[int, int]", "maps.Keys": "[map[int]int]", "maps.Values": "[map[int]int]", "maps.All": "[map[int]int]",
}

// own is the import path below which this project's packages lie.
const own = "github.com/ipccheck/ipccheck/check/"

// prepare notes what is to be edited.
func (s *source) prepare(tests bool) {
	if s.checker() {
		// The checker itself is not checked; but it meets the same runtime.
		if path := s.pkg.path(); !meets(path) && !strings.HasPrefix(path, own+"internal/rewrite") {
			s.imports(func(path string) string {
				if meets(path) {
					return virtual(path)
				}
				return path
			})
		}
		return
	}
	s.imports(func(path string) string {
		if to, ok := dropIns[path]; ok {
			return to
		}
		if meets(path) {
			return virtual(path)
		}
		return path
	})
	s.statements()
	s.linkedBodies()
	s.references()
	if tests && strings.HasSuffix(s.path, "_test.go") {
		s.tests()
	}
}

// meets reports whether a package is one of those in which the code under test and
// what explores it meet: there must be only one of each in a program.
func meets(path string) bool {
	rest, ok := strings.CutPrefix(path, own)
	first, _, _ := strings.Cut(strings.TrimPrefix(rest, "internal/"), "/")
	return ok && (first == "sched" || first == "exec" || first == "prim" || first == "rt")
}

// checker reports whether the file is part of ipccheck's own packages that check.
func (s *source) checker() bool {
	path := s.pkg.path() + "/"
	return strings.HasPrefix(path, own) && s.pkg.ForTest == "" && !strings.HasPrefix(path, own+"internal/rewrite/testdata")
}

// virtual is the import path that a package of the runtime has in what is built.
// It has no "internal" in it: what is rewritten may import it.
func virtual(path string) string {
	return "ipccheck/" + strings.TrimPrefix(strings.TrimPrefix(path, own), "internal/")
}

// imports edits import paths.
func (s *source) imports(to func(path string) string) {
	for _, i := range s.file.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		if n := to(path); n != path {
			s.replace(i.Path.Pos(), i.Path.End(), func() string { return strconv.Quote(n) })
		}
	}
}

// finish renders the file, with the imports that its edits need.
func (s *source) finish() []byte {
	if len(s.pieces) == 0 && s.tail.Len() == 0 {
		return nil
	}
	at := s.file.Name.End()
	s.replace(at, at, func() string {
		text := ""
		if s.uses[rt] {
			text += "; import " + rt + " \"ipccheck/rt\""
		}
		if s.uses["pipe"] {
			text += "; import " + rt + "pipe \"ipccheck/rt/pipe\""
		}
		if s.uses["sync"] {
			text += "; import " + rt + "sync \"sync\""
		}
		if s.uses["image"] {
			text += "; import " + rt + "image \"ipccheck/image\""
		}
		if s.uses["child"] {
			text += "; import " + rt + "child \"ipccheck/rewrite/child\""
			if s.uses["testing"] {
				text += "; import " + rt + "testing \"testing\""
			}
		}
		return text
	})
	out := s.full()
	if s.tail.Len() > 0 {
		if !strings.HasSuffix(out, "\n") {
			out += "\n"
		}
		out += strings.TrimSuffix(s.tail.String(), "\n") + "\n"
	}
	if s.ancient && s.uses[rt] {
		out = newer(out, s.path)
	}
	return []byte(out)
}

var constraint = regexp.MustCompile(`(?m)^//go:build (.*)$`)

// newer makes a file one of a language that has generics, and in which the
// variables of a loop are still shared by its turns.
func newer(text, path string) string {
	head, _, _ := strings.Cut(text, "\npackage ")
	if m := constraint.FindStringSubmatchIndex(head); m != nil {
		return text[:m[2]] + "(" + text[m[2]:m[3]] + ") && go1.21" + text[m[3]:]
	}
	return "//go:build go1.21\n\n//line " + path + ":1\n" + text
}

// references edits references to functions that behave otherwise under control,
// or that are not controlled.
func (s *source) references() {
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			pkg := ""
			if x, ok := n.X.(*ast.Ident); ok {
				pkg = x.Name + "."
			}
			s.reference(n, n.Sel, pkg)
			ast.Inspect(n.X, visit)
			return false
		case *ast.Ident:
			if f, ok := s.info.Uses[n].(*types.Func); ok && f.Pkg() == s.types {
				if what := s.stranger(f); what != "" {
					s.reach(n, n, s.where(n.Pos())+": "+what)
				}
			} else if o := s.info.Uses[n]; o != nil && o.Pkg() != s.types {
				s.reference(n, n, "")
			}
		}
		return true
	}
	ast.Inspect(s.file, visit)
}

// reference edits a reference e to what the identifier id of it means. pkg is how
// the file names the package, with a dot, if it imports it by a name.
func (s *source) reference(e ast.Expr, id *ast.Ident, pkg string) {
	used := s.info.Uses[id]
	if used == nil || used.Pkg() == nil {
		return
	}
	instead := func(text func() string, uses, left string) {
		s.uses[uses] = true
		s.replace(e.Pos(), e.End(), text)
		fmt.Fprintf(&s.tail, "var _ = %s%s;", pkg, left)
	}
	if used.Parent() == used.Pkg().Scope() {
		full := used.Pkg().Path() + "." + used.Name()
		to, ok := pipes[full]
		switch {
		case s.pkg.Standard && full == "sync.Pool":
			// The standard library keeps in pools what is as good as new: whoever gets
			// it does not depend on who has put it there.
			s.uses["sync"] = true
			s.replace(e.Pos(), e.End(), func() string { return rt + "sync.Pool" })
			fmt.Fprintf(&s.tail, "var _ %sLocker;", pkg)
			return
		case ok:
			instead(func() string { return rt + "pipe." + to.name }, "pipe", to.instead)
			return
		case full == "time.Local":
			instead(func() string { return "(*" + s.rt("Local())") }, rt, "UTC")
			return
		case dropIns[full] != "":
			left := used.Name()
			if f, ok := used.(*types.Func); ok && f.Signature().TypeParams().Len() > 0 {
				left += instances[full]
			}
			instead(func() string { return s.rt(used.Name()) }, rt, left)
			return
		}
	}
	f, ok := used.(*types.Func)
	if !ok {
		return
	}
	if what := s.stranger(f); what != "" {
		s.reach(e, id, s.where(id.Pos())+": "+what)
	} else if s.foreign[f.Pkg().Path()] && f.Signature().TypeParams().Len() == 0 {
		s.reach(e, id, s.where(id.Pos())+": "+f.Pkg().Path()+"."+f.Name()+", which uses cgo")
	}
}

// reach has the reference e, of which id is the last part, noted when the program
// gets there.
func (s *source) reach(e ast.Expr, id *ast.Ident, what string) {
	s.uses[rt] = true
	s.replace(e.Pos(), e.End(), func() string {
		inner := ""
		if sel, ok := e.(*ast.SelectorExpr); ok {
			inner = string(s.text[s.offset(sel.Pos()):s.offset(sel.X.End())])
			if strings.Contains(inner, "\n") || len(s.inside(sel.X)) > 0 {
				inner = s.moved(sel.X)
			}
			inner += "."
		}
		return s.rt("Reach(") + inner + id.Name + ", " + strconv.Quote(what) + ")"
	})
}

// inside are the pieces inside a node.
func (s *source) inside(n ast.Node) (out []piece) {
	for _, p := range s.pieces {
		if p.from >= s.offset(n.Pos()) && p.to <= s.offset(n.End()) {
			out = append(out, p)
		}
	}
	return out
}

// tests edits the test functions of a file: package testing calls a new one,
// which explores the old one. Fuzz targets and benchmarks stay as they are, and
// fuzz targets are not called.
func (s *source) tests() {
	rename := map[types.Object]string{}
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && isExample(s.file, f) {
			s.left.Examples = append(s.left.Examples, f.Name.Name)
		}
		if !ok || f.Recv != nil || f.Type.TypeParams != nil || f.Type.Params.NumFields() != 1 || f.Type.Results.NumFields() != 0 {
			continue
		}
		kind := ""
		switch types.TypeString(s.typeOf(f.Type.Params.List[0].Type), nil) {
		case "*testing.M":
			if at := s.behindTests(f); at.IsValid() && f.Name.Name == "TestMain" {
				s.uses["child"] = true
				fmt.Fprintf(&s.tail, "func init() { %schild.Behind = %q };", rt, s.where(at))
			}
			continue
		case "*testing.T":
			kind = "Test"
		case "*testing.F":
			kind = "Fuzz"
		default:
			continue
		}
		name := f.Name.Name
		if !isTest(name, kind) {
			continue
		}
		other := s.free(renamed + name)
		rename[s.info.Defs[f.Name]] = other
		if kind == "Fuzz" {
			s.left.Fuzz = append(s.left.Fuzz, name)
		} else {
			s.uses["child"], s.uses["testing"] = true, true
			s.found = append(s.found, TestFunc{name, s.where(f.Pos())})
			fmt.Fprintf(&s.tail, "func %s(t *%stesting.T) { %schild.Test(t, %q, %q, %s) }; func init() { %schild.Register(%q, %s) };", name, rt, rt, name, s.where(f.Pos()), other, rt, name, other)
		}
	}
	if len(rename) == 0 {
		return
	}
	for id, o := range s.info.Defs {
		if to, ok := rename[o]; ok && s.owns(id) {
			s.replace(id.Pos(), id.End(), func() string { return to })
		}
	}
	s.renamed = rename
}

// free is a name that the package does not have, the one that is asked for if it can be.
func (s *source) free(name string) string {
	for s.types.Scope().Lookup(name) != nil {
		name += "_"
	}
	return name
}

// rerefer edits references to functions that have been renamed.
func (s *source) rerefer(rename map[types.Object]string) {
	for id, o := range s.info.Uses {
		if to, ok := rename[o]; ok && s.owns(id) {
			s.replace(id.Pos(), id.End(), func() string { return to })
		}
	}
}

// owns reports whether a node is one of this file.
func (s *source) owns(n ast.Node) bool {
	return s.tok.Base() <= int(n.Pos()) && int(n.Pos()) <= s.tok.Base()+s.tok.Size()
}

// program edits the files of a program: a new main function explores the function
// scenario() error, or else the old main. It reports where that is, "" if there is
// neither.
func program(sources []*source, rename map[types.Object]string) (where string) {
	var found *ast.FuncDecl
	var in *source
	for _, s := range sources {
		f := s.decl("scenario")
		if f != nil && f.Type.Params.NumFields() == 0 && f.Type.Results.NumFields() == 1 && types.TypeString(s.typeOf(f.Type.Results.List[0].Type), nil) == "error" {
			found, in = f, s
		}
	}
	for _, s := range sources {
		if s.pkg.Name != "main" {
			s.replace(s.file.Name.Pos(), s.file.Name.End(), func() string { return "main" })
		}
		if f := s.decl("main"); f != nil {
			other := s.free(renamed + "main")
			rename[s.info.Defs[f.Name]] = other
			s.replace(f.Name.Pos(), f.Name.End(), func() string { return other })
			if found == nil {
				found, in = f, s
			}
		}
	}
	if found == nil {
		return ""
	}
	f, call := "Scenario", "scenario"
	if found.Name.Name == "main" {
		f, call = "Main", in.free(renamed+"main")
	}
	in.uses["child"] = true
	where = in.where(found.Pos())
	in.found = append(in.found, TestFunc{found.Name.Name, where})
	fmt.Fprintf(&in.tail, "func main() { %schild.%s(%q, %q, %s) };", rt, f, found.Name.Name, where, call)
	return where
}
