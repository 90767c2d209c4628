package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl/catalog"
	"github.com/ipccheck/ipccheck/impl/faulty"
)

// swapped are the standard packages that have drop-ins.
var swapped = map[string]string{
	"sync": "sync", "sync/atomic": "atomic", "time": "time", "context": "context",
}

// overlay writes copies of the implementations whose imports are the drop-ins, in
// the form in which the go command takes them; the project's own files stay as
// they are.
func overlay(t *testing.T, dir string) string {
	replace := map[string]string{}
	root, err := filepath.Abs(filepath.Join("..", "impl"))
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, src, parser.ImportsOnly)
		require.NoError(t, err)
		for _, imp := range slices.Backward(file.Imports) {
			name, err := strconv.Unquote(imp.Path.Value)
			require.NoError(t, err)
			if to, ok := swapped[name]; ok {
				at, end := fset.Position(imp.Path.Pos()).Offset, fset.Position(imp.Path.End()).Offset
				src = slices.Concat(src[:at], []byte(strconv.Quote("github.com/ipccheck/ipccheck/check/sched/"+to)), src[end:])
			}
		}
		copied := filepath.Join(dir, fmt.Sprint(len(replace), ".go"))
		replace[path] = copied
		return os.WriteFile(copied, src, 0o666)
	}))
	b, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	file := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(file, b, 0o666))
	return file
}

// plainGo names what uses channels or go statements, and so cannot be controlled
// by other imports alone.
var plainGo = map[string]bool{
	"chanbuf": true, "semring": true, "spsc": true, "mpmc": true, "msqueue": true, "rendezvous-channel": true, "mailbox": true, "mailbox-unbounded": true, "mailbox-rendezvous": true,
	"cancel-loses-signal": true, "close-panics": true, "deadline-sends-later": true, "leaky": true,
	"buffers-one": true, "refused-and-sent": true, "mutex-first": true, "aba": true,
}

// TestExhaustiveSchedules builds this test once more, with implementations that
// are controlled, and executes small scopes of each under every interleaving.
// Every correct one passes, and every faulty one that can be controlled is caught
// with its code. The table is kept.
func TestExhaustiveSchedules(t *testing.T) {
	if _, race := record.Races(); race || testing.Short() {
		t.Skip("builds a program of its own")
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "check.test")
	out, err := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay(t, dir), "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	run := func(env, name string) *verdict.Verdict {
		cmd := exec.Command(binary, "-test.run=^TestOne", "-test.timeout=120s")
		cmd.Env = append(os.Environ(), env+"="+name, "IPCCHECK_TEST_PART=exhaustive")
		out, _ := cmd.CombinedOutput()
		_, rest, ok := bytes.Cut(out, []byte("\nverdict: "))
		if !assert.True(t, ok, "%s: %s", name, out) {
			return nil
		}
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		v := new(verdict.Verdict)
		require.NoError(t, json.Unmarshal(line, v))
		return v
	}
	for _, e := range append(catalog.Buffers(), catalog.Rendezvous()...) {
		if plainGo[e.Name] {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			if v := run(catalogEnv, e.Name); v != nil {
				assert.Equal(t, verdict.Pass, v.Answer, "%v", v.Findings)
				t.Log(v.Coverage, v.Unchecked)
				assert.Contains(t, v.Coverage, "every interleaving")
			}
		})
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-22s %-7s %s\n", "variant", "code", "found in (scope, capacity; execution)")
	for _, e := range faulty.All() {
		if plainGo[e.Name] || e.Object == "mailbox" {
			continue
		}
		where := "-"
		t.Run(e.Name, func(t *testing.T) {
			v := run(faultyEnv, e.Name)
			if v == nil {
				return
			}
			var codes []string
			for _, f := range v.Findings {
				codes = append(codes, string(f.Code))
				t.Log(f.Code, f.Message)
				if i := strings.LastIndex(f.Message, "("); string(f.Code) == e.Code {
					where = strings.Trim(f.Message[i:], "()")
				}
			}
			t.Log(v.Coverage, v.Unchecked)
			assert.Contains(t, codes, e.Code)
		})
		fmt.Fprintf(&table, "%-22s %-7s %s\n", e.Name, e.Code, where)
	}
	golden := filepath.Join("testdata", "exhaustive.golden")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(table.String()), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	if !t.Failed() {
		assert.Equal(t, string(want), table.String(), "run with -update to accept")
	}
}

// catalogEnv names the implementation that a child process checks.
const catalogEnv = "IPCCHECK_TEST_CATALOG"

// TestOneImplementation is the body of a child process.
func TestOneImplementation(t *testing.T) {
	name := os.Getenv(catalogEnv)
	if name == "" {
		t.Skip("runs as a child of TestExhaustiveSchedules")
	}
	for _, e := range append(catalog.Buffers(), catalog.Rendezvous()...) {
		if e.Name == name {
			out, err := json.Marshal(checkEntry(e))
			require.NoError(t, err)
			fmt.Printf("\nverdict: %s\n", out)
		}
	}
}
