package diagnose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func containsCall(name, part string) bool {
	return strings.HasPrefix(name, part) || strings.HasPrefix(part, ".") && strings.HasSuffix(name, part)
}

// addInside: a WaitGroup was waited for, with success, before a goroutine that was
// started earlier added itself to it.
func addInside(e evidence) *verdict.Hint {
	for i, add := range e.Steps {
		if add.Op != "add" || !e.IsA(add.Object, "waitgroup") || !grows(add) {
			continue
		}
		a := e.Actor(add.Process)
		if a == nil || a.Parent == nil {
			continue
		}
		for j := a.Born; j < i; j++ {
			if w := e.Steps[j]; w.Op == "wait" && w.Object == add.Object && w.Process != add.Process && !w.Blocks {
				return &verdict.Hint{
					Text:    fmt.Sprintf(`"Add inside the goroutine" (%s waits for %s in step %d, and %s adds itself in step %d)`, e.Short(w.Process), e.ObjectName(add.Object), j+1, e.Short(add.Process), i+1),
					Command: explain(e.code),
				}
			}
		}
	}
	return e.addUnordered()
}

// addUnordered: the race detector has found that nothing orders the wait and the
// addition.
func (e evidence) addUnordered() *verdict.Hint {
	if e.Race == nil || len(e.Race.Accesses) != 2 {
		return nil
	}
	wait, add := e.Race.Accesses[0], e.Race.Accesses[1]
	if wait.Op == "add" {
		wait, add = add, wait
	}
	if wait.Op != "wait" || add.Op != "add" || wait.Process == nil || add.Process == nil {
		return nil
	}
	if a := e.Actor(*add.Process); a == nil || a.Parent == nil {
		return nil
	}
	return &verdict.Hint{
		Text:    fmt.Sprintf(`"Add inside the goroutine" (%s waits for %s, and %s may add itself later)`, e.Short(*wait.Process), e.Race.Variable, e.Short(*add.Process)),
		Command: explain(e.code),
	}
}

// bothClaim: two spin until the other one takes back what it has written last, and each
// has written what the other one spins on.
func bothClaim(e evidence) *verdict.Hint {
	var spin []picture.Waiting
	for _, w := range e.Waiting {
		if w.Spins {
			spin = append(spin, w)
		}
	}
	if e.code != verdict.Livelock || len(spin) != 2 || spin[0].Object == spin[1].Object {
		return nil
	}
	a, b := spin[0], spin[1]
	if e.wroteLast(a.Object) != b.Process || e.wroteLast(b.Object) != a.Process {
		return nil
	}
	return &verdict.Hint{
		Text: fmt.Sprintf(`"each waits for the other" (%s has set %s and waits for %s, %s has set %s and waits for %s)`,
			e.Short(a.Process), e.ObjectName(b.Object), e.ObjectName(a.Object), e.Short(b.Process), e.ObjectName(a.Object), e.ObjectName(b.Object)),
		Command: explain(e.code),
	}
}

// wroteLast is the process that has written an atomic variable last, -1 if none has.
func (e evidence) wroteLast(object int) int {
	for i := len(e.Steps) - 1; i >= 0; i-- {
		if s := e.Steps[i]; s.Object == object && e.IsA(object, "atomic") && (s.Op == "store" || s.Op == "update") {
			return s.Process
		}
	}
	return -1
}

// grows reports whether a step makes the count of its object greater.
func grows(s picture.Step) bool {
	return slices.ContainsFunc(s.Changes, func(c verdict.Change) bool {
		from, err1 := strconv.Atoi(c.From)
		to, err2 := strconv.Atoi(c.To)
		return c.Object == s.Object && c.Field == "count" && err1 == nil && err2 == nil && to > from
	})
}

// ifForWhile: a goroutine that was woken goes on, though another one was quicker, and
// fails; its Wait stands in an if, and in no loop.
func ifForWhile(e evidence) *verdict.Hint {
	if e.code != verdict.Crash && e.code != verdict.FailedAssertion {
		return nil
	}
	for i, s := range e.Steps {
		if s.Op != "woken" || len(s.After) == 0 {
			continue
		}
		signal := slices.IndexFunc(s.After, func(c verdict.Cause) bool { return c.Kind == "wake" })
		if signal < 0 {
			continue
		}
		from := s.After[signal].Step // the steps after the signal
		signaller := e.At(from)
		if signaller == nil || from > i {
			continue
		}
		between := slices.ContainsFunc(e.Steps[from:i], func(x picture.Step) bool {
			return x.Process != s.Process && x.Process != signaller.Process && x.Op == "lock"
		})
		failed := e.Fault == nil || e.Fault.Process == s.Process
		if between && failed && e.inIf(s.Position) {
			return &verdict.Hint{
				Text:    fmt.Sprintf(`"if instead of for" (%s is woken, another one is quicker, and %s does not look again)`, e.Short(s.Process), e.Short(s.Process)),
				Command: "ipccheck explore condvar-buffer -variant if-instead-of-while",
			}
		}
	}
	return nil
}

// inIf reports whether a line is in an if statement and in no loop, by the indents of the
// lines before it, which must be known up to the function.
func (e evidence) inIf(position string) bool {
	file, line := picture.FileLine(position)
	text := e.lines(file)
	at, ok := text(line)
	if !ok {
		return false
	}
	depth, seen := indent(at), false
	for n := line - 1; n > 0 && depth > 0; n-- {
		l, ok := text(n)
		if !ok {
			return false
		}
		trimmed := strings.TrimSpace(l)
		if trimmed == "" || indent(l) >= depth {
			continue
		}
		depth = indent(l)
		switch {
		case strings.HasPrefix(trimmed, "for "), strings.HasPrefix(trimmed, "for{"), strings.HasSuffix(trimmed, ":") && !strings.HasPrefix(trimmed, "case ") && trimmed != "default:":
			return false
		case strings.HasPrefix(trimmed, "if "):
			seen = true
		}
	}
	return seen
}

// lines tells the lines of a file, as far as the sources are known.
func (e evidence) lines(file string) func(n int) (string, bool) {
	sources := e.Sources
	if e.sources != nil && len(sources) == 0 {
		sources = e.sources(e.Trace)
	}
	return func(n int) (string, bool) {
		for _, s := range sources {
			if s.File == file && n >= s.First && n < s.First+len(s.Lines) {
				return s.Lines[n-s.First], true
			}
		}
		return "", false
	}
}

// indent is how much white space a line begins with.
func indent(s string) int { return len(s) - len(strings.TrimLeft(s, "\t ")) }
