package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Long runs are in files, those of other ends, too; short ones are not.
func TestLongRunsAreInFiles(t *testing.T) {
	t.Setenv("IPCCHECK_CACHE", t.TempDir())
	long := "go-test:m:TestX#" + strings.Repeat("0,1,", longReplay)
	v := &verdict.Verdict{Findings: []verdict.Finding{{Trace: &verdict.Trace{Replay: "go-test:m:TestX#0,1"}}}, Outcomes: []verdict.Outcome{{Replay: long}, {Replay: "go-test:m:TestX#0,1"}, {}}}
	keepLong(v)
	assert.Empty(t, v.Findings[0].Trace.ReplayFile)
	assert.Empty(t, v.Outcomes[1].ReplayFile)
	assert.Empty(t, v.Outcomes[2].ReplayFile)
	text, err := os.ReadFile(v.Outcomes[0].ReplayFile)
	require.NoError(t, err)
	assert.Contains(t, string(text), long)
}
