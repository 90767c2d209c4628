package cli

import (
	"strings"
	"testing"

	"github.com/ipccheck/ipccheck/model/step"
)

// Whatever is given as values is refused in one line, or gives values that are
// in range, different and not too many.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"1", "1..4", "1,2,4", "4..1", "-1..1", "0..2147483647", "", ",", "..", "1...2", "99999999999999999999", "one", "one,two", "one..two", "\x00"} {
		f.Add(s, -3, 300_000)
		f.Add(s, 1, 4)
	}
	f.Fuzz(func(t *testing.T, text string, least, most int) {
		for _, p := range []step.Param{{Name: "p", Min: least, Max: most}, {Name: "p", Words: []string{"one", "two", "all"}}} {
			vs, sweep, err := parseValues("m", p, text)
			if err != nil {
				if strings.Contains(err.Error(), "\n") {
					t.Fatalf("error of several lines: %q", err)
				}
				continue
			}
			if p.Words != nil {
				least, most = 0, len(p.Words)-1
			}
			seen := map[int]bool{}
			for _, v := range vs {
				if v < least || v > most || seen[v] {
					t.Fatalf("%q gives %v, of %d to %d", text, vs, least, most)
				}
				seen[v] = true
			}
			if len(vs) == 0 || len(vs) > maxCombinations || len(vs) > 1 && !sweep {
				t.Fatalf("%q gives %d values, sweep %v", text, len(vs), sweep)
			}
		}
	})
}

// A command line of explore is understood or refused in one line.
func FuzzExploreArguments(f *testing.F) {
	for _, s := range []string{
		"one-slot -producers 1..3 -json", "--producers=2 one-slot", "-h", "-- -x", "one-slot -test", "one-slot -producers 1 -producers 2",
		"two-flags -rounds -1", "- -", "one-slot -timeout 1h -states 5 -depth 2 -width 80 -workers 2 -junit x -quiet=false",
	} {
		f.Add(s)
	}
	tool := newTool(nil, nil, "")
	f.Fuzz(func(t *testing.T, line string) {
		x, err := tool.parseExplore(strings.Split(line, " "))
		switch {
		case err != nil && strings.Contains(err.Error(), "\n"):
			t.Fatalf("error of several lines: %q", err)
		case err == nil && (len(x.runs) == 0 || len(x.runs) > maxCombinations):
			t.Fatalf("%q gives %d combinations", line, len(x.runs))
		}
	})
}

// A replay string is run, or refused in one line.
func FuzzReplayString(f *testing.F) {
	for _, s := range []string{
		"one-slot#0.0,1.0", "one-slot:producers=2,test=careless#0.0,1.0,1.1,0.1", "two-flags:rounds=1#0.0,1.0", "one-slot", "#", ":#", "one-slot:=#",
		"one-slot:producers=1,#", "one-slot#0.0.4294967295", "one-slot#65535.65535", "one-slot#0.0,,", "two-flags:rounds=-1#",
	} {
		f.Add(s)
	}
	tool := newTool(nil, nil, "")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := tool.repeat(pastRun{from: "fuzz", text: text})
		switch {
		case err != nil && strings.Contains(err.Error(), "\n"):
			t.Fatalf("error of several lines: %q", err)
		case err != nil:
			return
		}
		// What ran can be named, and runs again.
		again, err := tool.repeat(pastRun{from: "fuzz", text: r.Trace.Replay, trace: r.Trace})
		if err != nil || again.Verdict.Answer != r.Verdict.Answer {
			t.Fatalf("%q ran, %q did not: %v", text, r.Trace.Replay, err)
		}
	})
}

// A file of traces is read, or refused in one line.
func FuzzReadRuns(f *testing.F) {
	for _, s := range []string{
		run("explore", "-json", "one-slot", "-producers", "1..2").out,
		`{"format":"ipccheck-trace/1","replay":"one-slot#0.0","processes":["a"],"steps":[{"process":-5,"label":"x"}]}`,
		`{"schema":"ipccheck/1","findings":[{"code":"IPC001","trace":null}]}`, `{"schema":"ipccheck/9"}`, "{", "[]", "null", "",
	} {
		f.Add(s)
	}
	tool := newTool(nil, nil, "")
	f.Fuzz(func(t *testing.T, in string) {
		runs, err := readRuns("fuzz", strings.NewReader(in))
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatalf("error of several lines: %q", err)
		}
		for _, r := range runs {
			if _, err := tool.repeat(r); err != nil && strings.Contains(err.Error(), "\n") {
				t.Fatalf("error of several lines: %q", err)
			}
		}
	})
}
