package diagnose

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// claim is that a process uses an index as it has read it.
type claim struct {
	process, object int
	value           string
	from, to        int // the steps, with the first and without the last
	words           []string
}

// twoProducers: two goroutines read an index, both write the same element, and both move
// the index on.
func twoProducers(e evidence) *verdict.Hint {
	for j, second := range e.Steps {
		if second.Op != "store" && second.Op != "update" || !e.IsA(second.Object, "atomic") || !e.advances(second) {
			continue
		}
		for i, first := range e.Steps[:j] {
			if first.Op != second.Op || first.Object != second.Object || first.Process == second.Process || first.Op == "store" && first.Value != second.Value || !e.advances(first) {
				continue
			}
			// Both have read the value before the first one moves it on.
			a, b := e.lastLoad(first.Process, first.Object, i), e.lastLoad(second.Process, first.Object, j)
			if a < 0 || b < 0 || b > i || e.Steps[a].Value != e.Steps[b].Value || first.Op == "store" && e.Steps[a].Value == first.Value {
				continue
			}
			if element, ok := e.bothWrite(e.claim(a, i), e.claim(b, j)); ok {
				return &verdict.Hint{
					Text:    fmt.Sprintf(`"two producers on one index" (%s and %s read %s = %s, and both write %s)`, e.Short(first.Process), e.Short(second.Process), e.ObjectName(first.Object), e.Steps[a].Value, element),
					Command: "ipccheck explore circular-queue -producers 2",
				}
			}
		}
	}
	return nil
}

// advances reports whether a step moves an index on, by what is written: it adds something,
// or stores what is reckoned. A constant that is stored makes it a flag.
func (e evidence) advances(s picture.Step) bool {
	if s.Op == "update" {
		return strings.Contains(s.Label, "Add")
	}
	_, args, ok := strings.Cut(strings.TrimSuffix(s.Label, ")"), "(")
	if !ok || s.Value == "" {
		return false
	}
	arg := args[max(0, strings.LastIndex(args, ", ")):]
	if strings.ContainsAny(arg, "+(") {
		return true
	}
	// It is a variable that has been reckoned before.
	name := word.FindString(arg)
	file, line := picture.FileLine(s.Position)
	text := e.lines(file)
	for n := line - 1; name != "" && n > 0; n-- {
		l, ok := text(n)
		if !ok || strings.HasPrefix(l, "func") {
			break
		}
		if left, right, ok := strings.Cut(l, "="); ok && slices.Contains(word.FindAllString(left, -1), name) {
			return strings.Contains(right, "+")
		}
	}
	return false
}

// word is a name in the source; unsaid is what has names that say nothing: what is called,
// and the size that an index is reckoned modulo.
var (
	word   = regexp.MustCompile(`[\pL_][\pL_0-9.]*`)
	unsaid = regexp.MustCompile(`(\batomic)?\.\w+\(|%\s*(len\()?[\w.]+`)
)

// namesIn are the names in a text.
func namesIn(text string) []string { return word.FindAllString(unsaid.ReplaceAllString(text, " "), -1) }

// lastLoad is the last step before another one in which a process reads an object.
func (e evidence) lastLoad(process, object, before int) int {
	for i := before - 1; i >= 0; i-- {
		if s := e.Steps[i]; s.Process == process && s.Op == "load" && s.Object == object {
			return i
		}
	}
	return -1
}

// claim is that of the process which reads an index last in step read, and moves it on in
// another one: from the first time that it reads that value.
func (e evidence) claim(read, moves int) claim {
	s := e.Steps[read]
	c := claim{process: s.Process, object: s.Object, value: s.Value, from: read, to: moves}
	c.words = namesIn(e.Steps[moves].Label)
	for i := read; i >= 0; i-- {
		x := e.Steps[i]
		if x.Process != c.process || x.Object != c.object {
			continue
		}
		if x.Op != "load" || x.Value != c.value {
			break
		}
		c.from = i
		c.words = append(c.words, namesIn(x.Label+" "+x.Site.Text)...)
	}
	return c
}

// bothWrite finds an element of an array that two processes write while they have the
// same index.
func (e evidence) bothWrite(p, q claim) (string, bool) {
	written := e.writes(p)
	for _, name := range e.writes(q) {
		if slices.Contains(written, name) {
			return name, true
		}
	}
	return "", false
}

// writes are the elements at an index that its process writes.
func (e evidence) writes(c claim) (names []string) {
	value, err := strconv.Atoi(c.value)
	for _, s := range e.Steps[c.from:c.to] {
		if s.Process != c.process {
			continue
		}
		if (s.Op == "store" || s.Op == "update") && e.IsA(s.Object, "atomic") && s.Object != c.object && indexed(s.Label, c.words) {
			names = append(names, e.ObjectName(s.Object))
		}
		for _, x := range s.Changes {
			was, is := strings.Fields(strings.Trim(x.From, "[]")), strings.Fields(strings.Trim(x.To, "[]"))
			if err != nil || !strings.HasPrefix(x.To, "[") || !e.IsA(x.Object, "variable") || len(was) != len(is) || len(is) == 0 {
				continue
			}
			if k := value % len(is); k >= 0 && was[k] != is[k] {
				names = append(names, fmt.Sprintf("%s[%d]", e.ObjectName(x.Object), k))
			}
		}
	}
	return names
}

// indexed reports whether a call works on an element of which the index is written with
// one of the words.
func indexed(label string, known []string) bool {
	_, rest, ok := strings.Cut(label, "[")
	k := strings.LastIndexByte(rest, ']')
	return ok && k >= 0 && slices.ContainsFunc(namesIn(rest[:k]), func(w string) bool { return slices.Contains(known, w) })
}
