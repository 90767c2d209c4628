package check_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl/catalog"
	"github.com/ipccheck/ipccheck/impl/faulty"
)

// TestExhaustiveSchedules builds this test once more, with implementations that
// are rewritten so that they are controlled, and executes small scopes of each
// under every interleaving. Every correct one passes, and every faulty one that
// can be controlled is caught with its code. The table is kept.
func TestExhaustiveSchedules(t *testing.T) {
	if _, race := record.Races(); race || !long() {
		t.Skip("builds much of this module anew: IPCCHECK_LONG=1 runs it; what README says of ipccheck test is run anyway")
	}
	builder := &rewrite.Builder{}
	targets, err := builder.Tests(context.Background(), []string{"."})
	require.NoError(t, err)
	require.Len(t, targets, 1)
	require.Empty(t, targets[0].Err)
	binary := targets[0].Binary
	run := func(env, name string) *verdict.Verdict {
		cmd := exec.Command(binary, "-test.run=^TestOne", "-test.timeout=50s")
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
	var names []string
	for _, e := range append(catalog.Buffers(), catalog.Rendezvous()...) {
		names = append(names, e.Name)
	}
	for _, e := range catalog.Streams() {
		names = append(names, e.Name)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if v := run(catalogEnv, name); v != nil {
				assert.Equal(t, verdict.Pass, v.Answer, "%v", v.Findings)
				t.Log(v.Coverage, v.Unchecked)
				assert.Contains(t, v.Coverage, "every interleaving")
			}
		})
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-22s %-7s %s\n", "variant", "code", "found in (scope, capacity; execution)")
	for _, e := range faulty.All() {
		where := "-"
		t.Run(e.Name, func(t *testing.T) {
			v := run(faultyEnv, e.Name)
			if v == nil {
				return
			}
			var codes []verdict.Code
			for _, f := range v.Findings {
				codes = append(codes, f.Code)
				t.Log(f.Code, f.Message)
				if i := strings.LastIndex(f.Message, "("); i >= 0 && strings.Contains(f.Message[i:], "execution") && f.Code == verdict.Code(e.Code) {
					where, _, _ = strings.Cut(f.Message[i+1:], ")") // what it suggests may follow
				}
			}
			t.Log(v.Coverage, v.Unchecked)
			assert.Contains(t, codes, verdict.Code(e.Code))
		})
		fmt.Fprintf(&table, "%-22s %-7s %s\n", e.Name, e.Code, where)
	}
	if !t.Failed() {
		golden.Compare(t, filepath.Join("testdata", "exhaustive.golden"), table.String())
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
	var v *verdict.Verdict
	for _, e := range append(catalog.Buffers(), catalog.Rendezvous()...) {
		if e.Name == name {
			v = checkEntry(e)
		}
	}
	for _, e := range catalog.Streams() {
		if e.Name == name {
			p := check.Promise{RefusalsCoverDeadlines: true, Capacities: []int{2, 4}}
			v = checkStream(e, check.StreamPromise{Promise: p, Atomic: 2})
		}
	}
	out, err := json.Marshal(v)
	require.NoError(t, err)
	fmt.Printf("\nverdict: %s\n", out)
}

// chanceEnv names the faulty variant that a child process runs under the real
// scheduler.
const chanceEnv = "IPCCHECK_TEST_CHANCE"

// TestByChance runs the scopes that are explored under the real scheduler instead,
// 10,000 times each, and says which faults are met so. It takes long, and is made
// by IPCCHECK_LONG=1 go test ./check -run ByChance.
func TestByChance(t *testing.T) {
	if name := os.Getenv(chanceEnv); name != "" {
		check.ByChance(10_000)
		for _, e := range faulty.All() {
			if e.Name == name {
				out, err := json.Marshal(checkVariant(e))
				require.NoError(t, err)
				fmt.Printf("\nverdict: %s\n", out)
			}
		}
		return
	}
	if os.Getenv("IPCCHECK_LONG") == "" {
		t.Skip("takes minutes: set IPCCHECK_LONG=1")
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-22s %-7s %s\n", "variant", "code", "met in 10,000 runs of each scope under the real scheduler")
	for _, e := range faulty.All() {
		if e.Object == "mailbox" {
			continue
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestByChance$", "-test.timeout=600s")
		cmd.Env = append(os.Environ(), chanceEnv+"="+e.Name, "IPCCHECK_TEST_PART=exhaustive")
		out, _ := cmd.CombinedOutput()
		met := "no"
		if _, rest, ok := bytes.Cut(out, []byte("\nverdict: ")); !ok {
			met = "yes, the program dies"
		} else {
			line, _, _ := bytes.Cut(rest, []byte("\n"))
			v := new(verdict.Verdict)
			require.NoError(t, json.Unmarshal(line, v))
			for _, f := range v.Findings {
				if i := strings.LastIndex(f.Message, "("); f.Code == verdict.Code(e.Code) && i >= 0 {
					met = "yes, " + strings.Trim(f.Message[i:], "()")
				} else if met == "no" {
					met = "as " + string(f.Code)
				}
			}
		}
		t.Log(e.Name, met)
		fmt.Fprintf(&table, "%-22s %-7s %s\n", e.Name, e.Code, met)
	}
	require.NoError(t, os.WriteFile(filepath.Join("testdata", "chance.txt"), []byte(table.String()), 0o666))
}
