package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
