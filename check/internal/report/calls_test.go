package report

import (
	"bytes"
	"testing"
	"time"

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

// A diagram adds up what steps change that are one statement, says once what an object
// without a name is, and counts calls, not steps.
func TestDiagramsAddUp(t *testing.T) {
	adds := func(from, to string) verdict.Step {
		return verdict.Step{Op: "add", Label: "wg.Add(1)", Object: 1, Changes: []verdict.Change{{Name: "wg", Object: 1, Field: "count", From: from, To: to}}}
	}
	lock := verdict.Step{Op: "lock", Label: "mu.Lock()", Object: 2}
	locked := lock
	locked.Op = "locked"
	text := mermaid(&verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"test"}, Objects: []verdict.Object{{Name: "wg", Kind: "waitgroup"}, {Name: "mutex 1", Kind: "mutex"}},
		Steps: []verdict.Step{adds("0", "1"), adds("1", "2"), adds("2", "3"), lock, locked},
	}, "")
	assert.Contains(t, text, "1–3 wg.Add(1) ×3 / wg 0→3\n")
	assert.Contains(t, text, "4–5 mu.Lock()\n")
	assert.Contains(t, text, "participant o2 as mutex 1\n")
}

func TestDurationsAreRounded(t *testing.T) {
	for d, want := range map[time.Duration]string{1: "1ns", 999_999_999: "1s", 1_000_000_001: "1s", 123_456: "123.46µs", 300: "300ns", 1_234_500_000: "1.2345s"} {
		assert.Equal(t, want, rounded(d).String())
	}
}

// What chance has decided is told.
func TestChanceIsTold(t *testing.T) {
	tr := &verdict.Trace{
		Picture: verdict.GoPicture, Processes: []string{"test"},
		Actors:  []verdict.Actor{{ID: "G0", Name: "test", Kind: "goroutine"}},
		Objects: []verdict.Object{{Name: "p", Kind: "atomic", Type: "sync.Pool"}},
		Steps: []verdict.Step{
			{Op: "choose", Label: "rand.IntN(3)", Value: "2", Position: "x.go:3:2"},
			{Op: "choose", Label: "choose", Value: "the keys in another order", Position: "x.go:4:2"},
			{Op: "update", Label: "p.Get()", Object: 1, Value: "nothing that was put", Position: "x.go:5:2"},
		},
	}
	var out bytes.Buffer
	require.NoError(t, Trace(&out, tr, Options{Width: 80}))
	for _, line := range []string{":3 rand.IntN(3) = 2\n", ":4 the keys in another order\n", ":5 p.Get(): nothing that was put\n"} {
		assert.Contains(t, out.String(), line)
	}
}
