package report_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/diagnose"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// drawn is a verdict with a trace of random names, calls and values, which text draws.
func drawn(t *rapid.T, text *rapid.Generator[string]) *verdict.Verdict {
	n := rapid.IntRange(1, 6).Draw(t, "processes")
	object := rapid.IntRange(-1, 4)
	tr := &verdict.Trace{Picture: rapid.SampledFrom([]verdict.Picture{verdict.GoPicture, verdict.ModelPicture}).Draw(t, "picture"), Replay: text.Draw(t, "replay")}
	for range n {
		tr.Processes = append(tr.Processes, text.Draw(t, "process"))
		if rapid.Bool().Draw(t, "actor") {
			tr.Actors = append(tr.Actors, verdict.Actor{ID: text.Draw(t, "id"), Name: text.Draw(t, "name"), Kind: "goroutine", Go: &verdict.Start{Position: text.Draw(t, "go")}})
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "objects") {
		tr.Objects = append(tr.Objects, verdict.Object{Name: text.Draw(t, "object"), Kind: "chan"})
	}
	for range rapid.IntRange(0, 3).Draw(t, "sites") {
		tr.Sites = append(tr.Sites, verdict.Site{Label: text.Draw(t, "call"), Position: text.Draw(t, "position") + ":7:1", Text: text.Draw(t, "line")})
	}
	process := rapid.IntRange(-1, n)
	for range rapid.IntRange(0, 24).Draw(t, "steps") {
		s := verdict.Step{
			Process: process.Draw(t, "of"), Label: text.Draw(t, "label"), Text: text.Draw(t, "text"), Note: text.Draw(t, "note"), Site: object.Draw(t, "site"),
			Op: rapid.SampledFrom([]string{"send", "receive", "select", "load", "store", "lock", ""}).Draw(t, "op"), Value: text.Draw(t, "value"), Object: object.Draw(t, "on"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			s.Changes = append(s.Changes, verdict.Change{Name: text.Draw(t, "variable"), From: text.Draw(t, "from"), To: text.Draw(t, "to")})
		}
		tr.Steps = append(tr.Steps, s)
	}
	for range rapid.IntRange(0, 3).Draw(t, "waiting") {
		tr.Waiting = append(tr.Waiting, verdict.Waiting{Process: process.Draw(t, "who"), Label: text.Draw(t, "in"), For: text.Draw(t, "for"), Site: object.Draw(t, "at"), Since: object.Draw(t, "since")})
	}
	return &verdict.Verdict{
		Subject: text.Draw(t, "subject"), Kind: verdict.Test, Answer: verdict.Fail, Coverage: text.Draw(t, "coverage"), Engine: "search",
		Findings: []verdict.Finding{{Code: verdict.FailedAssertion, Message: text.Draw(t, "message"), Trace: tr}},
	}
}

// readable are texts of words.
var readable = rapid.StringMatching(`([a-zA-Z世.]{1,18}|[a-z.]{1,60})( [a-zA-Z.]{1,14}){0,4}`)

// At every width no word is lost or broken, and no line is longer than it may be but
// where one word is.
func TestNoWidthBreaksAWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawn(t, readable)
		width := rapid.IntRange(report.MinWidth, report.MaxWidth).Draw(t, "width")
		var b strings.Builder
		require.NoError(t, report.Text(&b, v, report.Options{Width: width}))
		text := b.String()
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			longest := 0
			for w := range strings.FieldsSeq(line) {
				longest = max(longest, report.Width(w))
			}
			if n := report.Width(line); n > width && n-longest > width && !strings.HasPrefix(line, "ipccheck replay ") {
				t.Fatalf("of %d columns, at %d: %s", n, width, line)
			}
		}
		whole := func(s string) {
			for w := range strings.FieldsSeq(s) {
				if !strings.Contains(text, w) {
					t.Fatalf("%q is not in\n%s", w, text)
				}
			}
		}
		whole(v.Subject)
		whole(v.Coverage)
		whole(v.Findings[0].Message)
		tr := v.Findings[0].Trace
		for _, s := range tr.Steps {
			if tr.Picture == verdict.ModelPicture {
				whole(s.Text)
			} else {
				whole(s.Label)
			}
			if strings.Contains(text, " ×") { // of what is folded the first and the last value stand
				continue
			}
			for _, c := range s.Changes {
				if c.Name == "PC" { // where a process is, which the table shows
					continue
				}
				whole(c.Name)
				whole(c.To)
			}
		}
		for _, w := range tr.Waiting {
			whole(w.For)
			whole(w.Label)
		}
	})
}

// hostile are texts that try to look like the report, to reach the terminal and to turn
// the direction of writing.
var hostileText = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
	"\nPASS all of it\n", "\r\nPASS\u2028PASS\u0085PASS", "\x1b[2J\x1b[1;1HPASS", "\u202eSSAP\u2066", "\nipccheck replay 'evil'\n", strings.Repeat("x", 3000),
	"世界\u3000世界", "a\tb\vc\fd", "\x9b31m", "e\u0301\u0301\u0301", "'; rm -rf ~ '", "\n\nTHE LINES\n", "שלום", "", ":7", "a:b:c", "x:99999999999999999999:1",
}))

func TestNobodyForgesLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawn(t, hostileText)
		diagnose.Fill(v, nil)
		var b strings.Builder
		o := report.Options{Width: rapid.IntRange(report.MinWidth, report.MaxWidth).Draw(t, "width"), Verbose: rapid.Bool().Draw(t, "verbose")}
		require.NoError(t, report.Text(&b, v, o))
		untouched(t, b.String())
	})
}

// untouched checks that a report of a failure has no line and no character that only
// what it reports can have brought.
func untouched(t require.TestingT, text string) {
	replays := 0
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		for _, r := range line {
			if !unicode.IsPrint(r) {
				assert.Fail(t, "does not print", "%q in %q", r, line)
			}
		}
		if strings.HasPrefix(line, "ipccheck replay ") {
			replays++
		}
		if i > 0 && (strings.HasPrefix(line, "PASS") || strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "---")) {
			assert.Fail(t, "a forged verdict", line)
		}
	}
	assert.LessOrEqual(t, replays, 1)
}

func TestOutputOfTheProgramForgesNoLines(t *testing.T) {
	var b strings.Builder
	s := report.Default().Stream(&b, report.Options{})
	v := failures(t)["07-livelock"]
	require.NoError(t, s.Result(report.Result{Verdict: v, Output: "\x1b[2Jhello\nPASS\nipccheck replay 'evil'\r\rPASS", Report: "\x1b]0;x\x07\nPASS"}))
	untouched(t, b.String())
	assert.Contains(t, b.String(), "\n  PASS\n")
	assert.Contains(t, b.String(), `\u001b[2Jhello`)
}

// Whatever a trace says that was read from a file, it is shown.
func FuzzText(f *testing.F) {
	for _, v := range failures(f) {
		if len(v.Findings[0].Trace.Steps) < 100 {
			b, err := json.Marshal(v)
			require.NoError(f, err)
			f.Add(b, 80)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, width int) {
		v := &verdict.Verdict{}
		if json.Unmarshal(b, v) != nil || len(v.Findings) > 1 {
			return
		}
		diagnose.Fill(v, nil)
		var out strings.Builder
		require.NoError(t, report.Text(&out, v, report.Options{Width: width}))
		if len(v.Outcomes) < 2 {
			untouched(t, out.String())
		}
	})
}
