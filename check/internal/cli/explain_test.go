package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/explain"
)

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
	for _, topic := range []string{"IPC001", "time"} {
		narrow := run("explain", topic, "-width", "60").out
		assert.Equal(t, strings.Fields(run("explain", topic).out), strings.Fields(narrow))
		for line := range strings.Lines(narrow) {
			assert.True(t, len(line) <= 61 || strings.HasPrefix(line, "    "), line) // code is as it is
		}
	}

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
