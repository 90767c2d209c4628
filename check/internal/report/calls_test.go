package report

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// The steps of one call are one row, those of two calls are not, and time that passes is
// told.
func TestCallsAreRows(t *testing.T) {
	frames := []verdict.Frame{{Func: "f", Position: "x.go:3:2"}}
	site := func(op, label string) verdict.Site {
		return verdict.Site{Op: op, Label: label, Position: "x.go:3:2", Frames: frames}
	}
	tr := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"test", "clock"},
		Actors:  []verdict.Actor{{ID: "G0", Name: "test", Kind: "goroutine"}, {ID: "clock", Name: "clock", Kind: "clock"}},
		Objects: []verdict.Object{{Name: "mu", Kind: "rwmutex"}},
		Sites:   []verdict.Site{site("lock", "mu.Lock()"), site("locked", "mu.Lock()"), site("send", "c <- 1")},
	}
	step := func(site int, op string) verdict.Step {
		return verdict.Step{Site: site, Op: op, Label: tr.Sites[site-1].Label, Position: "x.go:3:2"}
	}
	tr.Steps = []verdict.Step{
		step(1, "lock"), step(2, "locked"), {Process: 1, Op: "clock", Label: "the clock jumps", Time: 3_000_000},
		step(3, "send"), step(3, "send"), step(1, "lock"),
	}
	tr.Steps[1].Critical = true
	var out bytes.Buffer
	require.NoError(t, Trace(&out, tr, Options{Width: 80}))
	assert.Contains(t, out.String(), "\n  !1–2  :3 mu.Lock()\n")
	assert.Contains(t, out.String(), "time passes  time +3ms\n")
	assert.Contains(t, out.String(), "\n   4–5  :3 c <- 1 ×2\n")
	tr.Sites[1].Frames = []verdict.Frame{{Func: "f", Position: "x.go:3:2"}, {Func: "g", Position: "x.go:9:2"}}
	out.Reset()
	require.NoError(t, Trace(&out, tr, Options{Width: 80}))
	assert.Contains(t, out.String(), "\n     1  :3 mu.Lock()\n", "called from elsewhere")
}
