// Goker explores the blocking kernels of GoBench that come with the Go
// distribution, and prints what is found in each. It takes them from GOROOT: in
// each but Moby27782, some goroutine can be left behind that waits forever.
//
// A kernel is repeated many times there, and what it does inside too, to be met by
// chance; here it runs once, and what is repeated a hundred times or more inside
// twice, in every interleaving.
//
// With -dir, it runs `ipccheck test` on the kernels below a folder as they are: the
// non-blocking ones of GoBench's checkout.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func main() {
	budget := flag.Uint64("budget", 200_000, "executions of a kernel")
	seconds := flag.Float64("seconds", 60, "time for a kernel, in seconds")
	only := flag.String("run", "", "pattern of the kernels")
	from := flag.String("dir", "", "take the kernels below this `folder`, as they are, and the flags of ipccheck test")
	language := flag.String("go", "1.18", "Go `version` of these kernels: before 1.22 all turns of a loop share its variable")
	flag.Parse()
	if err := in(*only, func(dir string, only *regexp.Regexp) error {
		if *from != "" {
			return folder(os.Stdout, *from, dir, *language, only)
		}
		return run(os.Stdout, dir, *budget, *seconds, only)
	}); err != nil {
		fmt.Fprintln(os.Stderr, "goker:", err)
		os.Exit(2)
	}
}

// in calls f with a folder that is there meanwhile, and the pattern of the kernels.
func in(only string, f func(dir string, only *regexp.Regexp) error) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "goker")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return f(dir, pattern)
}

var (
	registered = regexp.MustCompile(`register\("(\w+)", (\w+)\)`)
	constants  = regexp.MustCompile(`(?m)^(const \w+ = )\d{3,}$`)
	repeats    = regexp.MustCompile(`(?m)^(\t+for \w+ := 0; \w+ <=? )(\d+)(; \w+\+\+ \{)`)
)

// kernels writes a module with the kernels as tests, and returns their names.
func kernels(dir string) ([]string, error) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(goroot)), "src/runtime/testdata/testgoroutineleakprofile/goker/*.go"))
	if err != nil {
		return nil, err
	}
	var names []string
	var tests strings.Builder
	tests.WriteString("package main\n\nimport \"testing\"\n")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		text := repeats.ReplaceAllStringFunc(string(b), func(loop string) string {
			m := repeats.FindStringSubmatch(loop)
			n, outermost := m[2], strings.HasPrefix(loop, "\tfor")
			switch {
			case outermost && len(n) > 1:
				n = "1"
			case len(n) > 2:
				n = "2"
			}
			return strings.Replace(m[1], "<=", "<", 1) + n + m[3]
		})
		text = constants.ReplaceAllString(text, "${1}2")
		text = strings.ReplaceAll(text, "prof.WriteTo(os.Stdout, 2)", "_, _ = prof, os.Stdout")
		for _, m := range registered.FindAllStringSubmatch(text, -1) {
			names = append(names, m[1])
			fmt.Fprintf(&tests, "\nfunc Test%s(t *testing.T) { %s() }\n", m[1], m[2])
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f)), []byte(text), 0o666); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no kernels in GOROOT: they come with Go 1.26")
	}
	if err := os.WriteFile(filepath.Join(dir, "kernels_test.go"), []byte(tests.String()), 0o666); err != nil {
		return nil, err
	}
	return names, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module goker\n\ngo 1.26\n"), 0o666)
}

func run(w io.Writer, dir string, budget uint64, seconds float64, only *regexp.Regexp) error {
	names, err := kernels(dir)
	if err != nil {
		return err
	}
	b := &rewrite.Builder{Dir: dir}
	targets, err := b.Tests(context.Background(), []string{"."})
	if err != nil {
		return err
	}
	t := targets[0]
	if t.Err != "" {
		return fmt.Errorf("the kernels cannot be built: %s", t.Err)
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "kernel\tfound\texecutions\tseconds\twhat")
	found, all := 0, 0
	for _, name := range names {
		if !only.MatchString(name) {
			continue
		}
		all++
		begin := time.Now()
		err := t.Explore(context.Background(), rewrite.Run{Config: wire.Config{Tests: []string{"Test" + name}, Executions: budget, Seconds: seconds, Seed: 1, Steps: 10_000, Leaks: wire.LeaksStrict}, Args: []string{"-test.run=^Test" + name + "$"}}, func(r rewrite.Result) {
			yes, what := "no", r.Verdict.Reason
			switch r.Verdict.Answer {
			case verdict.Pass:
				what = "pass: " + r.Verdict.Coverage
			case verdict.Fail:
				f := r.Verdict.Findings[0]
				if what = string(f.Code) + " " + f.Message; f.Code == verdict.Leak || f.Code == verdict.Deadlock || f.Code == verdict.Livelock {
					yes = "yes"
					found++
				}
			}
			fmt.Fprintf(out, "%s\t%s\t%d\t%.2f\t%s\n", name, yes, r.Verdict.Counts.Executions, time.Since(begin).Seconds(), shortened(what))
		})
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\n%d of %d\n", found, all)
	return out.Flush()
}

// shortened is what fits into a line.
func shortened(what string) string {
	if r := []rune(what); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return what
}
