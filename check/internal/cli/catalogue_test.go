package cli

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/record"
)

// runReal is run with the models that users have.
func runReal(args ...string) result {
	var out, errs bytes.Buffer
	code := Run(context.Background(), args, strings.NewReader(""), &out, &errs, os.Environ())
	return result{code, out.String(), errs.String()}
}

func TestCatalogueIsUsable(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, e := range catalogue() {
		t.Run(e.Name, func(t *testing.T) {
			assert.Regexp(t, name, e.Name)
			assert.False(t, seen[e.Name], "two models have this name")
			seen[e.Name] = true
			assert.NotEmpty(t, e.Summary)
			assert.NotEmpty(t, e.Doc)
			params := map[string]bool{}
			for _, p := range e.Params {
				assert.Regexp(t, name, p.Name)
				_, taken := find(exploreFlags, p.Name)
				assert.False(t, taken, "%s is a flag of explore", p.Name)
				assert.False(t, params[p.Name], "two parameters are named %s", p.Name)
				params[p.Name] = true
				assert.NotEmpty(t, p.Help, p.Name)
				for i, w := range p.Words {
					assert.Regexp(t, name, w)
					assert.Equal(t, i, slices.Index(p.Words, w), "%s is listed twice", w)
				}
				_, err := parseValue(e.Name, p, word(p, p.Default))
				assert.NoError(t, err, "the default of %s", p.Name)
			}
			prog, err := e.Build(e.Defaults())
			require.NoError(t, err)
			assert.Equal(t, e.Name, prog.Name(), "a replay string names the program")
		})
	}
}

// Every model with its defaults gives the verdict that list promises, in 80
// columns, and its counterexample runs again.
func TestCatalogueExplores(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("package space explores models under the race detector")
	}
	for _, e := range catalogue() {
		t.Run(e.Name, func(t *testing.T) {
			fits80(t, runReal("list", e.Name).out)
			r := runReal("explore", e.Name)
			want := expected(e)
			exit := exitPass
			if len(want.Codes) > 0 {
				exit = exitFail
			}
			assert.Equal(t, exit, r.code, "%s%s", r.out, r.errors)
			fits80(t, r.out)
			for _, c := range want.Codes {
				assert.Contains(t, r.out, " "+c+" ")
			}
			if r.code != exitFail {
				return
			}
			again := runReal("replay", replayString(t, r.out))
			assert.Equal(t, exitFail, again.code, again.errors)
			assert.Equal(t, lastLine(r.out), lastLine(again.out))
		})
	}
}

func fits80(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "ipccheck replay ") {
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 80, "%s", line)
		}
	}
}

// The command that an explanation names shows the fault it explains.
func TestExplanationsCanBeSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("explores what other tests do, too")
	}
	for _, f := range explain.All() {
		if f.See == "" {
			continue
		}
		args, ok := strings.CutPrefix(f.See, "ipccheck ")
		require.True(t, ok, f.See)
		r := runReal(strings.Fields(args)...)
		assert.Equal(t, exitFail, r.code, "%s%s", f.See, r.errors)
		assert.Contains(t, strings.Join(strings.Fields(r.out), " "), string(f.Code)+" "+f.Title+", in ", f.See)
	}
}

// Run writes to files as it does to buffers.
func TestRunOnFiles(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/out")
	require.NoError(t, err)
	defer file.Close()
	assert.Equal(t, exitPass, Run(context.Background(), []string{"version"}, nil, file, file, nil))
	b, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	assert.Equal(t, runReal("version").out, string(b))
}
