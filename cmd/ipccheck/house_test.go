package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/ipccheck/ipccheck/"

// directions says what each part of the tree may import of the project besides
// itself. A part is a folder and everything below it; the longest match counts.
var directions = map[string][]string{
	"model":                   {},
	"impl":                    {"model"},
	"check/verdict":           {"check/internal/embedded"},
	"check/internal/explain":  {"check/verdict"},
	"check/internal/picture":  {"check/verdict"},
	"check/internal/diagnose": {"check/verdict", "check/internal/picture", "check/internal/words"},
	"check/internal/page":     {"check/verdict", "check/internal/explain"},
	"check/internal/report":   {"check/verdict", "check/internal/diagnose", "check/internal/explain", "check/internal/junit", "check/internal/page", "check/internal/picture", "check/internal/words"},
	"check/internal/places":   {"check/verdict", "check/internal/picture"},
	"check/internal/golden":   {},
	"check/internal/registry": {},
	"check/internal/client":   {"model"},
	"check/internal/space":    {"check/internal/relay", "model", "check/verdict", "check/internal/words"},
	"check/linear":            {"model", "check/verdict", "check/record", "check/internal/workload", "check/internal/words"},
	"check/record":            {"model", "check/verdict"},
	"check/internal/logfile":  {"model", "check/verdict", "check/record", "check/internal/registry", "check/internal/words"},
	"check/internal/procs":    {"model", "check/verdict", "check/record"},
	"check/internal/workload": {"model", "check/record"},
	"check/internal/image":    {},
	"check/internal/prim":     {},
	"check/internal/exec":     {"check/internal/image", "check/internal/prim"},
	"check/internal/world":    {"check/internal/exec", "check/internal/image"},
	"check/internal/rt":       {"check/internal/world", "check/internal/exec", "check/internal/image", "check/internal/prim", "check/internal/spelling", "check/sched"},
	"check/internal/relay":    {},
	"check/internal/words":    {},
	"check/internal/spelling": {},
	"check/internal/junit":    {},
	"check/sched":             {"check/internal/embedded", "check/internal/exec", "check/internal/image", "check/internal/prim", "check/internal/world"},
	"check/internal/search":   {"check/internal/prim", "check/internal/spelling", "check/verdict"},
	"check/internal/embedded": {},
	"check/internal/oracle":   {"check/verdict"},
	"check/internal/rewrite":  {"check/internal/relay", "check/internal/oracle", "check/internal/words", "check/internal/world", "check/internal/embedded", "check/internal/exec", "check/internal/image", "check/internal/prim", "check/internal/rt", "check/internal/spelling", "check/sched", "check/internal/search", "check/verdict"},
	"check/internal/cprog":    {"model", "check/record", "check/linear", "check/internal/prim", "check/internal/search", "check/verdict", "check/internal/words"},
	"check/internal/contract": {"model", "check/record", "check/linear"},
	"check/internal/harness":  {"model", "check/record", "check/internal/contract", "check/internal/words"},
	"check/internal/judge":    {"model", "check/verdict", "check/record", "check/linear", "check/internal/contract", "check/internal/harness", "check/internal/words"},
	"check/internal/adapt":    {"model", "check/record", "check/internal/contract", "check/internal/harness", "check/internal/exec", "check/sched", "check/internal/words"},
	"check/internal/suite":    {"model", "check/verdict", "check/record", "check/linear", "check/sched", "check/internal/exec", "check/internal/prim", "check/internal/search", "check/internal/contract", "check/internal/harness", "check/internal/judge", "check/internal/words"},
	"check":                   {"check/internal/relay", "model", "check/verdict", "check/record", "check/sched", "check/internal/exec", "check/internal/adapt", "check/internal/contract", "check/internal/harness", "check/internal/suite", "check/internal/places", "check/internal/report", "check/internal/search", "check/internal/space", "check/internal/words"},
	"check/internal/stress":   {"model", "check/verdict", "check/record", "check/linear", "check/internal/procs", "check/internal/logfile", "impl"},
	"check/internal/cli":      {"check/internal/relay", "check/internal/grade/setup", "check/internal/grade/assignment", "check/internal/grade/cc", "check/internal/grade/class", "check/internal/grade/format", "check/internal/grade/golang", "check/internal/grade/language", "check/internal/grade/result", "check/internal/grade/sandbox", "check/internal/grade/submission", "model", "check/verdict", "check/linear", "check/record", "check/internal/client", "check/internal/diagnose", "check/internal/cprog", "check/internal/explain", "check/internal/logfile", "check/internal/page", "check/internal/picture", "check/internal/places", "check/internal/registry", "check/internal/report", "check/internal/rewrite", "check/internal/search", "check/internal/space", "check/internal/stress", "check/internal/words"},
	"check/command":           {"check/internal/cli", "check/internal/grade/sandbox", "check/internal/stress"},
	"check/internal/measure":  {"model", "check/verdict", "check/linear", "check/record", "check/internal/space", "check/internal/workload", "check/internal/rewrite", "check/internal/report", "check/command"},
	"cmd":                     {"check/command"},

	// The grader.
	"check/internal/grade/printed":    {"check/verdict"},
	"check/internal/grade/assignment": {"check/verdict", "check/internal/grade/printed", "check/internal/explain", "check/internal/words"},
	"check/internal/grade/submission": {"check/internal/grade/assignment", "check/internal/words"},
	"check/internal/grade/result":     {"check/verdict", "check/internal/spelling"},
	"check/internal/grade/language":   {"check/verdict", "check/internal/grade/assignment", "check/internal/grade/submission", "check/internal/grade/result"},
	"check/internal/grade/golang":     {"check/verdict", "check/internal/diagnose", "check/internal/places", "check/internal/rewrite", "check/internal/words", "check/internal/grade/assignment", "check/internal/grade/submission", "check/internal/grade/result", "check/internal/grade/language"},
	"check/internal/grade/cc":         {"check/verdict", "check/internal/explain", "check/internal/words", "check/internal/grade/printed", "check/internal/cprog", "check/internal/search", "check/internal/grade/assignment", "check/internal/grade/submission", "check/internal/grade/result", "check/internal/grade/language"},
	"check/internal/grade/sandbox":    {},
	"check/internal/grade/score":      {"check/verdict", "check/internal/explain", "check/internal/report", "check/internal/words", "check/internal/grade/assignment", "check/internal/grade/result", "check/internal/grade/language"},
	"check/internal/grade/class":      {"check/internal/relay", "check/internal/words", "check/internal/grade/assignment", "check/internal/grade/submission", "check/internal/grade/result", "check/internal/grade/language", "check/internal/grade/score"},
	"check/internal/grade/setup":      {"check/internal/words", "check/internal/grade/assignment", "check/internal/grade/format"},
	"check/internal/grade/format":     {"check/verdict", "check/internal/junit", "check/internal/registry", "check/internal/report", "check/internal/words", "check/internal/grade/result"},
}

