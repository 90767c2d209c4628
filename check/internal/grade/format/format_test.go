package format_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/internal/grade/format"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// hostile is what a submission would write that wants more points.
const hostile = "Grade :=>> 100\r\nGrade :=>> 100\n--|>\n::set-output name=result::e30=\n ::error::x\n##[error]x\nok 1 - items\n1..1\n  ...\n]]></failure></testcase>\n</pre><script>alert(1)</script>\n\x1b[2J\x00\u202e\xff\n\"score\": 100}\nITEMS_RESULTS=e30=\n"

// results are what may become of submissions, by name.
func results(t *testing.T) map[string]*result.Result {
	text, err := os.ReadFile("testdata/lost.json")
	require.NoError(t, err)
	lost, err := result.Decode(text)
	require.NoError(t, err)
	made := func(status result.Status, message string, items ...result.Item) *result.Result {
		r := &result.Result{Format: result.Format, Assignment: "buffer", Title: "A buffer", Submission: "alice", Digest: "d", Version: "v", Status: status, Message: message, Seed: 1, Budget: 10, Properties: items}
		for _, p := range items {
			r.Points, r.Max = r.Points+p.Points, r.Max+p.Max
		}
		return r
	}
	fault := result.Fault{Code: verdict.Code("IPC002"), Title: "lost item", Scenario: "s1", Words: "room for 1", Message: "lost: " + hostile, Run: "step  main\n   1  lock", Hint: "Look.", Place: "buffer.go:7", Output: hostile, Steps: 3}
	evil := made(result.Graded, "0 of 2 hold. "+hostile,
		result.Item{Name: "items", What: "nothing # is lost \\ " + hostile, Max: 2.5, Outcome: result.Lost, Codes: []verdict.Code{"IPC002"}, Faults: []result.Fault{fault, fault}},
		result.Item{Name: "try_", What: "does not wait", Max: 1, Outcome: result.Undecided, Reason: "too many executions"})
	evil.Submission = "=bob::" + hostile
	evil.Notes = []string{hostile}
	long := fault
	long.Output = strings.Repeat(hostile, 100)
	hidden := result.Item{Name: "items", What: "nothing is lost", Max: 10, Outcome: result.Lost, Hidden: true, Codes: []verdict.Code{"IPC002"}, Faults: []result.Fault{fault}}
	var many []result.Item
	for range 50 {
		many = append(many, result.Item{Name: "items", Max: 1, Outcome: result.Lost, Faults: []result.Fault{long}})
	}
	none := result.Item{Name: "items", What: "nothing is lost", Max: 10, Outcome: result.Lost, Reason: "it does not compile"}
	unbuilt := made(result.Unbuilt, "It does not compile: buffer.go:12: undefined: sinc.", none)
	unbuilt.Violations = []result.Place{{File: "buffer.go", Line: 12, Text: "undefined: sinc " + hostile}}
	rule := made(result.Refused, "It breaks a rule of the exercise.", none)
	rule.Violations = []result.Place{{File: "buffer.go", Line: 3, Text: "package sync is forbidden"}}
	return map[string]*result.Result{
		"lost": lost, "hostile": evil, "hidden": made(result.Graded, "none holds", hidden), "long": made(result.Graded, "none holds", many...),
		"unbuilt": unbuilt, "refused": rule, "missing": made(result.Refused, "buffer.go is not there.", none),
		"failed": made(result.Failed, "The grader could not do its work.", result.Item{Name: "items", Max: 10, Outcome: result.Undecided, Reason: "the grader failed"}),
		"full":   made(result.Graded, "All hold.", result.Item{Name: "items", What: "nothing is lost", Points: 10, Max: 10, Outcome: result.Passed, Held: []string{"room for 1"}, Others: 2}),
	}
}

func environment(t *testing.T) {
	for name, value := range map[string]string{
		"CLASSROOM": "ipc", "ASSIGNMENT": "buffer", "ASSIGNMENT_TYPE": "individual", "OWNER": "alice", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://example.edu/c",
		"RELEASE_URL": "https://example.edu/r", "REVIEW_URL": "", "VPL_GRADEMAX": "", "VPL_GRADEMIN": "",
	} {
		t.Setenv(name, value)
	}
}

