package rewrite_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// What builds and passes with go test builds rewritten, passes there as it is, and
// passes when it is explored.
func TestWhatBuildsBuildsRewritten(t *testing.T) {
	inProcessesOfTheirOwn(t)
	a, err := txtar.ParseFile(filepath.Join("testdata", "build", "packages.txtar"))
	require.NoError(t, err)
	dir := t.TempDir()
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		if strings.HasPrefix(filepath.Base(path), "crlf") {
			f.Data = append([]byte("\ufeff"), bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n"))...)
		}
		require.NoError(t, os.WriteFile(path, f.Data, 0o666))
	}
	b := &rewrite.Builder{Dir: dir}
	targets, err := b.Tests(context.Background(), []string{"./..."})
	require.NoError(t, err)
	tests := 0
	for _, target := range targets {
		if !assert.Empty(t, target.Err, target.ImportPath) || len(target.Tests) == 0 {
			continue
		}
		var out bytes.Buffer
		assert.Zero(t, target.Plain(context.Background(), nil, &out), "%s\n%s", target.ImportPath, &out)
		c := wire.Config{Executions: 200, Steps: 1000, Leaks: wire.LeaksStrict}
		for _, f := range target.Tests {
			c.Tests = append(c.Tests, f.Name)
		}
		require.NoError(t, target.Explore(context.Background(), rewrite.Run{Config: c}, func(r rewrite.Result) {
			tests++
			assert.Equal(t, verdict.Pass, r.Verdict.Answer, "%s %s: %v %v", target.ImportPath, r.Test, r.Verdict.Reason, r.Verdict.Findings)
		}))
	}
	assert.GreaterOrEqual(t, tests, 20)
}
