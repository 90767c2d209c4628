package report_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/diagnose"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// failures are verdicts of real failures, by name, with all that a trace can say.
func failures(t testing.TB) map[string]*verdict.Verdict {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "failures", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	out := map[string]*verdict.Verdict{"10-long-hugo": hugo()}
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		v := &verdict.Verdict{}
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(v), f)
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = v
	}
	for _, v := range out {
		diagnose.Fill(v, nil)
	}
	return out
}

// hugo is a deadlock of two after thousands of steps of a hundred goroutines that get
// on, as in issue 3251 of gohugoio/hugo.
func hugo() *verdict.Verdict {
	const file = "hugo3251_test.go"
	site := func(op, label string, line int, calls ...verdict.Frame) verdict.Site {
		at := fmt.Sprintf("%s:%d:2", file, line)
		frames := append([]verdict.Frame{{Func: "remoteLock", Position: at}}, calls...)
		return verdict.Site{Op: op, Label: label, Position: at, Text: label, Frames: frames}
	}
	call := func(line int) []verdict.Frame {
		return []verdict.Frame{{Func: "resGetRemote", Position: fmt.Sprintf("%s:%d:3", file, line)}, {Func: "TestHugo3251.func1", Position: file + ":59:3"}}
	}
	t := &verdict.Trace{
		Format: verdict.TraceFormat, Picture: verdict.GoPicture, Subject: "TestHugo3251", Processes: []string{"test"},
		Actors: []verdict.Actor{{ID: "G0", Name: "test", Kind: "goroutine"}},
		Objects: []verdict.Object{
			{Name: "wg#1", Kind: "waitgroup"}, {Name: "remoteURLLock", Kind: "rwmutex"}, {Name: "remoteLock.m[url]", Kind: "mutex"}, {Name: "wg#2", Kind: "waitgroup"},
		},
		Sites: []verdict.Site{
			site("add", "wg.Add(1)", 48), site("lock", "l.Lock()", 20, call(37)...), site("lock", "l.m[url].Lock()", 24, call(37)...),
			site("unlock", "l.Unlock()", 25, call(37)...), site("sleep", "time.Sleep(300 * time.Nanosecond)", 56, call(40)...),
			site("rlock", "l.RLock()", 29, call(38)...), site("wait", "wg.Wait()", 60),
		},
		Replay: "go-test@hugo_3251:example.com/hugo_3251:TestHugo3251#0x50,1x7",
	}
	step := func(p, s int) int {
		x := t.Sites[s-1]
		t.Steps = append(t.Steps, verdict.Step{Process: p, Site: s, Label: x.Label, Position: x.Position, Op: x.Op})
		return len(t.Steps)
	}
	for range 50 {
		step(0, 1)
		last := &t.Steps[len(t.Steps)-1]
		last.Object = 1
		n := len(t.Steps)
		last.Changes = []verdict.Change{{Name: "wg#1", From: fmt.Sprint(n - 1), To: fmt.Sprint(n), Object: 1, Field: "count"}}
	}
	zero := 0
	for g := 1; g <= 101; g++ {
		t.Processes = append(t.Processes, fmt.Sprintf("G%d resGetRemote", g))
		t.Actors = append(t.Actors, verdict.Actor{ID: fmt.Sprintf("G%d", g), Name: "resGetRemote", Kind: "goroutine", Parent: &zero, Go: &verdict.Start{Position: file + ":58:3"}})
	}
	for len(t.Steps) < 8107 {
		g := 1 + len(t.Steps)/5%99
		t.Actors[g].Ended = len(t.Steps) + 5
		for _, s := range []int{5, 2, 3, 4, 5} {
			step(g, s)
		}
	}
	taken := step(100, 3)
	last := step(100, 4)
	step(101, 5)
	held := step(101, 2)
	for len(t.Steps) < 8209 {
		step(1+len(t.Steps)%49, 5)
	}
	g100, g101 := 100, 101
	t.Waiting = []verdict.Waiting{
		{Process: 0, Site: 7, Label: "wg.Wait()", Op: "wait", Position: file + ":60:2", For: "wg#2: 2 not done", Object: 4, Since: 50},
		{Process: 100, Site: 6, Label: "l.RLock()", Op: "rlock", Position: file + ":29:2", For: "remoteURLLock, held by G101", Object: 2, Holder: &g101, Since: last},
		{Process: 101, Site: 3, Label: "l.m[url].Lock()", Op: "lock", Position: file + ":24:2", For: "remoteLock.m[url], held by G100", Object: 3, Holder: &g100, Since: held},
	}
	t.Holds = []verdict.Hold{{Process: 100, Object: 3, Since: taken}, {Process: 101, Object: 2, Since: held}}
	return &verdict.Verdict{
		Schema: verdict.Schema, Subject: "TestHugo3251", Kind: verdict.Test, Answer: verdict.Fail, Engine: "search", Coverage: "2 executions, up to the first that fails",
		Counts:   verdict.Counts{Executions: 2},
		Findings: []verdict.Finding{{Code: verdict.Deadlock, Message: "2 goroutines are blocked forever", Trace: t}},
	}
}

