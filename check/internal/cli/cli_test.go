package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// result is what a command line did.
type result struct {
	code        int
	out, errors string
}

// newTool is a tool over the fakes.
func newTool(out, errs *bytes.Buffer, in string) *tool {
	return &tool{
		entries: fakes(), explore: space.Explore, replay: space.Replay,
		stdin: strings.NewReader(in), stdout: bufio.NewWriter(out), stderr: errs,
	}
}

func runWith(in string, args ...string) result {
	var out, errs bytes.Buffer
	code := newTool(&out, &errs, in).run(context.Background(), args)
	return result{code, out.String(), errs.String()}
}

func run(args ...string) result { return runWith("", args...) }

// usage asserts that a command line is refused with one line and nothing else.
func usage(t *testing.T, want string, r result) {
	t.Helper()
	assert.Equal(t, exitUsage, r.code)
	assert.Empty(t, r.out)
	assert.Equal(t, "ipccheck: "+want+"\n", r.errors)
}

func TestExitCodes(t *testing.T) {
	for line, want := range map[string]int{
		"explore one-slot -producers 1":                                     exitPass,
		"explore one-slot":                                                  exitFail,
		"explore one-slot -states 3":                                        exitInconclusive,
		"explore one-slot -depth 2":                                         exitInconclusive,
		"explore one-slot -producers 1..3":                                  exitFail,
		"explore one-slot -test atomic -producers 1..3":                     exitPass,
		"explore one-slot -test atomic -producers 1..3 -states 6":           exitInconclusive,
		"explore one-slot -producers 1..3 -states 18 -test atomic,careless": exitFail,
		"explore one-slot -test atomic -producers 1..4":                     exitUsage,
		"list":    exitPass,
		"explain": exitPass,
		"version": exitPass,
		"help":    exitPass,
		"--help":  exitPass,
		"-h":      exitPass,
		"":        exitUsage,
	} {
		r := run(strings.Fields(line)...)
		assert.Equal(t, want, r.code, "%s: %s", line, r.errors)
		assert.Equal(t, want == exitUsage, r.errors != "", line)
	}
}

func TestWorse(t *testing.T) {
	order := []int{exitPass, exitInconclusive, exitFail, exitUsage, exitInternal}
	for i, a := range order {
		for j, b := range order {
			assert.Equal(t, order[max(i, j)], worse(a, b))
		}
	}
}

