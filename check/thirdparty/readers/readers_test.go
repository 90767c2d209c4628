package readers

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/command"
)

// output is what the command has written about the module in testdata.
type output struct {
	dir, events               string
	sarif, junit, codeQuality string
}

var written output

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "readers")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		written = output{
			dir: dir, events: filepath.Join(dir, "events.json"),
			sarif: filepath.Join(dir, "out.sarif"), junit: filepath.Join(dir, "out.xml"), codeQuality: filepath.Join(dir, "out.quality"),
		}
		if err := written.write(); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// write runs ipccheck test on the module in testdata: one test passes, one is skipped, one
// fails with subtests that do, one fails after thousands of steps, one is inconclusive,
// and a package does not build.
func (o output) write() error {
	events, err := os.Create(o.events)
	if err != nil {
		return err
	}
	args := []string{"test", "-C", "testdata", "-race=false", "-budget", "50", "-json", "-sarif", o.sarif, "-junit", o.junit, "-codequality", o.codeQuality, "./..."}
	if code := command.Run(context.Background(), args, nil, events, os.Stderr, nil); code != 2 { // a package does not build
		return fmt.Errorf("the command ends with exit code %d", code)
	}
	return events.Close()
}

// tool runs a tool of this module, and returns its output and its exit code.
func tool(t *testing.T, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"tool"}, args...)...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

