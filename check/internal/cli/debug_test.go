package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// A debugger stops where the fault is, and not where a first goroutine only waits for the
// others, or in a dependency.
func TestStopsOfAFault(t *testing.T) {
	waits := &verdict.Trace{
		Objects: []verdict.Object{{Name: "wg", Kind: "waitgroup"}, {Name: "mu", Kind: "mutex"}},
		Steps:   []verdict.Step{{Position: "a.go:1:1"}},
		Waiting: []verdict.Waiting{{Object: 1, Position: "a.go:9:2"}, {Process: 1, Object: 2, Position: "a.go:4:2"}, {Process: 2, Position: "lib@v1.0.0/b.go:3"}},
	}
	assert.Equal(t, []string{"a.go:4:2"}, stops(verdict.Finding{Trace: waits}))
	waits.Race = &verdict.Race{Accesses: []verdict.RaceSide{{Position: "a.go:5:2"}, {Position: "a.go:6:2"}}}
	assert.Equal(t, []string{"a.go:5:2", "a.go:6:2"}, stops(verdict.Finding{Trace: waits}))
	waits.Fault = &verdict.Fault{Position: "a.go:7"}
	assert.Equal(t, []string{"a.go:7"}, stops(verdict.Finding{Trace: waits}))
	assert.Equal(t, []string{"a.go:1:1"}, stops(verdict.Finding{Trace: &verdict.Trace{Steps: waits.Steps}}))
	assert.Empty(t, stops(verdict.Finding{}))
}
