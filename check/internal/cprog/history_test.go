//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// What a harness records is held against what it says that the object is: each fault of a
// buffer has its code, and a right one passes, whether the harness says what it calls or
// not, and if it ends while threads are at work.
func TestHistories(t *testing.T) {
	t.Parallel()
	p := program(t, "harness.c")
	for _, tt := range []struct{ args, want string }{
		{"0 1 -", ""},
		{"0 1 c", ""},
		{"0 2 e", ""},
		{"0 2 ec", ""},
		{"0 1 l", ""},
		{"0 1 lc", ""},
		{"1 2 -", "IPC002"},
		{"1 2 c", "IPC002"},
		{"2 2 -", "IPC003"},
		{"2 2 c", "IPC003"},
		{"3 2 -", "IPC004"},
		{"3 2 c", "IPC004"},
		{"4 1 -", ""}, // the receive may have begun before the second send
		{"4 1 c", "IPC006"},
		{"5 1 -", "IPC001"},
		{"5 1 c", "IPC007"},
		{"6 3 e", "IPC014"},
		{"6 3 ec", "IPC014"},
	} {
		v := Explore(context.Background(), p, "harness", Config{
			Args: strings.Fields(tt.args), Search: search.Options{Executions: 20_000, SignalAny: true, Leaks: search.LeaksWarn},
		}).Verdict
		assert.Equal(t, tt.want, codes(v), "%s: %s %v", tt.args, v.Reason, messages(v))
		if v.Answer == verdict.Pass {
			assert.Contains(t, v.Coverage, "; by what is recorded, buffer is a bounded buffer of capacity ", "%s", tt.args)
		}
	}
}

// The order of calls and returns is explored: of two operations that have nothing to do
// with each other either may have returned before the other is called.
func TestHistoriesInEveryOrder(t *testing.T) {
	t.Parallel()
	p := program(t, "unrelated.c")
	v := Explore(context.Background(), p, "unrelated", Config{Search: search.Options{Executions: 1000}}).Verdict
	assert.Equal(t, "IPC002", codes(v), "%s %v", v.Reason, messages(v))
	assert.Contains(t, messages(v)[0], "box is no unbounded buffer: item 7 was accepted and never delivered, and try_recv answered empty (unrelated.c:10, unrelated.c:19)")
}
