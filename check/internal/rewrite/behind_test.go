package rewrite

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What TestMain does after the tests is told from what it does before them, and what may
// have to do with what they leave behind from what has not. The comment marks the place.
func TestBehind(t *testing.T) {
	imports := importer.Default()
	if _, err := imports.Import("testing"); err != nil {
		imports = importer.ForCompiler(token.NewFileSet(), "source", nil)
	}
	for _, body := range []string{
		`func TestMain(m *testing.M) { os.Exit(m.Run()) }`,
		`func TestMain(m *testing.M) { wg.Add(1); go wg.Wait(); code := m.Run(); os.RemoveAll(dir); if code != 0 { fmt.Println(dir) }; os.Exit(code) }`,
		`func TestMain(m *testing.M) { defer os.RemoveAll(dir); m.Run() }`,
		`func TestMain(m *testing.M) { n = 1; if m.Run() > 0 { return } }`,
		`func TestMain(m *testing.M) { os.Exit(run(m)) }; func run(m *testing.M) int { mu.Lock(); mu.Unlock(); return m.Run() }`,
		`func TestMain(_ *testing.M) { wg.Wait() }`,
		`func TestMain(m *testing.M) { wg.Wait() }`,
		`func TestMain(m *testing.M) { code := m.Run(); if code == 0 && len(strings.Fields(dir)) == 0 { panic("empty") } }`,

		`func TestMain(m *testing.M) { m.Run(); /**/wg.Wait() }`,
		`func TestMain(m *testing.M) { defer /**/wg.Wait(); os.Exit(m.Run()) }`,
		`func TestMain(m *testing.M) { code := m.Run(); /**/if code == 0 && n != 0 { code = 1 }; os.Exit(code) }`,
		`func TestMain(m *testing.M) { code := m.Run(); /**/if runtime.NumGoroutine() > 1 { code = 1 }; os.Exit(code) }`,
		`func TestMain(m *testing.M) { os.Exit(/**/run(m)) }; func run(m *testing.M) int { defer mu.Unlock(); return m.Run() }`,
		`func TestMain(m *testing.M) { os.Exit(/**/run(0, m)) }; func run(_ int, m *testing.M) (code int) { code = m.Run(); <-c; return code }`,
		`func TestMain(m *testing.M) { /**/run(m, 0) }; func run(m *testing.M, depth int) { if depth < 3 { run(m, depth+1) } else { m.Run(); c <- 1 } }`,
		`func TestMain(m *testing.M) { /**/verify(m) }; var verify = func(m *testing.M) { m.Run() }`,
		`func TestMain(m *testing.M) { m.Run(); /**/func() { defer wg.Wait() }() }`,
		`func TestMain(m *testing.M) { m.Run(); /**/for range c { } }`,
		`func TestMain(m *testing.M) { m.Run(); /**/close(c) }`,
		`func TestMain(m *testing.M) { m.Run(); /**/stop() }; func stop() {}`,
	} {
		text := `package p; import ("fmt"; "os"; "runtime"; "strings"; "sync"; "testing"); var (wg sync.WaitGroup; mu sync.Mutex; c chan int; dir string; n int; _ = fmt.Sprint; _ = os.Exit; _ = runtime.GC; _ = strings.Fields); ` + body
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p_test.go", text, parser.ParseComments)
		require.NoError(t, err, body)
		info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
		_, err = (&types.Config{Importer: imports}).Check("p", fset, []*ast.File{file}, info)
		require.NoError(t, err, body)
		s := &source{info: info, decls: map[*types.Func]*ast.FuncDecl{}}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				s.decls[info.Defs[f.Name].(*types.Func)] = f
			}
		}
		want := 0
		if len(file.Comments) > 0 {
			want = int(file.Comments[0].Pos())
		}
		for fn, f := range s.decls {
			if fn.Name() == "TestMain" {
				at := int(s.behindTests(f))
				if want == 0 {
					assert.Zero(t, at, body)
				} else {
					assert.InDelta(t, want, at, 12, body) // near the comment, on the statement
				}
			}
		}
	}
}
