package report

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// location is a place in a source file that a finding is about.
type location struct {
	file         string // as [Result.File] tells it
	line, column int    // from 1; column 0: not known
	function     string // "" if it is not known
	text         string // of the line, "" if it is not known
	what         string // happens there, in words
}

func (l location) String() string {
	s := l.file + ":" + strconv.Itoa(l.line)
	if l.column > 0 {
		s += ":" + strconv.Itoa(l.column)
	}
	return s
}

// locate finds a position, as file:line or file:line:column; false if it is in no file.
func (r Result) locate(position string) (location, bool) {
	file, line, column := splitPosition(position)
	if r.File == nil || line <= 0 {
		return location{}, false
	}
	l := location{file: strings.ToValidUTF8(r.File(file), "�"), line: line, column: column}
	if l.file != "" && r.Line != nil {
		l.text = r.Line(position)
	}
	return l, l.file != ""
}

// splitPosition takes file:line:column apart; what is not there is 0.
func splitPosition(position string) (file string, line, column int) {
	file, last, ok := cutNumber(position)
	if !ok {
		return position, 0, 0
	}
	if f, n, ok := cutNumber(file); ok {
		return f, n, last
	}
	return file, last, 0
}

func cutNumber(s string) (string, int, bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 31)
	return s[:i], int(n), err == nil
}

// inText finds positions in messages.
var inText = regexp.MustCompile(`[^\s:(]+\.(?:go|c|cc|cpp|cxx|h|hpp):[0-9]+(:[0-9]+)?`)

// locations are the places of a finding, the one to look at first in front.
func (r Result) locations(f verdict.Finding) []location {
	var out []location
	add := func(position, function, text, what string) {
		l, ok := r.locate(position)
		if !ok || slices.ContainsFunc(out, func(o location) bool { return o.file == l.file && o.line == l.line && o.what == what }) {
			return
		}
		l.function, l.what = function, what
		l.text = cmp.Or(text, l.text)
		out = append(out, l)
	}
	t := f.Trace
	if t == nil {
		t = &verdict.Trace{}
	}
	switch {
	case t.Race != nil:
		for _, a := range t.Race.Accesses {
			who := "it"
			if a.Process != nil {
				who = actorName(t, *a.Process)
			}
			add(a.Position, a.Func, a.Text, who+" "+a.Verb()+" here")
		}
	default:
		for _, a := range f.Accesses {
			add(a.Position, a.Function, "", cmp.Or(a.Function, "it")+" "+accesses(a.Write)+" here")
		}
	}
	if t.Fault != nil {
		add(t.Fault.Position, "", "", actorName(t, t.Fault.Process)+": "+t.Fault.Message)
	}
	if f.Code == verdict.FailedAssertion || f.Code == verdict.Crash {
		for _, p := range inText.FindAllString(f.Message, -1) {
			if l, ok := r.locate(p); ok && !slices.ContainsFunc(out, func(o location) bool { return o.file == l.file && o.line == l.line }) {
				add(p, "", "", "it fails here")
			}
		}
	}
	// What the first goroutine waits for is mostly a consequence.
	waiting := slices.Clone(t.Waiting)
	slices.SortStableFunc(waiting, func(a, b verdict.Waiting) int { return cmp.Compare(min(b.Process, 1), min(a.Process, 1)) })
	for _, w := range waiting {
		site := siteAt(t, w.Site)
		add(cmp.Or(w.Position, site.Position), site.Func, site.Text, actorName(t, w.Process)+" waits here for "+waitsFor(w))
	}
	for _, s := range t.Steps {
		if s.Critical && !t.Unavoidable {
			site := siteOf(t, s)
			add(site.Position, site.Func, site.Text, "after this step of "+actorName(t, s.Process)+" it cannot be avoided")
		}
	}
	if len(out) == 0 {
		for _, p := range inText.FindAllString(f.Message, -1) {
			add(p, "", "", "see the message")
		}
	}
	if len(out) == 0 {
		add(r.Position, r.Test, "", "the test")
	}
	return out
}

// undecided is the place because of which a verdict is inconclusive, or the test.
func (r Result) undecided() (location, bool) {
	for _, p := range inText.FindAllString(r.Verdict.Reason, -1) {
		if l, ok := r.locate(p); ok {
			return l, true
		}
	}
	return r.locate(r.Position)
}

func accesses(write bool) string {
	if write {
		return "writes"
	}
	return "reads"
}

// siteAt is a site of a trace by its number; what is not known is empty.
func siteAt(t *verdict.Trace, n int) verdict.Site {
	if n < 1 || n > len(t.Sites) {
		return verdict.Site{}
	}
	return t.Sites[n-1]
}

// siteOf is where a step happens: its site, with what the step says itself.
func siteOf(t *verdict.Trace, s verdict.Step) verdict.Site {
	site := siteAt(t, s.Site)
	site.Label = cmp.Or(s.Label, site.Label)
	site.Position = cmp.Or(s.Position, site.Position)
	site.Op = cmp.Or(s.Op, site.Op)
	site.Text = cmp.Or(s.Text, site.Text)
	return site
}

// actorName is a process with its number and its name: G1 put.
func actorName(t *verdict.Trace, i int) string {
	if i < 0 || i >= len(t.Actors) {
		return clean(processName(t, i))
	}
	a := t.Actors[i]
	if a.Name == "" || a.Name == a.ID || i == 0 {
		return clean(cmp.Or(a.Name, a.ID))
	}
	return clean(a.ID + " " + a.Name)
}

// objectName is the name of an object by its number; "" if it has none.
func objectName(t *verdict.Trace, n int) string {
	if n < 1 || n > len(t.Objects) {
		return ""
	}
	return clean(t.Objects[n-1].Name)
}

// sameInEdits are parts of a message that other edits change: numbers, as those of
// lines and objects.
var sameInEdits = regexp.MustCompile(`[0-9]+`)

// fingerprint is the same for the same fault after edits elsewhere in the source.
func (r Result) fingerprint(f verdict.Finding) string {
	if f.Fingerprint != "" {
		return f.Fingerprint
	}
	parts := []string{string(f.Code), r.Package, r.Verdict.Subject}
	if f.Trace == nil || len(f.Trace.Waiting) == 0 {
		parts = append(parts, sameInEdits.ReplaceAllString(f.Message, "#"))
	} else {
		var waits []string
		for _, w := range f.Trace.Waiting {
			waits = append(waits, sameInEdits.ReplaceAllString(w.Label+" for "+w.For, "#"))
		}
		slices.Sort(waits)
		parts = append(parts, slices.Compact(waits)...)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x", sum[:16])
}

// fold says which steps of a long trace are shown, at most most of them: the first
// ones, those around the critical step, and the last ones. The result has the number of
// each, from 0.
func fold(t *verdict.Trace, most int) []int {
	n := len(t.Steps)
	critical := slices.IndexFunc(t.Steps, func(s verdict.Step) bool { return s.Critical })
	first, around := most/5, most/10
	last := most - first - 2*around - 1
	var out []int
	for i := range n {
		if n <= most || i < first || i >= n-last || critical >= 0 && i >= critical-around && i <= critical+around {
			out = append(out, i)
		}
	}
	return out
}
