package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Histories of known truth: testdata/histories/expected.tsv.
func TestHistoriesOfKnownTruth(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "testdata", "histories")
	table, err := os.ReadFile(filepath.Join(folder, "expected.tsv"))
	require.NoError(t, err)
	for row := range strings.Lines(string(table)) {
		f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if strings.HasPrefix(row, "#") {
			continue
		}
		require.Len(t, f, 4, row)
		var out, errs bytes.Buffer
		args := append([]string{"lin", filepath.Join(folder, f[0]), "-json"}, strings.Fields(f[1])...)
		code := newTool(&out, &errs, "").run(context.Background(), args)
		if f[2] == "error" {
			assert.Equal(t, exitUsage, code, row)
			assert.NotEmpty(t, errs.String(), row)
			continue
		}
		var v verdict.Verdict
		require.NoError(t, json.Unmarshal(out.Bytes(), &v), "%s%s", row, errs.String())
		got := string(v.Answer)
		for _, found := range v.Findings {
			got += " " + string(found.Code)
		}
		assert.Equal(t, f[2], got, row)
	}
}

// Standard input that is silent does not keep the command from ending.
func TestSilentInputEndsWithTheWork(t *testing.T) {
	silent, writer := io.Pipe()
	defer writer.Close()
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.stdin = silent
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.Equal(t, exitInconclusive, tool.run(ctx, []string{"lin", "-"}))
	assert.Equal(t, "ipccheck: lin: standard input: stopped before it was read: interrupted\n", errs.String())
}

// Of what Jepsen keeps in a folder only the history is one.
func TestJepsenFolder(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"history.edn": "{:type :invoke, :process 0, :f :enqueue, :value 1}", "results.edn": "{:valid? true}", "test.edn": "{:name \"x\"}", "jepsen.log": "INFO",
		"more.jsonl.gz": "", "test.jepsen": "JEPSEN",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666))
	}
	files, err := histories([]string{folder})
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(folder, "history.edn"), filepath.Join(folder, "more.jsonl.gz")}, files)
}
