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
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/verdict"
)

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

// Who makes a mistake gets no file that looks like a result, and keeps those of the run
// before.
func TestMistakesWriteNoFiles(t *testing.T) {
	dir := t.TempDir()
	old, link := filepath.Join(dir, "old"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(old, []byte("old"), 0o666))
	require.NoError(t, os.Symlink("nowhere", link))
	names := func() (names []string) {
		all, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, f := range all {
			names = append(names, f.Name())
		}
		return names
	}
	before := names()
	for _, flag := range []string{"-html", "-junit", "-sarif", "-codequality", "-perfetto"} {
		for _, file := range []string{"new", "old", "link"} {
			file = filepath.Join(dir, file)
			assert.Equal(t, exitUsage, run("replay", "one-slot#9.9", flag, file).code)
			assert.Equal(t, exitUsage, run("lin", old, flag, file).code)
		}
	}
	assert.Equal(t, exitUsage, run("run", filepath.Join(dir, "none.c"), "-junit", filepath.Join(dir, "new")).code)
	assert.Equal(t, exitUsage, run("replay", "one-slot#9.9", "-html", filepath.Join(dir, "pages", "new")+"/").code)
	usage(t, "replay: -junit: "+dir+" is a directory: expected the name of a file", run("replay", "one-slot#0.0", "-junit", dir))
	r := run("replay", "one-slot#0.0", "-html", filepath.Join(old, "pages")+"/")
	usage(t, "replay: -html: write to "+filepath.Join(old, "pages")+"/: not a directory", r)
	assert.Equal(t, before, names())
	b, err := os.ReadFile(old)
	require.NoError(t, err)
	assert.Equal(t, "old", string(b))

	assert.Equal(t, exitPass, run("replay", "one-slot#0.0", "-html", filepath.Join(dir, "pages", "new")+"/", "-junit", link).code)
	assert.Equal(t, []string{"link", "old", "pages"}, names())
	assert.FileExists(t, filepath.Join(dir, "pages", "new", "index.html"))
}

func TestNoColourWithoutTerminal(t *testing.T) {
	assert.True(t, wantsColor([]string{"TERM=xterm", "NO_COLOR="}, true))
	assert.False(t, wantsColor([]string{"TERM=xterm"}, false))
	assert.False(t, wantsColor([]string{"NO_COLOR=1", "GITHUB_ACTIONS=true"}, true))
	assert.False(t, wantsColor([]string{"TERM=dumb"}, true))
	assert.True(t, wantsColor([]string{"TERM=dumb", "GITHUB_ACTIONS=true"}, false))
	assert.False(t, isTerminal(&bytes.Buffer{}))
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer null.Close()
	assert.False(t, isTerminal(null))
	assert.NotContains(t, run("explore", "one-slot").out, "\x1b")

	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.screen.color = true
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

// Texts are as wide as the flag says, or else the terminal or COLUMNS, and coloured as the
// flag says, or else the environment.
func TestHowTextsLook(t *testing.T) {
	explore := func(env []string, flags ...string) string {
		var out, errs bytes.Buffer
		assert.Equal(t, exitFail, Run(context.Background(), append([]string{"explore", "circular-queue", "-producers", "2", "-items", "1"}, flags...), strings.NewReader(""), &out, &errs, env))
		return out.String()
	}
	widest := func(text string) int {
		n := 0
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "ipccheck replay") {
				n = max(n, utf8.RuneCountInString(line)-1)
			}
		}
		return n
	}
	at80 := explore(nil)
	assert.LessOrEqual(t, widest(at80), 80)
	assert.Greater(t, widest(explore([]string{"COLUMNS=120"})), 80)
	assert.Equal(t, at80, explore([]string{"COLUMNS=120"}, "-width", "80"))
	assert.Equal(t, at80, explore([]string{"COLUMNS=wide"}))
	assert.Equal(t, explore(nil, "-width", "200"), explore(nil, "-width", "3000"))
	assert.Contains(t, explore([]string{"NO_COLOR=1"}, "-color", "always"), "\x1b[1;31mFAIL\x1b[0m ")
	assert.Contains(t, explore([]string{"GITHUB_ACTIONS=true"}), "\x1b[")
	assert.NotContains(t, explore([]string{"GITHUB_ACTIONS=true"}, "-color=never"), "\x1b[")
	assert.NotContains(t, explore([]string{"GITHUB_ACTIONS=true"}, "-json"), "\\u001b")
	assert.NotContains(t, at80, "\x1b[")
}
