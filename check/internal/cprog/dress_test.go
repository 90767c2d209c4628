//go:build linux && amd64

package cprog

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Who has a lock, and who waits, is said with the names that threads have in C.
func TestOwnersAreThreads(t *testing.T) {
	tr := &verdict.Trace{
		Processes: []string{"main", "child 1"},
		Actors:    []verdict.Actor{{ID: "G0"}, {ID: "G1"}},
		Steps: []verdict.Step{{Changes: []verdict.Change{
			{Field: "owner", From: "G0", To: "G1"}, {Field: "waiting", To: "[G0 G1 G7]"}, {Field: "value", To: "G1"},
		}}},
	}
	(&session{}).dress(tr)
	assert.Equal(t, []verdict.Change{
		{Field: "owner", From: "T0", To: "P1"}, {Field: "waiting", To: "[T0 P1 G7]"}, {Field: "value", To: "G1"},
	}, tr.Steps[0].Changes)
}
