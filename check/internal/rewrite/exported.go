package rewrite

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"hash"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/relay"
)

// What a package imports is known from export data, for which the go command compiles all that
// is imported. Compiled with the race detector as well, for its types alone, the first run on a
// machine would take half as long again: the export data of a build without are mostly there.

func exporting(flags []string) []string { return append(slices.Clone(flags), "-export") }

// listDetecting lists packages as they are built with the race detector. The export data are
// those of a build without, if they say the same.
func listDetecting(ctx context.Context, dir string, tests bool, flags, patterns []string) ([]*Package, error) {
	var plain []*Package
	var failed error
	var both relay.Group
	both.Go(func() { plain, failed = list(ctx, dir, tests, exporting(flags), patterns) })
	detecting := append(slices.Clone(flags), "-race")
	pkgs, err := list(ctx, dir, tests, detecting, patterns)
	both.Wait()
	if err != nil {
		return nil, err
	}
	if failed != nil || !exportsOf(pkgs, plain) {
		return list(ctx, dir, tests, exporting(detecting), patterns)
	}
	return pkgs, nil
}

// exportsOf gives packages the export data, and the errors of the compiler, of those of a build
// without the race detector. It reports false if one might offer something else there: those of
// the standard library do not.
func exportsOf(pkgs, plain []*Package) bool {
	without := map[string]*Package{}
	for _, p := range plain {
		without[p.ImportPath] = p
	}
	for _, p := range pkgs {
		q := without[p.ImportPath]
		switch {
		case q != nil && (p.Standard || p.offersWhat(q)):
			p.Export, p.Error, p.DepsErrors, p.plainFiles = q.Export, q.Error, q.DepsErrors, slices.Concat(q.GoFiles, q.SFiles)
		case !p.Standard:
			return false
		}
	}
	return true
}

// built writes what tells one build of a package from others of the same path: the export data,
// whose name is that of their content, and the files that are not among those they were made of.
func (p *Package) built(h hash.Hash) {
	fmt.Fprintln(h, p.Export)
	if p.Standard || p.plainFiles == nil {
		return
	}
	for _, path := range p.paths(apart(slices.Concat(p.GoFiles, p.SFiles), p.plainFiles)) {
		text, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %d %v\n%s", path, len(text), err, text)
	}
}

// offersWhat reports whether a package declares what another build of it does, for those who
// import it. What follows from declarations that are not exported, such as the size of an array,
// might differ all the same, and the package then does not build rewritten.
func (p *Package) offersWhat(q *Package) bool {
	if !slices.Equal(p.CgoFiles, q.CgoFiles) || !slices.Equal(p.EmbedFiles, q.EmbedFiles) {
		return false
	}
	if q.Error != nil && !slices.Equal(p.GoFiles, q.GoFiles) {
		return false // it may be what has no files without the race detector
	}
	mine, err := declares(p.paths(apart(p.GoFiles, q.GoFiles)))
	if err != nil {
		return false
	}
	its, err := declares(q.paths(apart(q.GoFiles, p.GoFiles)))
	return err == nil && maps.Equal(mine, its)
}

// apart are the files that are not among some.
func apart(files, some []string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(f string) bool { return slices.Contains(some, f) })
}

// declares is what files declare for those who import them, as it is written. Of constants that
// are true or false it counts only that they are.
func declares(paths []string) (map[string]string, error) {
	out := map[string]string{}
	for _, path := range paths {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		text := func(n any) string {
			var b strings.Builder
			if err := printer.Fprint(&b, fset, n); err != nil {
				return err.Error()
			}
			return b.String()
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				of := ""
				if d.Recv != nil {
					of = text(d.Recv.List[0].Type)
				}
				if d.Name.IsExported() {
					out[of+"."+d.Name.Name] = text(d.Type)
				}
			case *ast.GenDecl:
				for i, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() {
							out[s.Name.Name] = text(s)
						}
					case *ast.ValueSpec:
						for _, n := range s.Names {
							if !n.IsExported() {
								continue
							}
							out[n.Name] = fmt.Sprint(d.Tok, i, len(d.Specs), eitherWay.ReplaceAllString(text(s), "= true or false"))
						}
					}
				}
			}
		}
	}
	return out, nil
}

// eitherWay is the end of what declares one constant that is true or false.
var eitherWay = regexp.MustCompile(`= (true|false)$`)

// withDetector has the functions that package runtime has with the race detector only.
type withDetector struct{ types.Importer }

func (i withDetector) Import(path string) (*types.Package, error) {
	p, err := i.Importer.Import(path)
	if err != nil || path != "runtime" || p.Scope().Lookup("RaceEnable") != nil {
		return p, err
	}
	pointer, number := types.Typ[types.UnsafePointer], types.Typ[types.Int]
	declare := func(name string, result types.Type, params ...types.Type) {
		tuple := func(ts ...types.Type) *types.Tuple {
			var vars []*types.Var
			for _, t := range ts {
				vars = append(vars, types.NewParam(token.NoPos, p, "", t))
			}
			return types.NewTuple(vars...)
		}
		results := tuple()
		if result != nil {
			results = tuple(result)
		}
		p.Scope().Insert(types.NewFunc(token.NoPos, p, name, types.NewSignatureType(nil, nil, nil, tuple(params...), results, false)))
	}
	for _, name := range []string{"RaceRead", "RaceWrite", "RaceAcquire", "RaceRelease", "RaceReleaseMerge"} {
		declare(name, nil, pointer)
	}
	for _, name := range []string{"RaceReadRange", "RaceWriteRange"} {
		declare(name, nil, pointer, number)
	}
	declare("RaceErrors", number)
	declare("RaceDisable", nil)
	declare("RaceEnable", nil)
	return p, nil
}
