package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/ipccheck/ipccheck/check/internal/measure/verdicts"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// rules are what goroutines left behind may be: by default, and strictly.
var rules = [...]string{"warn", "strict"}

// folder runs `ipccheck test` on the kernels below a folder as they are: each folder with
// tests is one, as in GoBench's checkout (gobench/goker/nonblocking).
func folder(w io.Writer, from, dir, language string, only *regexp.Regexp) error {
	if err := copied(from, dir, language); err != nil {
		return err
	}
	var found [len(rules)]map[string]*verdict.Verdict
	var names []string
	for i, rule := range rules {
		found[i] = map[string]*verdict.Verdict{}
		for _, v := range verdicts.Of(context.Background(), "test", "-C", dir, "-json", "-leaks="+rule, "-run="+only.String(), "./...") {
			name := strings.TrimPrefix(v.Subject, "Test")
			old := found[i][name] // what the detector finds besides comes later
			if old != nil && old.Answer == verdict.Fail {
				continue
			}
			if old == nil && i == 0 {
				names = append(names, name)
			}
			found[i][name] = v
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("no kernels below %s", from)
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "kernel\tby default\texecutions\treplayed\t-leaks=strict\texecutions\twhat")
	var failed [len(rules)]int
	for _, name := range names {
		fmt.Fprint(out, name)
		what := "" // it is that of the first rule that fails
		for i := range rules {
			v := found[i][name]
			answer, executions := "none", uint64(0)
			if v != nil {
				answer, executions = string(v.Answer), v.Counts.Executions
				if v.Answer == verdict.Fail {
					failed[i]++
					answer = string(v.Findings[0].Code)
					if what == "" {
						what = v.Findings[0].Message
					}
				}
			}
			fmt.Fprintf(out, "\t%s\t%d", answer, executions)
			if i == 0 {
				fmt.Fprint(out, "\t", replayed(v))
			}
		}
		fmt.Fprintf(out, "\t%s\n", shortened(what))
	}
	fmt.Fprintf(out, "\n%d of %d by default, %d strictly\n", failed[0], len(names), failed[1])
	return out.Flush()
}

// copied copies the packages below a folder into a module with the Go version that the
// kernels are written for, each into a folder with the name of its package.
func copied(from, dir, language string) error {
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module goker\n\ngo "+language+"\n"), 0o666); err != nil {
		return err
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		of := packageClause.FindSubmatch(text)
		if of == nil {
			return fmt.Errorf("%s: no package", path)
		}
		to := filepath.Join(dir, string(of[1]))
		if err := os.MkdirAll(to, 0o777); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, filepath.Base(path)), text, 0o666)
	})
}

var packageClause = regexp.MustCompile(`(?m)^package (\w+)`)

// replayed reports whether the run with which a verdict ends is the same when it is made
// again.
func replayed(v *verdict.Verdict) string {
	if v == nil || v.Answer != verdict.Fail || v.Findings[0].Trace == nil || v.Findings[0].Trace.Replay == "" {
		return "-"
	}
	f := v.Findings[0]
	for _, again := range verdicts.Of(context.Background(), "replay", "-json", f.Trace.Replay) {
		if len(again.Findings) > 0 && again.Findings[0].Code == f.Code {
			return "yes"
		}
	}
	return "no"
}