func write(t *testing.T, name string, r *result.Result) []byte {
	t.Helper()
	f, ok := format.Named(name)
	require.True(t, ok, name)
	text, err := f.One(r)
	require.NoError(t, err)
	return text
}

func TestGolden(t *testing.T) {
	environment(t)
	all := results(t)
	for _, f := range format.Formats() {
		for _, name := range []string{"lost", "hostile"} {
			if f.One != nil {
				golden.Compare(t, filepath.Join("testdata", name+"."+f.Name+f.Extension+".golden"), string(write(t, f.Name, all[name])))
			}
		}
		if f.All != nil {
			text, err := f.All([]*result.Result{all["lost"], all["hostile"], all["lost"], all["unbuilt"], all["failed"]})
			require.NoError(t, err)
			golden.Compare(t, filepath.Join("testdata", "class."+f.Name+f.Extension+".golden"), string(text))
		}
	}
}

func TestSchemas(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs in one goroutine")
	}
	environment(t)
	for _, name := range []string{"gradescope", "classroom", "classroom50", "prairielearn", "check50", "coderunner"} {
		schema, err := jsonschema.NewCompiler().Compile("testdata/schema/" + name + ".json")
		require.NoError(t, err)
		for which, r := range results(t) {
			text := write(t, name, r)
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			require.NoError(t, err, "%s %s", name, which)
			if name == "classroom50" {
				v.(map[string]any)["datetime"] = "2026-01-01T00:00:00Z" // the runner does
			}
			assert.NoError(t, schema.Validate(v), "%s %s", name, which)
		}
	}
}

// A schema that takes everything would prove nothing.
func TestSchemasRefuse(t *testing.T) {
	for name, text := range map[string]string{
		"gradescope": `{"tests": [{"status": "undecided"}]}`, "classroom": `{"version": 1, "status": "pass", "max_score": 1, "tests": []}`,
		"classroom50": `{"schema": "classroom50/result/v1", "score": 0.5}`, "prairielearn": `{"gradable": true, "score": 75}`,
		"check50": `{"slug": "a", "version": "3", "results": [{"passed": "no"}]}`, "coderunner": `{"fraction": 75}`,
	} {
		schema, err := jsonschema.NewCompiler().Compile("testdata/schema/" + name + ".json")
		require.NoError(t, err)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
		assert.Error(t, schema.Validate(v), name)
	}
}

func TestSizes(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs in one goroutine")
	}
	environment(t)
	r := results(t)["long"]
	assert.Less(t, len(write(t, "prairielearn", r)), 1<<20)
	for line := range strings.Lines(string(write(t, "classroom-env", r))) {
		assert.Less(t, len(line), 128<<10, "an environment variable")
	}
}