func TestUsageErrors(t *testing.T) {
	names := words.List(commands.Names(), "or")
	for line, want := range map[string]string{
		"":                   "no command: expected " + names + "; ipccheck help tells more",
		"explroe one-slot":   `there is no command "explroe" (did you mean explore?): expected ` + names,
		"-json explore":      `"-json" stands where the command is expected: write it behind the command, as in ipccheck explore MODEL -json`,
		"explore":            "explore: which model? ipccheck list names them all",
		"explore one-slto":   `explore: there is no model "one-slto" (did you mean one-slot?): ipccheck list names them all`,
		"explore two":        `explore: there is no model "two" (did you mean two-flags?): ipccheck list names them all`,
		"explore xyzzy":      `explore: there is no model "xyzzy": ipccheck list names them all`,
		"explore one-slot 3": `explore: one model at a time, not "one-slot" and "3": flags begin with a dash, lists have no blanks, as in -items 1,2`,

		"explore one-slot -rounds 2":                          `explore: one-slot has no parameter "rounds": it has producers and test; rounds belongs to two-flags`,
		"explore one-slot -producers":                         "explore: -producers needs a value, as in -producers=VALUE",
		"explore one-slot -producers -json":                   "explore: -producers needs a value, as in -producers=VALUE",
		"explore one-slot -producers 5":                       `-producers "5": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers 0..2":                    `-producers "0..2": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers -1":                      `-producers "-1": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers 4..1":                    `-producers "4..1": the range is empty: write 1..4`,
		"explore one-slot -producers=":                        `-producers "": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1,":                      `-producers "1,": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1..":                     `-producers "1..": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1...3":                   `-producers "1...3": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1,1":                     `-producers "1,1": 1 is given twice`,
		"explore one-slot -producers 1..2,2..3":               `-producers "1..2,2..3": 2 is given twice`,
		"explore one-slot -producers 0x2":                     `-producers "0x2": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers two":                     `-producers "two": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 99999999999999999999999": `-producers "99999999999999999999999": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers 1 -producers 2":          "explore: -producers is given twice: which one counts?",
		"explore one-slot -test atmic":                        `-test "atmic": there is no "atmic" (did you mean atomic?): one-slot takes careless or atomic`,
		"explore one-slot -test careless..atomic":             `-test "careless..atomic": a range needs numbers: list the words, as in careless,atomic`,
		"explore one-slot -test atomic -producers 1..4":       "one-slot cannot be built with producers=4 test=atomic: four are too many",

		"explore one-slot -workers 0":       `explore: -workers "0": expected a number from 1 to 1024`,
		"explore one-slot -states 0":        `explore: -states "0": expected a number from 1 to 9223372036854775807`,
		"explore one-slot -states 1e6":      `explore: -states "1e6": expected a number from 1 to 9223372036854775807`,
		"explore one-slot -depth -3":        `explore: -depth "-3": expected a number from 1 to 2147483647`,
		"explore one-slot -width 10":        `explore: -width "10": expected a number from 40 to 10000`,
		"explore one-slot -timeout 5":       `explore: -timeout "5": expected a time of more than 0 with its unit, as in 90s or 1h30m`,
		"explore one-slot -timeout 0s":      `explore: -timeout "0s": expected a time of more than 0 with its unit, as in 90s or 1h30m`,
		"explore one-slot -json=maybe":      "explore: -json is a switch: expected -json alone, -json=true or -json=false",
		"explore one-slot -junit=":          `explore: -junit "": expected the name of a file`,
		"explore one-slot -junit no/such/x": "explore: -junit: open no/such/x: no such file or directory",

		"list one-slto":     `list: there is no model "one-slto" (did you mean one-slot?): ipccheck list names them all`,
		"list -jsn":         `list: there is no flag "-jsn" (did you mean -json?): it has -json and -width`,
		"explain IPC099":    `explain: there is no fault "IPC099" (did you mean IPC009?): ipccheck explain lists them all`,
		"explain deadlok":   `explain: there is no fault "deadlok" (did you mean deadlock?): ipccheck explain lists them all`,
		"explain lost":      `explain: "lost" may be IPC002 (lost item) or IPC007 (lost wakeup)`,
		"version 1":         `version: unexpected "1": it takes no names`,
		"help me":           `help: there is no command "me": expected ` + names,
		"help explore list": "help: one command at a time, not 2",
		"help -x":           `help: there is no flag "-x": it takes none`,

		"replay":                          "replay: expected one replay string, as in 'model:param=value#moves', one file, or - for standard input, not 0 arguments",
		"replay nothing":                  `replay: "nothing" is no file, and no replay string, as in 'model:param=value#moves'`,
		"replay one-slto#":                `replay: replay string: there is no model "one-slto" (did you mean one-slot?): ipccheck list names them all`,
		"replay #":                        `replay: replay string: there is no model "": ipccheck list names them all`,
		"replay one-slot:#":               `replay: replay string: "": expected param=value`,
		"replay one-slot:producers#0.0":   `replay: replay string: "producers": expected param=value`,
		"replay one-slot:producers=9#0.0": `replay: replay string: "producers=9": out of range: one-slot takes 1 to 4`,
		"replay one-slot:producers=1,producers=1#0.0": "replay: replay string: producers is given twice",
		"replay one-slot:prodcers=1#0.0":              `replay: replay string: one-slot has no parameter "prodcers" (did you mean producers?): it has producers and test`,
		"replay one-slot#nonsense":                    `replay: the run no longer fits one-slot: step 1: "nonsense" is no move: expected process.statement or process.statement.alternative, as in 0.2 or 0.2.1`,
		"replay one-slot#0.0,0.0":                     `replay: the run no longer fits one-slot: step 2: producer 1 has no statement 0 where it stands, at "put"`,
		"replay one-slot:producers=4,test=atomic#":    "replay: one-slot cannot be built with producers=4 test=atomic: four are too many",
	} {
		t.Run(line, func(t *testing.T) { usage(t, want, run(strings.Fields(line)...)) })
	}
}

// A flag that the model does not have: the error lists those that it has, and those
// of all models if none is named.
func TestUnknownFlagOfAModel(t *testing.T) {
	r := run("explore", "one-slot", "-producres", "2")
	assert.Equal(t, exitUsage, r.code)
	assert.Regexp(t, `^ipccheck: explore one-slot: there is no flag "-producres" \(did you mean -producers\?\): it has -depth, .*-producers, .*-test, .* and -workers\n$`, r.errors)
	assert.NotContains(t, r.errors, "-rounds")
	r = run("explore", "-producres", "2")
	assert.Regexp(t, `^ipccheck: explore: there is no flag "-producres" \(did you mean -producers\?\): it has .*-producers, .*-rounds, .*-test, `, r.errors)
}

// A mistake in the middle of a sweep shows before anything is explored.
func TestNothingIsExploredBeforeUsageIsClear(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.explore = func(step.Program, space.Options) *verdict.Verdict {
		t.Error("explored")
		return nil
	}
	for _, line := range []string{
		"explore one-slot -test atomic -producers 1..4", "explore one-slot -junit no/such/x", "explore one-slot -timeout x",
	} {
		assert.Equal(t, exitUsage, tool.run(context.Background(), strings.Fields(line)))
	}
}

func TestFlagsStandAnywhere(t *testing.T) {
	want := run("explore", "one-slot", "-producers", "3", "-test", "atomic", "-quiet")
	require.Equal(t, exitPass, want.code)
	for _, line := range []string{
		"explore -producers 3 one-slot -test atomic -quiet",
		"explore --producers=3 -quiet --test atomic one-slot",
		"explore -quiet=true -producers=3 -test=atomic -- one-slot",
	} {
		assert.Equal(t, want, run(strings.Fields(line)...), line)
	}
	assert.NotEqual(t, want, run("explore", "one-slot", "-producers", "3", "-test", "atomic", "-quiet=false"))
}

func TestNegativeValues(t *testing.T) {
	r := run("explore", "two-flags", "-rounds", "-1..1", "-quiet")
	assert.Equal(t, exitFail, r.code)
	assert.Equal(t, "PASS two-flags rounds=-1\nPASS two-flags rounds=0\nFAIL two-flags rounds=1: IPC001 deadlock\n", r.out)
}

func TestJSONIsOneObjectALine(t *testing.T) {
	r := run("explore", "one-slot", "-producers", "1..3", "-test", "careless,atomic", "-json")
	assert.Equal(t, exitFail, r.code)
	lines := strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")
	require.Len(t, lines, 6)
	var got []string
	for _, l := range lines {
		var v verdict.Verdict
		require.NoError(t, json.Unmarshal([]byte(l), &v))
		assert.Equal(t, verdict.Schema, v.Schema)
		got = append(got, v.Params[0].Value+" "+v.Params[1].Value+" "+string(v.Answer))
	}
	assert.Equal(t, []string{"1 careless pass", "1 atomic pass", "2 careless fail", "2 atomic pass", "3 careless fail", "3 atomic pass"}, got)
}

// The same command line prints the same bytes, with any number of workers.
func TestSameBytes(t *testing.T) {
	for _, args := range [][]string{
		{"explore", "one-slot"}, {"explore", "two-flags", "-rounds", "3"}, {"explore", "one-slot", "-producers", "1..3"}, {"explore", "one-slot", "-states", "9"},
	} {
		want := run(append(args, "-workers", "1")...)
		for _, n := range []string{"1", "2", "5"} {
			assert.Equal(t, want, run(append(args, "-workers", n)...))
		}
	}
}

func TestOptionsReachTheEngine(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	var got space.Options
	tool.explore = func(_ step.Program, o space.Options) *verdict.Verdict {
		got = o
		return &verdict.Verdict{Answer: verdict.Pass}
	}
	assert.Equal(t, exitPass, tool.run(context.Background(), strings.Fields("explore one-slot -workers 3 -states 7 -depth 5 -producers 3")))
	assert.Equal(t, 3, got.Workers)
	assert.Equal(t, uint64(7), got.MaxStates)
	assert.Equal(t, 5, got.MaxDepth)
	assert.Equal(t, []verdict.Param{{Name: "producers", Value: "3"}, {Name: "test", Value: "careless"}}, got.Params)
	assert.NotNil(t, got.Progress)
	assert.Equal(t, exitPass, tool.run(context.Background(), strings.Fields("explore one-slot -quiet")))
	assert.Nil(t, got.Progress)
}

// stopped is an engine that works until it is stopped.
func stopped(_ step.Program, o space.Options) *verdict.Verdict {
	<-o.Context.Done()
	return &verdict.Verdict{Schema: verdict.Schema, Kind: verdict.Model, Subject: "x", Answer: verdict.Inconclusive, Reason: "the search was stopped in level 5"}
}

func TestTimeoutIsInconclusive(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.explore = stopped
	code := tool.run(context.Background(), strings.Fields("explore one-slot -timeout 1ms -producers 1..2 -json"))
	assert.Equal(t, exitInconclusive, code)
	assert.Equal(t, 2, strings.Count(out.String(), `"reason":"the search was stopped in level 5: the time of 1ms is used up"`))
}

func TestInterruptIsInconclusive(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	ctx, cancel := context.WithCancel(context.Background())
	tool.explore = func(p step.Program, o space.Options) *verdict.Verdict {
		cancel()
		return stopped(p, o)
	}
	assert.Equal(t, exitInconclusive, tool.run(ctx, strings.Fields("explore one-slot")))
	assert.Contains(t, out.String(), "Undecided: the search was stopped in level 5: interrupted\n")
}

// A fault that was found before the interrupt stays a fail.
func TestInterruptKeepsAFault(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	ctx, cancel := context.WithCancel(context.Background())
	tool.explore = func(p step.Program, o space.Options) *verdict.Verdict {
		v := space.Explore(p, o)
		cancel()
		return v
	}
	assert.Equal(t, exitFail, tool.run(ctx, strings.Fields("explore one-slot")))
}

func TestInternalError(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.explore = func(step.Program, space.Options) *verdict.Verdict { panic("broken table") }
	assert.Equal(t, exitInternal, tool.run(context.Background(), []string{"explore", "one-slot"}))
	assert.Contains(t, errs.String(), "ipccheck: an internal error of ipccheck, please report it: broken table\n")
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestOutputThatCannotBeWritten(t *testing.T) {
	for _, line := range []string{
		"explore one-slot", "explore one-slot -json", "explore one-slot -quiet", "explore one-slot -producers 1..3",
		"list", "list -json", "list one-slot", "explain", "explain 4", "explain -json", "version", "version -json", "help",
		"replay one-slot#0.0", "replay -json one-slot#0.0",
	} {
		var errs bytes.Buffer
		tool := newTool(nil, &errs, "")
		tool.stdout = bufio.NewWriterSize(brokenPipe{}, 16)
		assert.Equal(t, exitUsage, tool.run(context.Background(), strings.Fields(line)), line)
		assert.Equal(t, "ipccheck: the output cannot be written: broken pipe\n", errs.String(), line)
	}
}

func TestJUnitFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.xml")
	r := run("explore", "one-slot", "-producers", "1..2", "-junit", file)
	assert.Equal(t, exitFail, r.code)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(b), `<testsuite name="ipccheck" tests="2" failures="1" errors="0"`)
}

func TestProgress(t *testing.T) {
	now := time.Unix(0, 0)
	for _, c := range []struct {
		terminal bool
		want     string
	}{
		{true, "\rm: level 2, 2 states, 3 transitions\x1b[K\rm: level 60, 2 states, 3 transitions\x1b[K\rm: level 100, 2 states, 3 transitions\x1b[K\r\x1b[K"},
		{false, "m: level 60, 2 states, 3 transitions\n"},
	} {
		var b bytes.Buffer
		p := newProgress(&b, c.terminal, "m")
		p.now = func() time.Time { return now }
		p.next = now.Add(10 * time.Second)
		if c.terminal {
			p.next = now.Add(time.Second)
		}
		start := now
		for _, at := range []struct {
			after time.Duration
			level int
		}{{0, 1}, {time.Second, 2}, {1100 * time.Millisecond, 3}, {12 * time.Second, 60}, {13 * time.Second, 100}} {
			now = start.Add(at.after)
			p.update(space.Progress{Level: at.level, Distinct: 2, Transitions: 3})
		}
		p.clear()
		assert.Equal(t, c.want, b.String())
	}
	var b bytes.Buffer
	newProgress(&b, true, "m").clear()
	assert.Empty(t, b.String())
}

func TestNoColourWithoutTerminal(t *testing.T) {
	assert.True(t, wantsColor([]string{"TERM=xterm", "NO_COLOR="}))
	assert.False(t, wantsColor([]string{"NO_COLOR=1"}))
	assert.False(t, wantsColor([]string{"TERM=dumb"}))
	assert.False(t, isTerminal(&bytes.Buffer{}))
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer null.Close()
	assert.False(t, isTerminal(null))
	assert.NotContains(t, run("explore", "one-slot").out, "\x1b")

	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.color = true
	tool.run(context.Background(), []string{"explore", "one-slot"})
	assert.Contains(t, out.String(), "\x1b[1;31mFAIL\x1b[0m one-slot")
}

// Everything that is read by people fits into 80 columns.
func TestTextsFit80Columns(t *testing.T) {
	lines := [][]string{{"list"}, {"explain"}, {"version"}, {"help"}}
	for _, e := range fakes() {
		lines = append(lines, []string{"list", e.Name}, []string{"explore", e.Name})
	}
	for _, f := range explain.All() {
		lines = append(lines, []string{"explain", string(f.Code)})
	}
	for _, c := range commands.Names() {
		lines = append(lines, []string{"help", c})
	}
	for _, args := range lines {
		r := run(args...)
		assert.Empty(t, r.errors)
		assert.NotEmpty(t, r.out)
		for line := range strings.Lines(r.out) {
			if !strings.HasPrefix(line, "ipccheck replay ") {
				assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 80, "%v: %s", args, line)
			}
		}
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	for _, c := range commands.Names() {
		for _, args := range [][]string{{"help", c}, {c, "-h"}, {c, "--help"}, {c, "x", "-help", "y"}} {
			r := run(args...)
			assert.Equal(t, exitPass, r.code)
			assert.True(t, strings.HasPrefix(r.out, "ipccheck "+c), "%v", args)
		}
		assert.Contains(t, run("help").out, "ipccheck "+c)
	}
	for _, f := range exploreFlags {
		assert.Contains(t, run("help", "explore").out, "  -"+f.name+" ")
	}
}

func TestListDescribesAModel(t *testing.T) {
	assert.Equal(t, `one-slot: a buffer with one slot

Each producer puts one item into the slot.

A careless one looks first and puts later.

-producers  1..4             processes that put (default 2)
-test       careless|atomic  test and put in one step, or in two (default
                             careless)

Expected with default parameters: fail IPC002
`, run("list", "one-slot").out)
}

func TestListKeepsIndentedLines(t *testing.T) {
	wide := strings.TrimSpace(strings.Repeat(" wide", 16)) + "\n" + strings.TrimSpace(strings.Repeat(" wide", 14)) + "\n"
	assert.Contains(t, run("list", "two-flags").out, "\n\n  up[me] = true\n\n      wait\n  end\n\n"+wide)
}

func TestListJSON(t *testing.T) {
	r := run("list", "-json")
	lines := strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")
	require.Len(t, lines, 2)
	assert.JSONEq(t, `{"schema":"ipccheck-model/1","name":"one-slot","summary":"a buffer with one slot",
		"doc":"Each producer puts one item into the slot.\n\nA careless one looks first and puts later.",
		"params":[{"name":"producers","help":"processes that put","default":"2","min":1,"max":4},
			{"name":"test","help":"test and put in one step, or in two","default":"careless","words":["careless","atomic"]}],
		"expect":{"verdict":"fail","codes":["IPC002"]}}`, lines[0])
	assert.Equal(t, lines[1]+"\n", run("list", "two-flags", "-json").out)
}

func TestExplain(t *testing.T) {
	want := run("explain", "IPC004").out
	for _, line := range []string{"explain ipc4", "explain 4", "explain reordered item", "explain reordered-item", "explain reordered"} {
		assert.Equal(t, want, run(strings.Fields(line)...).out, line)
	}
	for _, part := range []string{"IPC004 reordered item\n", "Wrong:\n", "Right:\n", "How to mend it:\n", "Reported by: ipccheck explore and package check, in a go test\n", "    package example\n"} {
		assert.Contains(t, want, part)
	}
	assert.Equal(t, want+"\n"+run("explain", "5").out, run("explain", "4", "IPC005").out)
	assert.Contains(t, run("explain", "starvation").out, "Reported by: no engine of this version reports it yet\n")

	all := strings.Join(strings.Fields(run("explain").out), " ")
	for _, f := range explain.All() {
		assert.Contains(t, all, string(f.Code)+" "+f.Title+" "+f.Summary)
	}

	r := run("explain", "-json")
	lines := strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")
	require.Len(t, lines, len(explain.All()))
	var f faultInfo
	require.NoError(t, json.Unmarshal([]byte(lines[8]), &f))
	assert.Equal(t, "starvation", f.Title)
	assert.Contains(t, lines[8], `"reported":[]`)
}

func TestVersion(t *testing.T) {
	var v versionInfo
	require.NoError(t, json.Unmarshal([]byte(run("version", "-json").out), &v))
	assert.Equal(t, "ipccheck-version/1", v.Schema)
	assert.Contains(t, v.Schemas, "ipccheck/1")
	assert.Contains(t, v.Schemas, "ipccheck-trace/1")
	assert.NotEmpty(t, v.Version)
	assert.Contains(t, run("version").out, "ipccheck "+v.Version+"\n"+v.Go+"\n")
}
