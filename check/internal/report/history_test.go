package report

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Times of a clock that has run for long are told from the first one on.
func TestTimesAreToldFromTheFirst(t *testing.T) {
	to := int64(3_000_000_000_650)
	v := &verdict.Verdict{
		Schema: verdict.Schema, Subject: "shm", Kind: verdict.Stress, Answer: verdict.Fail,
		Findings: []verdict.Finding{{Code: verdict.ReorderedItem, Message: "m", Trace: &verdict.Trace{
			Format: verdict.TraceFormat, Picture: verdict.StressPicture, Processes: []string{"p", "q"},
			Operations: []verdict.Operation{
				{ID: 1, Op: "send", Label: "send(1)", From: 3_000_000_000_000, To: &to}, {ID: 2, Process: 1, Op: "recv", Label: "recv()", From: 3_000_000_000_700},
			},
			Constraints: []verdict.Constraint{{Before: 1, After: 2, Kind: "time", Why: "it had returned (t=3000000000650, t=3000000000700)"}},
		}}},
	}
	var b bytes.Buffer
	require.NoError(t, Text(&b, v, Options{Width: 100}))
	assert.Contains(t, b.String(), "THE OPERATIONS, times after t=3000000000000\n")
	assert.Contains(t, b.String(), "  0–650\n")
	assert.Contains(t, b.String(), "  700, goes on\n")
	assert.Contains(t, b.String(), "(t=650, t=700)")
}
