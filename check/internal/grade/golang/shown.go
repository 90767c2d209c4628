package golang

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// marker is what [look.withSteps] writes before a statement.
const marker = "ipccheckStep.Step(); "

// suiteFile is the test file that is generated for suites.
const suiteFile = "scenarios_test.go"

// ofSubmission leaves in the traces of a verdict what a submission does. What a scenario
// does to start its goroutines and to wait for them is left out, and an operation before a
// statement, which the engine orders, is told as that statement. The submission was built in
// the folder.
func ofSubmission(v *verdict.Verdict, dir string) {
	for i := range v.Findings {
		if t := v.Findings[i].Trace; t != nil {
			statements(t, dir)
			withoutSuite(t)
		}
	}
}

// ofSuite reports whether a place is in a suite.
func ofSuite(position string) bool {
	file, _, _ := strings.Cut(position, ":")
	return strings.HasPrefix(file, suiteFolder) || path.Base(file) == suiteFile
}

// statements tells operations before statements as these.
func statements(t *verdict.Trace, dir string) {
	told := make([]bool, len(t.Sites)+1)
	for i := range t.Sites {
		s := &t.Sites[i]
		if len(s.Frames) > 1 && strings.HasPrefix(s.Position, suiteFolder+"step.go:") {
			at, text := s.Frames[1], lineIn(dir, s.Frames[1].Position)
			s.Func, s.Label = at.Func, statement(text, at.Position)
			s.Text = strings.TrimSpace(strings.ReplaceAll(text, marker, ""))
			s.Frames, told[i+1] = s.Frames[1:], true
			s.Position, s.Frames[0].Position = lineOf(at.Position), lineOf(at.Position)
		}
		if k := slices.IndexFunc(s.Frames, func(f verdict.Frame) bool { return ofSuite(f.Position) }); k > 0 {
			s.Frames = s.Frames[:k]
		}
	}
	for i := range t.Steps {
		if s := &t.Steps[i]; told[s.Site] {
			s.Label, s.Position = t.Sites[s.Site-1].Label, t.Sites[s.Site-1].Position
			s.Object, s.Value, s.Changes, s.After = 0, "", nil, nil
		}
	}
}

// lineIn is the line at a place of a file in a folder, "" if it cannot be read.
func lineIn(dir, position string) string {
	file, rest, _ := strings.Cut(position, ":")
	number, _, _ := strings.Cut(rest, ":")
	n, _ := strconv.Atoi(number)
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if lines := strings.Split(string(text), "\n"); err == nil && 0 < n && n <= len(lines) {
		return lines[n-1]
	}
	return ""
}

// statement is the statement at a place, on one line, without what it opens, what ends
// behind it, and a comment.
func statement(text, position string) string {
	if column, err := strconv.Atoi(position[strings.LastIndexByte(position, ':')+1:]); err == nil && column <= len(text) {
		text = strings.TrimPrefix(text[max(0, column-1):], marker)
	}
	text, _, _ = strings.Cut(text, marker)
	text, _, _ = strings.Cut(text, " //")
	text = strings.TrimRight(text, "{; ")
	for strings.HasSuffix(text, "}") && strings.Count(text, "}") > strings.Count(text, "{") {
		text = strings.TrimRight(text[:len(text)-1], "; ")
	}
	return text
}

// lineOf is a position without a column, which is not that of the submission.
func lineOf(position string) string {
	if strings.Count(position, ":") > 1 {
		return position[:strings.LastIndexByte(position, ':')]
	}
	return position
}

// Of an execution with very many steps the last ones are shown.
const (
	manySteps = 1000
	mostShown = 60
)

// withoutSuite leaves out the steps that a suite makes, but for the critical one, and all but
// the last of very many.
func withoutSuite(t *verdict.Trace) {
	first := 0
	if len(t.Steps) > manySteps {
		first = len(t.Steps) - mostShown
	}
	now := make([]int, len(t.Steps)+1) // of a step, the last one up to it that stays
	var stay []verdict.Step
	for i, s := range t.Steps {
		if i >= first && (s.Critical || !ofSuite(s.Position)) || t.Fault != nil && t.Fault.Step == i+1 {
			stay = append(stay, s)
		}
		now[i+1] = len(stay)
	}
	if len(stay) == len(t.Steps) {
		return
	}
	gone := func(step int) bool { return now[step] == now[step-1] }
	for i := range stay {
		s := &stay[i]
		s.After = slices.DeleteFunc(slices.Clone(s.After), func(c verdict.Cause) bool { return gone(c.Step) })
		for k := range s.After {
			s.After[k].Step = now[s.After[k].Step]
		}
	}
	t.Steps = stay
	for i := range t.Actors {
		a := &t.Actors[i]
		a.Born, a.Ended = now[a.Born], now[a.Ended]
	}
	for _, list := range [][]verdict.Waiting{t.Waiting, t.Pending} {
		for i := range list {
			list[i].Since, list[i].Taken = now[list[i].Since], now[list[i].Taken]
		}
	}
	for i := range t.Holds {
		t.Holds[i].Since = now[t.Holds[i].Since]
	}
	if t.Fault != nil {
		t.Fault.Step = now[t.Fault.Step]
	}
	if t.Race != nil {
		for i := range t.Race.Accesses {
			t.Race.Accesses[i].After = now[t.Race.Accesses[i].After]
		}
	}
}
