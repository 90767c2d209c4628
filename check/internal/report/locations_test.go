package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// A failed assertion is at the place that its message names, also in C, and a place that
// is told already is not told again.
func TestPlacesInMessages(t *testing.T) {
	r := Result{File: func(name string) string { return name }}
	places := func(f verdict.Finding) (out []string) {
		for _, l := range r.locations(f) {
			out = append(out, l.String()+" "+l.what)
		}
		return out
	}
	assert.Equal(t, []string{"ring.c:18 it fails here"}, places(verdict.Finding{Code: verdict.FailedAssertion, Message: "assertion failed: items <= 1 (ring.c:18), in T3 put"}))
	assert.Equal(t, []string{"a.go:28 main: boom"}, places(verdict.Finding{
		Code: verdict.Crash, Message: "main panics at a.go:28: boom",
		Trace: &verdict.Trace{Processes: []string{"main"}, Fault: &verdict.Fault{Message: "boom", Position: "a.go:28"}},
	}))
}
