// Replays explores the tests and programs of every module below the folders that are
// its arguments, and makes each run that a report ends with once more, in a process of
// its own: it must end in the same finding, by the same steps.
package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/measure/verdicts"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: replays FOLDER...")
		os.Exit(2)
	}
	var sum totals
	for _, dir := range os.Args[1:] {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() != "go.mod" {
				return err
			}
			sum.module(context.Background(), filepath.Dir(path), os.Stdout)
			return nil
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	fmt.Printf("%d runs, %d of them another one when replayed\n", sum.runs, sum.differ)
	if sum.differ > 0 {
		os.Exit(1)
	}
}

// totals counts runs that were replayed.
type totals struct{ runs, differ int }

// module explores a module and replays what its reports end with.
func (s *totals) module(ctx context.Context, dir string, w io.Writer) {
	args := []string{"test", "-C", dir, "-json", "-leaks=strict", "-budget=4000,8s", "-stall=8s", "./..."}
	if _, err := os.Stat(filepath.Join(dir, "main.go")); err == nil {
		args[0], args[len(args)-1] = "run", "."
	}
	for _, v := range verdicts.Of(ctx, args...) {
		for _, f := range v.Findings {
			if f.Trace == nil || f.Trace.Replay == "" {
				continue
			}
			s.runs++
			again := verdicts.Of(ctx, "replay", "-json", "-stall=8s", f.Trace.Replay)
			if how := differ(f, again); how != "" {
				s.differ++
				fmt.Fprintf(w, "%s %s: %s\n\t%.200s\n", dir, v.Subject, how, f.Trace.Replay)
			}
		}
	}
}

// differ says how the finding of a replay differs from that which it replays, "" if
// it does not.
func differ(f verdict.Finding, again []*verdict.Verdict) string {
	if len(again) != 1 || len(again[0].Findings) == 0 {
		return fmt.Sprintf("%s, and nothing when replayed", f.Code)
	}
	g := again[0].Findings[0]
	if g.Code != f.Code {
		return fmt.Sprintf("%s, and %s when replayed", f.Code, g.Code)
	}
	if !sameSteps(f.Trace, g.Trace) {
		return fmt.Sprintf("%s by other steps when replayed", f.Code)
	}
	return ""
}

// sameSteps reports whether a replay goes the steps of a trace. Of one that leaves its
// steps out, to keep a line of the report short, it is known only how many they are.
func sameSteps(t, again *verdict.Trace) bool {
	if again == nil {
		return false
	}
	if t.LeftOut > 0 {
		return t.LeftOut == len(again.Steps)+again.LeftOut
	}
	return steps(t) == steps(again)
}

// steps are those of a trace, as a text.
func steps(t *verdict.Trace) string {
	var b strings.Builder
	for _, s := range t.Steps {
		fmt.Fprintln(&b, s.Process, s.Label, s.Alt)
	}
	return b.String()
}