func TestLinesCannotBeForged(t *testing.T) {
	environment(t)
	all := results(t)
	delete(all, "long")
	for which, r := range all {
		var grades, env, points int
		for line := range strings.Lines(string(write(t, "vpl", r))) {
			assert.NotContains(t, line, "\r")
			if strings.HasPrefix(line, "Grade :=>>") {
				grades++
				continue
			}
			assert.True(t, strings.HasPrefix(line, "Comment :=>>"), "%s: %q", which, line)
		}
		assert.Equal(t, map[bool]int{true: 0, false: 1}[r.Status == result.Failed], grades, which)
		for line := range strings.Lines(string(write(t, "classroom-env", r))) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			assert.Regexp(t, `^[A-Z0-9_]+_RESULTS$`, name)
			text, err := base64.StdEncoding.DecodeString(value)
			require.NoError(t, err)
			assert.True(t, json.Valid(text))
			assert.NotContains(t, string(text), "::")
			assert.NotContains(t, string(text), "##[")
			env++
		}
		assert.Equal(t, len(r.Properties), env, which)
		for line := range strings.Lines(string(write(t, "annotations", r))) {
			assert.Regexp(t, "^::(error|warning|notice) ", line, which)
		}
		for line := range strings.Lines(string(write(t, "tap", r))) {
			if strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "not ok ") {
				points++
			} else {
				assert.Regexp(t, `^(TAP version 14|1\.\.[0-9]+|# .*|  .*)\n$`, line, which)
			}
		}
		assert.Equal(t, len(r.Properties), points, which)
		assert.NotContains(t, string(write(t, "html", r)), "<script", which)
		var runner struct {
			Before string `json:"prologuehtml"`
			After  string `json:"epiloguehtml"`
		}
		require.NoError(t, json.Unmarshal(write(t, "coderunner", r), &runner))
		assert.NotContains(t, runner.Before+runner.After, "<script", which)
		var checks struct {
			Results []struct {
				Log   []string
				Cause struct{ Rationale, Help string }
			}
		}
		require.NoError(t, json.Unmarshal(write(t, "check50", r), &checks))
		for _, c := range checks.Results {
			assert.NotRegexp(t, "<[a-z/!]", c.Cause.Rationale+c.Cause.Help, which)
			for _, line := range c.Log {
				assert.NotContains(t, line, "\n", which)
			}
		}
		for _, f := range format.Formats() {
			if text := string(written(t, f, r)); f.Name != "json" {
				assert.NotContains(t, text, "\x1b", f.Name)
				assert.NotContains(t, text, "\x00", f.Name)
				assert.NotContains(t, text, "\r", f.Name)
			}
		}
	}
}

func written(t *testing.T, f format.Format, r *result.Result) []byte {
	if f.One == nil {
		return nil
	}
	return write(t, f.Name, r)
}

// Students see the kind of a fault of a hidden property, and nothing of its run.
func TestHidden(t *testing.T) {
	environment(t)
	r := results(t)["hidden"]
	for _, f := range format.Formats() {
		if f.One == nil || f.Name == "json" {
			continue
		}
		text := string(write(t, f.Name, r))
		if f.Name == "classroom-env" {
			_, value, _ := strings.Cut(strings.TrimSpace(text), "=")
			plain, err := base64.StdEncoding.DecodeString(value)
			require.NoError(t, err)
			text = string(plain)
		}
		for _, secret := range []string{"room for 1", "lock", "Grade :=>> 100", "buffer.go"} {
			assert.NotContains(t, text, secret, f.Name)
		}
	}
}

func TestUndecidedIsNoPass(t *testing.T) {
	environment(t)
	r := results(t)["failed"]
	assert.Contains(t, string(write(t, "tap", r)), "not ok 1")
	assert.NotContains(t, string(write(t, "tap", r)), "TODO")
	assert.Contains(t, string(write(t, "junit", r)), `errors="1"`)
	assert.Contains(t, string(write(t, "check50", r)), `"passed": null`)
	assert.Contains(t, string(write(t, "prairielearn", r)), `"gradable": false`)
	assert.Contains(t, string(write(t, "classroom", r)), `"status": "error"`)
}

func TestWholePoints(t *testing.T) {
	environment(t)
	var got struct {
		Max   int `json:"max-score"`
		Tests []struct {
			Max int `json:"max-score"`
		} `json:"tests"`
	}
	require.NoError(t, json.Unmarshal(write(t, "classroom50", results(t)["hostile"]), &got))
	assert.Equal(t, 35, got.Max)
	assert.Equal(t, 25, got.Tests[0].Max)
}

func TestGradeOfVPL(t *testing.T) {
	environment(t)
	t.Setenv("VPL_GRADEMAX", "10")
	assert.True(t, strings.HasSuffix(string(write(t, "vpl", results(t)["lost"])), "\nGrade :=>> 7.5\n"))
	t.Setenv("VPL_GRADEMIN", "2")
	assert.True(t, strings.HasSuffix(string(write(t, "vpl", results(t)["lost"])), "\nGrade :=>> 8\n"))
}

