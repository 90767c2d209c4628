package explain

import (
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl/faulty"
)

// declared are the constants of a source file, with what they are set to.
func declared(t *testing.T, file string) map[string]ast.Expr {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	out := map[string]ast.Expr{}
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for i, v := range spec.Values {
				out[spec.Names[i].Name] = v
			}
		}
		return true
	})
	require.NotEmpty(t, out)
	return out
}

// The codes are read out of the source of package model, so that a new one cannot
// be forgotten here; package verdict has the same under the same names.
func TestEveryCodeIsExplained(t *testing.T) {
	codes, again := declared(t, "../../../model/code.go"), declared(t, "../../verdict/code.go")
	assert.Len(t, again, len(codes))
	for name, v := range codes {
		s, err := strconv.Unquote(v.(*ast.BasicLit).Value)
		require.NoError(t, err)
		if assert.Contains(t, again, name) {
			assert.Equal(t, v.(*ast.BasicLit).Value, again[name].(*ast.BasicLit).Value)
		}
		c := verdict.Code(s)
		f, ok := Lookup(c)
		if assert.True(t, ok, "%s has no folder", c) {
			assert.Equal(t, c, f.Code)
		}
	}
	assert.Len(t, All(), len(codes), "a folder explains a code that does not exist")
}

// Prose is printed as it is, examples are indented by 4.
func TestTextsFit80Columns(t *testing.T) {
	fits := func(f Fault, text string, width int) {
		for line := range strings.Lines(text) {
			line = strings.ReplaceAll(strings.TrimRight(line, "\n"), "\t", "    ")
			assert.LessOrEqual(t, len(line), width, "%s: %s", f.Code, line)
		}
	}
	for _, f := range All() {
		fits(f, f.Meaning, 80)
		fits(f, f.Mend, 80)
		fits(f, f.Wrong, 76)
		fits(f, f.Right, 76)
		assert.True(t, strings.HasSuffix(f.Summary, "."), "%s: the summary is a sentence", f.Code)
	}
	fits(Fault{Code: "time"}, Time, 80)
}

func TestExamplesCompileAndDiffer(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs on one thread: the race detector has nothing to see")
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "source", nil)
	for _, f := range All() {
		assert.NotEqual(t, f.Wrong, f.Right, f.Code)
		for name, src := range map[string]string{"wrong": f.Wrong, "right": f.Right} {
			formatted, err := format.Source([]byte(src))
			require.NoError(t, err, "%s %s", f.Code, name)
			assert.Equal(t, string(formatted), src, "%s %s is not formatted", f.Code, name)
			file, err := parser.ParseFile(fset, string(f.Code)+"/"+name, src, 0)
			require.NoError(t, err)
			_, err = (&types.Config{Importer: imports}).Check("example", fset, []*ast.File{file}, nil)
			assert.NoError(t, err)
		}
	}
}

// Models are said to report the codes that the sources of models name, and suites
// at least those of the seeded bugs, which they must catch.
func TestReported(t *testing.T) {
	models, suites := map[string]bool{}, map[verdict.Code]bool{}
	for _, dir := range []string{"../../../model/algo", "../client"} {
		files, err := filepath.Glob(dir + "/*.go")
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			for name, v := range declared(t, "../../../model/code.go") {
				if regexp.MustCompile(`\bmodel\.` + name + `\b`).Match(src) {
					models[v.(*ast.BasicLit).Value] = true
				}
			}
		}
	}
	for _, v := range faulty.All() {
		suites[verdict.Code(v.Code)] = true
	}
	var nobody []verdict.Code
	for _, f := range All() {
		assert.Equal(t, models[strconv.Quote(string(f.Code))], slices.Contains(f.Reported, "models"), "%s: by models", f.Code)
		if suites[f.Code] {
			assert.Contains(t, f.Reported, "suites", f.Code)
		}
		if f.See != "" {
			assert.Contains(t, f.Reported, "models", f.Code)
		}
		if len(f.Reported) == 0 {
			nobody = append(nobody, f.Code)
		}
	}
	assert.Equal(t, []verdict.Code{verdict.Starvation, verdict.OverSynchronised}, nobody)
}

func TestFind(t *testing.T) {
	for query, want := range map[string]string{
		"IPC004":            "IPC004",
		"ipc4":              "IPC004",
		"4":                 "IPC004",
		"017":               "IPC017",
		" deadlock ":        "IPC001",
		"Lost-Item":         "IPC002",
		"lost_wakeup":       "IPC007",
		"lost":              "IPC002 IPC007",
		"item":              "IPC002 IPC003 IPC004 IPC005",
		"race":              "IPC010",
		"dead":              "IPC001",
		"over-synchronised": "IPC015",
		"panic":             "IPC011",
		"not":               "IPC013",
		"":                  "",
		" - ":               "",
		"0":                 "",
		"18":                "IPC018",
		"999":               "",
		"99999999999999":    "",
		"ipc":               "",
		"zzz":               "",
	} {
		var got []string
		for _, f := range Find(query) {
			got = append(got, string(f.Code))
		}
		assert.Equal(t, want, strings.Join(got, " "), "query %q", query)
	}
}

func TestBadFoldersAreRefused(t *testing.T) {
	good := "# IPC001 deadlock\n\nShort.\n\n## Meaning\n\nx\n\n## Mend\n\ny\n"
	for text, want := range map[string]string{
		"IPC001 deadlock\n":                              "the first line is",
		"# IPC001\n":                                     "the first line is",
		strings.Replace(good, "Mend", "Cure", 1):         `section "Cure"`,
		strings.Replace(good, "\n## Mend\n\ny\n", "", 1): "are needed",
		strings.Replace(good, "IPC001", "IPC002", 1):     "expected the folder's name",
		strings.Replace(good, "Short.\n", "", 1):         "are needed",
	} {
		_, err := read(folder(text))
		assert.ErrorContains(t, err, want)
	}
	fs, err := read(folder(good))
	require.NoError(t, err)
	assert.Equal(t, []Fault{{Code: "IPC001", Title: "deadlock", Summary: "Short.", Meaning: "x\n", Mend: "y\n", Wrong: "w", Right: "r"}}, fs)
	_, err = read(fstest.MapFS{"IPC001/fault.md": {Data: []byte(good)}})
	assert.ErrorContains(t, err, "wrong.go.txt")
}

func folder(text string) fstest.MapFS {
	return fstest.MapFS{
		"IPC001/fault.md":     {Data: []byte(text)},
		"IPC001/wrong.go.txt": {Data: []byte("w")},
		"IPC001/right.go.txt": {Data: []byte("r")},
	}
}