type suites struct {
	Suites []struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Cases    []struct {
			Class   string    `xml:"classname,attr"`
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

// become is what became of each test in a file of JUnit XML.
func become(t *testing.T, file string) map[string]string {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var all suites
	require.NoError(t, xml.Unmarshal(b, &all))
	got := map[string]string{}
	for _, s := range all.Suites {
		for _, c := range s.Cases {
			answer := "pass"
			switch {
			case c.Failure != nil:
				answer = "fail"
			case c.Error != nil:
				answer = "error"
			case c.Skipped != nil:
				answer = "skip"
			}
			got[c.Class+" "+c.Name] = answer
		}
	}
	return got
}

// gotestsum reads the events in each of its formats, and its JUnit XML has every test:
// the inconclusive one as a failure.
func TestGotestsum(t *testing.T) {
	for _, format := range []string{"testname", "dots", "standard-verbose", "github-actions", "testdox"} {
		junit := filepath.Join(t.TempDir(), "junit.xml")
		out, code := tool(t, "gotestsum", "--format", format, "--junitfile", junit, "--raw-command", "--", "cat", written.events)
		assert.Contains(t, out, "DONE 9 tests, 2 skipped, 6 failures, 1 error", format)
		assert.NotContains(t, out, "goroutine 1 [running]", format)
		assert.Zero(t, code, "the exit code is that of cat")
		assert.Equal(t, map[string]string{
			"example.com/conformance TestPass":        "pass",
			"example.com/conformance TestSkip":        "skip",
			"example.com/conformance TestSub":         "fail",
			"example.com/conformance TestSub/good":    "pass",
			"example.com/conformance TestSub/skipped": "skip",
			"example.com/conformance TestSub/bad":     "fail",
			"example.com/conformance TestSub/bad/in":  "fail",
			"example.com/conformance TestLong":        "fail",
			"example.com/conformance TestUndecided":   "fail",
			" TestMain":                               "fail", // of the package that does not build
		}, become(t, junit), format)
	}
}

// tparse reads the events, and counts the inconclusive test as a failure.
func TestTparse(t *testing.T) {
	out, code := tool(t, "tparse", "-all", "-nocolor", "-file", written.events)
	assert.Equal(t, 1, code)
	assert.Regexp(t, `FAIL +│ +[0-9.]+s +│ example.com/conformance +│ +-- +│ +2 +│ +5 +│ +2 `, out)
	assert.Regexp(t, `FAIL +│ +[0-9.]+s +│ example.com/conformance/broken `, out)
	assert.Contains(t, out, "INCONCLUSIVE: TestUndecided")
	assert.NotRegexp(t, `│ +│ +[0-9.]+s +│ +│`, out, "a package without name and answer")
}

// The command's own JUnit XML says the same, and inconclusive is an error there. It has
// nothing that the schema of Jenkins, junit-10.xsd, does not.
func TestJUnit(t *testing.T) {
	assert.Equal(t, map[string]string{
		"example.com/conformance TestPass":         "pass",
		"example.com/conformance TestSkip":         "skip",
		"example.com/conformance TestSub":          "fail",
		"example.com/conformance TestSub/good":     "pass",
		"example.com/conformance TestSub/skipped":  "skip",
		"example.com/conformance TestSub/bad":      "fail",
		"example.com/conformance TestSub/bad/in":   "fail",
		"example.com/conformance TestLong":         "fail",
		"example.com/conformance TestUndecided":    "error",
		"example.com/conformance/broken [package]": "error",
	}, become(t, written.junit))
	b, err := os.ReadFile(written.junit)
	require.NoError(t, err)
	assert.Empty(t, wrongInJUnit(string(b)))
	assert.Regexp(t, `conformance_test.go:\d+:? `, string(b))
	assert.NotEmpty(t, wrongInJUnit(`<testsuites><testsuite name="x" tests="1" failures="0" errors="0" time="1"><testcase class="x"/></testsuite></testsuites>`))
	assert.NotEmpty(t, wrongInJUnit(`<testsuites><testsuite name="x" tests="1" failures="0" errors="0" time="1s"/></testsuites>`))
	assert.NotEmpty(t, wrongInJUnit(`<testsuites><testcase name="x"/></testsuites>`))
}

// element is what the schema lets an element have.
type element struct {
	within     []string
	attributes []string
	required   []string
}

// elements are those of junit-10.xsd of Jenkins' xunit plugin, as far as they are written.
var elements = map[string]element{
	"testsuites": {within: []string{""}, attributes: []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite": {
		within:     []string{"testsuites", "testsuite"},
		attributes: []string{"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		required:   []string{"name", "tests", "failures", "errors"},
	},
	"testcase":   {within: []string{"testsuite"}, attributes: []string{"name", "time", "classname", "group"}, required: []string{"name"}},
	"failure":    {within: []string{"testcase"}, attributes: []string{"type", "message"}},
	"error":      {within: []string{"testcase"}, attributes: []string{"type", "message"}},
	"skipped":    {within: []string{"testcase"}, attributes: []string{"type", "message"}},
	"system-out": {within: []string{"testcase", "testsuite"}},
}

var junitTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

// wrongInJUnit says what the schema does not allow.
func wrongInJUnit(text string) (wrong []string) {
	path := []string{""}
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if token == nil {
			if err.Error() != "EOF" {
				wrong = append(wrong, err.Error())
			}
			return wrong
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			rule, ok := elements[name]
			if !ok || !slices.Contains(rule.within, path[len(path)-1]) {
				wrong = append(wrong, name+" in "+path[len(path)-1])
			}
			required := slices.Clone(rule.required)
			for _, a := range e.Attr {
				if !slices.Contains(rule.attributes, a.Name.Local) || a.Name.Local == "time" && name != "testcase" && !junitTime.MatchString(a.Value) {
					wrong = append(wrong, name+" with "+a.Name.Local+"="+a.Value)
				}
				required = slices.DeleteFunc(required, func(r string) bool { return r == a.Name.Local })
			}
			for _, r := range required {
				wrong = append(wrong, name+" without "+r)
			}
			path = append(path, name)
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}

// The schema of SARIF 2.1.0, which go-sarif carries, holds for what the command writes:
// of these tests, and in the golden files of package report.
func TestSARIF(t *testing.T) {
	b, err := os.ReadFile(written.sarif)
	require.NoError(t, err)
	texts := map[string]string{"the command": string(b)}
	goldens, err := filepath.Glob(filepath.Join("..", "..", "internal", "report", "testdata", "*.golden"))
	require.NoError(t, err)
	for _, file := range goldens {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		if _, text, ok := strings.Cut(string(b), "==== sarif\n"); ok {
			text, _, _ = strings.Cut(text, "\n==== ")
			texts[file] = text
		}
	}
	assert.Greater(t, len(texts), 1)
	schema := sarifSchema(t)
	valid := func(text string) error {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
		return schema.Validate(v)
	}
	for name, text := range texts {
		assert.NoError(t, valid(text), name)
	}
	assert.Error(t, valid(`{"version":"2.1.0","runs":[{"tool":{"driver":{}}}]}`))
	assert.Error(t, valid(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","nick":"y"}}}]}`))
	assert.LessOrEqual(t, strings.Count(texts["the command"], `"executionOrder"`), 3*900)
	assert.Contains(t, texts["the command"], "steps left out")
	assert.Contains(t, texts["the command"], `"uri": "testdata/conformance_test.go"`)
}

// sarifSchema is the schema of SARIF 2.1.0 by OASIS, out of the source code of go-sarif,
// which is in the public domain: its own Validate looks at what it has read only, and
// forgets what it does not know.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	_ = sarif.NewRun // the module is that of go.mod
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	require.NoError(t, err)
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && spec.Names[0].Name == "schema" {
			text, err = strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
		}
		return true
	})
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("sarif.json", doc))
	schema, err := c.Compile("sarif.json")
	require.NoError(t, err)
	return schema
}