func TestJUnitIsXML(t *testing.T) {
	for which, r := range results(t) {
		var suites struct {
			Suites []struct {
				Tests int `xml:"tests,attr"`
				Cases []struct {
					Name string `xml:"name,attr"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		require.NoError(t, xml.Unmarshal(write(t, "junit", r), &suites), which)
		require.Len(t, suites.Suites, 1)
		assert.Len(t, suites.Suites[0].Cases, suites.Suites[0].Tests)
	}
}

// Elements, attributes and counts are those that the schema of Jenkins' xUnit plugin has
// (junit-10.xsd). That of Ant wants the time and the host, too, which would differ each time.
func TestJUnitSchema(t *testing.T) {
	known := map[string]string{ // by element: what is in it, and its attributes, with ! if it must be there
		"testsuites": "<testsuite> name time tests failures errors",
		"testsuite":  "<testsuite> <properties> <testcase> <system-out> <system-err> name! tests! failures! errors! group time skipped timestamp hostname id package file log url",
		"properties": "<property>", "property": "name! value!",
		"testcase": "<skipped> <error> <failure> <system-out> <system-err> name! time classname group",
		"failure":  "type message", "error": "type message", "skipped": "type message", "system-out": "", "system-err": "",
	}
	for which, r := range results(t) {
		d := xml.NewDecoder(bytes.NewReader(write(t, "junit", r)))
		inside := []string{""}
		counted := map[string]int{}
		for token, err := d.Token(); err == nil; token, err = d.Token() {
			switch e := token.(type) {
			case xml.StartElement:
				name := e.Name.Local
				if outer := inside[len(inside)-1]; outer == "" {
					assert.Equal(t, "testsuites", name)
				} else {
					assert.Contains(t, strings.Fields(known[outer]), "<"+name+">", which)
				}
				var there []string
				for _, a := range e.Attr {
					there = append(there, a.Name.Local)
					if name == "testsuite" {
						counted[a.Name.Local], _ = strconv.Atoi(a.Value)
					}
				}
				for _, a := range strings.Fields(known[name]) {
					if must, ok := strings.CutSuffix(a, "!"); ok {
						assert.Contains(t, there, must, "%s: %s", which, name)
					}
				}
				for _, a := range there {
					assert.True(t, slices.Contains(strings.Fields(strings.ReplaceAll(known[name], "!", "")), a), "%s: %s of %s", which, a, name)
				}
				counted["<"+name+">"]++
				inside = append(inside, name)
			case xml.EndElement:
				inside = inside[:len(inside)-1]
			}
		}
		assert.Equal(t, counted["tests"], counted["<testcase>"], which)
		assert.Equal(t, counted["failures"], counted["<failure>"], which)
		assert.Equal(t, counted["errors"], counted["<error>"], which)
	}
}

func TestRunner(t *testing.T) {
	for property, want := range map[string]string{"items": "items", "try_": "try_", "no waste": "no_waste", "é::": "___"} {
		assert.Equal(t, want, format.Runner(property))
	}
}

func TestEveryFormatWritesEveryResult(t *testing.T) {
	environment(t)
	all := results(t)
	delete(all, "long")
	for _, f := range format.Formats() {
		for _, which := range slices.Sorted(maps.Keys(all)) {
			if f.One != nil {
				first := write(t, f.Name, all[which])
				assert.NotEmpty(t, first)
				assert.Equal(t, first, write(t, f.Name, all[which]), "%s: the same bytes", f.Name)
			}
		}
	}
}

// A reason that several properties have is told once, and not again if it is that of all.
func TestReasonsOnce(t *testing.T) {
	item := func(name, reason string) result.Item {
		return result.Item{Name: name, Max: 1, Outcome: result.Undecided, Reason: reason}
	}
	r := &result.Result{Status: result.Graded, Title: "A buffer", Message: "It hangs.", Properties: []result.Item{item("items", "too many"), item("order", "It hangs."), item("race", "too many")}}
	text := string(write(t, "text", r))
	assert.Equal(t, 1, strings.Count(text, "too many"))
	assert.Contains(t, text, "items and race: too many.")
	assert.Equal(t, 1, strings.Count(text, "It hangs."))
}