func TestFailuresGolden(t *testing.T) {
	for name, v := range failures(t) {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, width := range []int{80, 120, 200} {
				section(&b, fmt.Sprintf("width %d", width), func(w io.Writer) error {
					return report.Text(w, v, report.Options{Width: width})
				})
			}
			compare(t, filepath.Join("failures", name), b.String())
		})
	}
}

// Where the names of goroutines would be broken, the steps have their numbers, and a line says
// which these are.
func TestLongNamesOfGoroutines(t *testing.T) {
	v := failures(t)["12-kubernetes-11298"]
	trace := v.Findings[0].Trace
	for i := range trace.Processes {
		if id, name, ok := strings.Cut(trace.Processes[i], " "); ok {
			trace.Processes[i] = id + " " + name + "OfTheReconcilerOfNamespaces"
		}
	}
	var b strings.Builder
	require.NoError(t, report.Text(&b, v, report.Options{Width: 80}))
	assert.Contains(t, b.String(), "\n  G1: TestKubernetes11298OfTheReconcilerOfNamespaces; G")
	assert.Regexp(t, `\n +\d+ +G3 +:\d+ `, b.String())
}

// The command that runs again what is warned of can be copied: it is on a line of its own.
func TestWarningsCanBeRunAgain(t *testing.T) {
	replay := "go-test:example.com/m:TestAsk#" + strings.Repeat("0,1x2,", 20) + "it's"
	v := &verdict.Verdict{Subject: "TestAsk", Kind: verdict.Test, Answer: verdict.Pass, Findings: []verdict.Finding{
		{Code: verdict.Leak, Severity: verdict.Warning, Message: "G1 slow is left behind", Trace: &verdict.Trace{Replay: replay}},
	}}
	var b strings.Builder
	require.NoError(t, report.Text(&b, v, report.Options{Width: 80}))
	assert.Contains(t, b.String(), "G1 slow is left behind; again:\n  ipccheck replay '"+strings.TrimSuffix(replay, "'s")+`'\''s'`+"\n")
}

// Thousands of steps are told in few lines, and all the same it is said who waits for
// what.
func TestLongRunsAreShort(t *testing.T) {
	v := failures(t)["10-long-hugo"]
	require.Len(t, v.Findings[0].Trace.Steps, 8209)
	var b strings.Builder
	require.NoError(t, report.Text(&b, v, report.Options{}))
	assert.LessOrEqual(t, strings.Count(b.String(), "\n"), 40)
	for _, want := range []string{"G100 resGetRemote waits", "remoteLock.m[url]", "held by", "wg.Add(1) ×50"} {
		assert.Contains(t, b.String(), want)
	}
}

func BenchmarkLongRun(b *testing.B) {
	v := failures(b)["10-long-hugo"]
	for b.Loop() {
		if err := report.Text(io.Discard, v, report.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