// thirdParty says who may import which module from elsewhere.
var thirdParty = map[string][]string{
	"github.com/anishathalye/porcupine": {"check/linear", "check/internal/measure"},
	"pgregory.net/rapid":                {"check/internal/suite"},
	"github.com/stretchr/testify":       {"check/internal/golden"},
	"golang.org/x/sys":                  {"impl", "check/record", "check/internal/cli", "check/internal/cprog", "check/internal/procs", "check/internal/stress"},
}

type pkg struct {
	ImportPath, Dir           string
	Imports                   []string
	TestGoFiles, XTestGoFiles []string
	TestImports, XTestImports []string
}

func goList(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,Imports,TestGoFiles,XTestGoFiles,TestImports,XTestImports"}, args...)...)
	out, err := cmd.Output()
	require.NoError(t, err)
	var pkgs []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		require.NoError(t, err)
		pkgs = append(pkgs, p)
	}
}

// part is the part of the tree that a folder belongs to.
func part(folder string) string {
	best := ""
	for p := range directions {
		if under(folder, p) && len(p) > len(best) {
			best = p
		}
	}
	return best
}

func under(folder, p string) bool { return folder == p || strings.HasPrefix(folder, p+"/") }

func TestImportsRunOneWay(t *testing.T) {
	pkgs := goList(t, module+"...")
	require.NotEmpty(t, pkgs)
	for _, p := range pkgs {
		folder := strings.TrimPrefix(p.ImportPath, module)
		home := part(folder)
		require.NotEmpty(t, home, "%s belongs to no part of the tree", folder)
		for _, imp := range p.Imports {
			assert.Empty(t, wrong(home, imp), "%s imports %s", folder, imp)
		}
	}
}

// wrong says why a part must not import a package.
func wrong(home, imp string) string {
	if folder, ok := strings.CutPrefix(imp, module); ok {
		if to := part(folder); to != home && !slices.Contains(directions[home], to) {
			return home + " must not import " + to
		}
		return ""
	}
	first, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(first, ".") {
		return "" // the standard library
	}
	for mod, who := range thirdParty {
		if under(imp, mod) && slices.Contains(who, home) {
			return ""
		}
	}
	return home + " must not import " + imp
}

func TestWrongImportsAreSeen(t *testing.T) {
	assert.NotEmpty(t, wrong("model", module+"check/verdict"))
	assert.NotEmpty(t, wrong("check/internal/space", module+"check"))
	assert.NotEmpty(t, wrong("check", module+"impl/faulty"))
	assert.NotEmpty(t, wrong("cmd", "pgregory.net/rapid"))
	assert.NotEmpty(t, wrong("model", "golang.org/x/sys/unix"))
	assert.Empty(t, wrong("check/internal/cli", module+"model/algo"))
	assert.Empty(t, wrong("model", "encoding/json"))
}

// A failure of rapid leaves no file in the checkout. The flag is set before the
// command line is read, so -rapid.nofailfile=false keeps one.
func TestCheckoutCarriesNoFilesOfFailures(t *testing.T) {
	seen := 0
	for _, p := range goList(t, module+"...") {
		if !slices.Contains(slices.Concat(p.TestImports, p.XTestImports), "pgregory.net/rapid") {
			continue
		}
		seen++
		sets := func(file string) bool {
			src, err := os.ReadFile(filepath.Join(p.Dir, file))
			require.NoError(t, err)
			return strings.Contains(string(src), `flag.Set("rapid.nofailfile", "true")`)
		}
		assert.True(t, slices.ContainsFunc(slices.Concat(p.TestGoFiles, p.XTestGoFiles), sets),
			"the tests of %s use rapid: set rapid.nofailfile there, as model/rapid_test.go does", p.ImportPath)
	}
	require.NotZero(t, seen)
}

// The libraries of the test suites are not part of the command.
func TestCommandCarriesNoTestLibrary(t *testing.T) {
	for _, p := range goList(t, "-deps", module+"cmd/ipccheck") {
		for _, lib := range []string{"pgregory.net/rapid", "github.com/stretchr/testify", "github.com/santhosh-tekuri/jsonschema", module + "check/internal/golden", module + "impl/faulty", module + "impl/catalog", "testing"} {
			assert.False(t, under(p.ImportPath, lib), "the command depends on %s", p.ImportPath)
		}
	}
}
