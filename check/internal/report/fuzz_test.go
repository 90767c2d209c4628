package report_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Whatever is in a verdict, what is written of it for programs is well-formed.
func FuzzMachines(f *testing.F) {
	for _, v := range []*verdict.Verdict{lostWakeup(), race(), hostile(), deadlock(), inconclusive(), suiteVerdict(), pass()} {
		b, err := json.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, "queue.go", "TestX/a\nb")
	}
	f.Add([]byte(`{"findings":[{"trace":{"steps":[{"process":-1,"site":9,"object":-3,"critical":true}],"waiting":[{"process":7,"site":-1}],"race":{"accesses":[{"process":5}]}}}]}`), "::%,\r\n", "\x00")
	f.Fuzz(func(t *testing.T, text []byte, file, test string) {
		v := &verdict.Verdict{}
		if json.Unmarshal(text, v) != nil {
			return
		}
		r := report.Result{
			Verdict: v, Test: test, Package: test, Position: file + ":3", Skipped: test, Output: file,
			Subtests: []report.Subtest{{Name: test, Action: "fail"}, {Name: test + "/" + file, Action: "skip"}},
			File:     func(string) string { return file },
		}
		run := report.Run{Results: []report.Result{r}, Broken: []report.Broken{{Package: test, Why: file}}}
		write := func(w func(io.Writer) error) string {
			var b strings.Builder
			if err := w(&b); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		for _, name := range []string{"sarif", "codequality", "perfetto"} {
			if out := write(func(w io.Writer) error { return format(name).File(w, run) }); !json.Valid([]byte(out)) {
				t.Fatalf("%s is no JSON: %s", name, out)
			}
		}
		d := xml.NewDecoder(strings.NewReader(write(func(w io.Writer) error { return format("junit").File(w, run) })))
		for {
			if _, err := d.Token(); err != nil {
				if !errors.Is(err, io.EOF) {
					t.Fatalf("JUnit: %v", err)
				}
				break
			}
		}
		for line := range strings.Lines(write(func(w io.Writer) error { return report.Annotations(w, run) })) {
			if !strings.HasPrefix(line, "::") || !utf8.ValidString(line) {
				t.Fatalf("no annotation: %q", line)
			}
		}
		write(func(w io.Writer) error { return report.Summary(w, run) })
		for line := range strings.Lines(write(func(w io.Writer) error { return format("mermaid").Stream(w, report.Options{}).Result(r) })) {
			line = strings.TrimSpace(line)
			if line != "" && line != "sequenceDiagram" && !strings.HasPrefix(line, "%%") && !strings.HasPrefix(line, "participant ") && !strings.HasPrefix(line, "Note over p") && line[0] != 'p' {
				t.Fatalf("no line of a diagram: %q", line)
			}
		}
		events := format("json").Package(io.Discard, report.Options{}, test)
		if err := errors.Join(events.Output(file), events.Result(r), events.End("fail", "", 1)); err != nil {
			t.Fatal(err)
		}
	})
}
