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

// mostPairs is how many pairs of steps are looked at closely, which takes time with the length
// of the trace.
const mostPairs = 1000

// twoProducers: two goroutines read an index, both write the same element, and both move
// the index on.
func twoProducers(e evidence) *verdict.Hint {
	loads, moves, pairs := e.lastLoads(), e.moves(), 0
	for j, second := range e.Steps {
		// Both have read the value before the first one moves it on.
		b := loads[j]
		if !moves[j] || b < 0 {
			continue
		}
		for i := b; i < j; i++ {
			first, a := e.Steps[i], loads[i]
			if !moves[i] || a < 0 || first.Op != second.Op || first.Object != second.Object || first.Process == second.Process || first.Op == "store" && first.Value != second.Value {
				continue
			}
			if e.Steps[a].Value != e.Steps[b].Value || first.Op == "store" && e.Steps[a].Value == first.Value {
				continue
			}
			if pairs++; pairs > mostPairs {
				return nil
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

// lastLoads are, for each step, the last one before it in which its process has read its
// object, -1 if there is none.
func (e evidence) lastLoads() []int {
	type reader struct{ process, object int }
	last, before := map[reader]int{}, make([]int, len(e.Steps))
	for i, s := range e.Steps {
		r := reader{s.Process, s.Object}
		if k, ok := last[r]; ok {
			before[i] = k
		} else {
			before[i] = -1
		}
		if s.Op == "load" {
			last[r] = i
		}
	}
	return before
}

// moves says of each step whether it moves an index on.
func (e evidence) moves() []bool {
	type written struct{ label, value, position string }
	known, moves := map[written]bool{}, make([]bool, len(e.Steps))
	for i, s := range e.Steps {
		if s.Op != "store" && s.Op != "update" || !e.IsA(s.Object, "atomic") {
			continue
		}
		w := written{s.Label, s.Value, s.Position}
		yes, ok := known[w]
		if !ok {
			yes = e.advances(s)
			known[w] = yes
		}
		moves[i] = yes
	}
	return moves
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
