package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// row is a step of a trace, or several in a row, as the table shows them.
type row struct {
	first, last int // indices of steps
	process     int // -1: several
	text        string
	changes     string
	critical    bool
}

// Bounds of what is shown of a run.
const (
	shortRun = 24 // steps of a run of which all may be shown
	longRun  = 26 // rows above which only what matters is shown
)

// relevant are the steps without which the end cannot be understood: the critical one,
// the last ones of those who wait, those that took what is waited for or still held,
// what operations of a suite return, and the partners of these.
func (s *story) relevant() map[int]bool {
	p := s.p
	out := map[int]bool{}
	add := func(n int) {
		if p.At(n) != nil {
			out[n-1] = true
		}
	}
	for i, x := range p.Steps {
		if x.Critical || answer(x) != "" {
			out[i] = true
		}
	}
	if len(p.Waiting) == 0 {
		add(len(p.Steps))
	}
	represented := map[string]int{}
	for _, w := range p.Blocked() {
		if key := w.Label + w.Position; represented[key] < representatives {
			represented[key]++
			add(w.Since)
			add(w.Taken)
		}
	}
	for _, h := range p.Holds {
		add(h.Since)
	}
	if p.Fault != nil {
		add(p.Fault.Step)
	}
	if p.Race != nil {
		for _, a := range p.Race.Accesses {
			add(a.After)
		}
	}
	for i := range p.Steps {
		if !out[i] {
			continue
		}
		for _, c := range p.Steps[i].After {
			from := p.At(c.Step)
			switch {
			case from == nil:
			case c.Kind == "wake", c.Kind == "meets", c.Kind == "overwrites":
				add(c.Step)
			case c.Kind == "item":
				if o := p.Object(from.Object); o == nil || !o.Tokens {
					add(c.Step)
				}
			}
		}
	}
	whole := s.f.Code == verdict.Crash || s.f.Code == verdict.FailedAssertion || p.Kind != verdict.GoPicture || len(p.Steps) <= shortRun/2
	if whole && len(p.Steps) <= shortRun {
		for i := range p.Steps {
			out[i] = true
		}
	}
	return out
}

// representatives is how many of those who wait in the same call stand for all of them.
const representatives = 2

// everyStep has a row for each step.
func (s *story) everyStep() []row {
	var rows []row
	for i, x := range s.p.Steps {
		r := row{i, i, x.Process, s.call(i), s.changes(i), x.Critical}
		if s.p.Kind == verdict.ModelPicture && x.Text != "" && x.Label != "" {
			r.text = joined(s.p.Place(x.Position), x.Label+": "+x.Text)
		}
		rows = append(rows, r)
	}
	return rows
}

// rows are the steps of the run, folded: what matters stands alone, the rest together.
func (s *story) rows() []row {
	keep := s.relevant()
	var rows []row
	var kept []bool
	for i := 0; i < len(s.p.Steps); {
		j := s.callEnd(i)
		calls := 1
		for mixed, fixed := false, anyOf(keep, i, j); j+1 < len(s.p.Steps) && s.together(i, j+1); calls++ {
			same, next := s.same(i, j+1), s.callEnd(j+1)
			matters := anyOf(keep, j+1, next)
			if matters && (mixed || !same) || fixed && !same {
				break
			}
			mixed, fixed = mixed || !same, fixed || matters
			j = next
		}
		if calls == 2 && !s.same(i, j) { // two rows tell more
			j = s.callEnd(i)
			calls = 1
		}
		r := row{first: i, last: j, process: s.p.Steps[i].Process, critical: s.critical(i, j)}
		if calls == 1 {
			r.text, r.changes = s.call(i), s.changesOf(i, j)
		} else {
			r.text, r.changes = s.folded(i, j), s.sum(i, j)
		}
		rows = append(rows, r)
		kept = append(kept, anyOf(keep, i, j))
		i = j + 1
	}
	if len(rows) > longRun {
		return s.shortened(rows, kept)
	}
	return rows
}

// callEnd is the last step of the call that the step i begins: some calls of the
// library, such as that of a CancelFunc, and the Lock of a RWMutex, take several.
func (s *story) callEnd(i int) int {
	for i+1 < len(s.p.Steps) && s.goesOn(i, i+1) {
		i++
	}
	return i
}

// goesOn reports whether a step belongs to the same call as the one before it: it is
// another place in the library with the same calls of the program.
func (s *story) goesOn(i, j int) bool {
	a, b := s.p.Steps[i], s.p.Steps[j]
	if s.p.Kind != verdict.GoPicture || a.Process != b.Process || a.Label != b.Label || a.Position != b.Position || a.Position == "" {
		return false
	}
	if a.Step.Site == b.Step.Site && a.Op != "look-at-the-clock" || a.Blocks || b.Op == "woken" || b.Op == "sleep" || i == s.panics || j == s.panics {
		return false
	}
	return slices.Equal(a.Site.Frames, b.Site.Frames)
}

// together reports whether the call that begins with a step may share a row with one
// before it.
func (s *story) together(i, j int) bool {
	a, b := s.p.Steps[i], s.p.Steps[j]
	return a.Process == b.Process && !s.critical(i, s.callEnd(i)) && !s.critical(j, s.callEnd(j)) && i != s.panics && j != s.panics
}

// critical reports whether one of the steps i to j is.
func (s *story) critical(i, j int) bool {
	return slices.ContainsFunc(s.p.Steps[i:j+1], func(x picture.Step) bool { return x.Critical })
}

// changesOf is what the steps i to j change, one after the other.
func (s *story) changesOf(i, j int) string {
	var all []string
	for ; i <= j; i++ {
		if c := s.changes(i); !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return joinedBy(", ", all)
}

// sum is what the steps i to j change in all.
func (s *story) sum(i, j int) string {
	var changes []string
	for _, d := range net(s.deltas[i : j+1]) {
		changes = append(changes, d.text(s.p))
	}
	return joinedBy(", ", changes)
}

// same reports whether two steps are the same call at the same place, so that it is
// enough to count them.
func (s *story) same(i, j int) bool {
	a, b := s.p.Steps[i], s.p.Steps[j]
	if len(s.p.Steps) <= shortRun && (a.Op == "load" || s.p.Kind == verdict.ModelPicture || s.p.Kind == verdict.HistoryPicture) {
		return false // each has a value of its own
	}
	return a.Label == b.Label && a.Position == b.Position && a.Text == b.Text && a.Op == b.Op && answer(a) == answer(b) && a.Site.Inside == b.Site.Inside
}

func anyOf(set map[int]bool, i, j int) bool {
	for ; i <= j; i++ {
		if set[i] {
			return true
		}
	}
	return false
}

// folded tells the steps i to j of one goroutine in a row.
func (s *story) folded(i, j int) string {
	var calls []picture.Step // the first step of each
	for k := i; k <= j; k = s.callEnd(k) + 1 {
		calls = append(calls, s.p.Steps[k])
	}
	first := calls[0]
	if !slices.ContainsFunc(calls, func(x picture.Step) bool { return x.Label != first.Label || x.Position != first.Position }) {
		text := first.Label
		if s.p.Kind == verdict.ModelPicture && first.Text != "" {
			text = first.Text
		}
		return joined(s.p.Place(first.Position), fmt.Sprintf("%s%s ×%s", s.deferred(first.Site), text, group(uint64(len(calls)))))
	}
	if name, place, times := inside(calls); name != "" {
		text := name + "(…)"
		if times > 1 {
			text += fmt.Sprintf(" ×%d", times)
		}
		return joined(s.p.Place(place), fmt.Sprintf("%s (%d steps)", text, j-i+1))
	}
	return joined(s.p.Place(first.Position), s.listed(calls))
}

// literal is how a function literal is named, behind the name of what it is in.
var literal = regexp.MustCompile(`^(func)?\d`)

// inside is the one function that all calls are in, below the function of their
// goroutine, with the place of its call, and how often it is called; "" if there is
// none.
func inside(calls []picture.Step) (name, place string, times int) {
	for k, x := range calls {
		frames := x.Site.Frames
		if len(frames) < 2 {
			return "", "", 0
		}
		f := frames[len(frames)-2].Func
		f = f[strings.LastIndexByte(f, '.')+1:]
		if k == 0 {
			name, place = f, frames[len(frames)-1].Position
		}
		if f != name || literal.MatchString(f) || name == "" {
			return "", "", 0
		}
		if x.Position == calls[0].Position && x.Label == calls[0].Label {
			times++
		}
	}
	return name, place, times
}

// fewCalls is how many calls a folded row names.
const fewCalls = 3

// listed names calls.
func (s *story) listed(all []picture.Step) string {
	type repeated struct {
		text string
		n    int
	}
	var calls []repeated
	for _, x := range all {
		text := s.deferred(x.Site) + x.Label
		if s.p.Kind == verdict.ModelPicture && x.Text != "" {
			text = x.Text
		}
		if n := len(calls); n > 0 && calls[n-1].text == text {
			calls[n-1].n++
		} else {
			calls = append(calls, repeated{text, 1})
		}
	}
	var parts []string
	for k, c := range calls {
		if k == fewCalls && len(calls) > fewCalls+1 {
			parts = append(parts, fmt.Sprintf("… %d more", len(calls)-fewCalls))
			break
		}
		if c.n > 1 {
			c.text += fmt.Sprintf(" ×%d", c.n)
		}
		parts = append(parts, c.text)
	}
	return strings.Join(parts, ", ")
}

// lastRows is how many rows are shown of each who waits or holds something, at the end
// of a long run.
const lastRows = 2

// shortened are the rows of a long run that matter: the first one, those that are kept,
// and the last ones of those who wait or hold something. What is between is one row.
func (s *story) shortened(rows []row, kept []bool) []row {
	show := slices.Clone(kept)
	show[0] = true
	if n := count(show); n > longRun { // of those who matter, the last
		for i := range show {
			if show[i] && i > 0 && !rows[i].critical && n > longRun {
				show[i] = false
				n--
			}
		}
	} else {
		who := map[int]int{}
		represented := map[string]int{}
		for _, w := range s.p.Blocked() {
			if key := w.Label + w.Position; represented[key] < representatives {
				represented[key]++
				who[w.Process] = lastRows
			}
		}
		for _, h := range s.p.Holds {
			who[h.Process] = lastRows
		}
		for i := len(rows) - 1; i >= 0 && n < longRun; i-- {
			if who[rows[i].process] > 0 {
				who[rows[i].process]--
				if !show[i] {
					show[i] = true
					n++
				}
			}
		}
	}
	var out []row
	for i := 0; i < len(rows); {
		if show[i] {
			out = append(out, rows[i])
			i++
			continue
		}
		j := i
		for j+1 < len(rows) && !show[j+1] {
			j++
		}
		if i == j {
			out = append(out, rows[i])
		} else {
			out = append(out, s.skipped(rows[i].first, rows[j].last))
		}
		i = j + 1
	}
	return out
}

func count(set []bool) int {
	n := 0
	for _, b := range set {
		if b {
			n++
		}
	}
	return n
}

// skipped is a row for steps that are not shown.
func (s *story) skipped(i, j int) row {
	var who []int
	seen := map[int]bool{}
	for _, x := range s.p.Steps[i : j+1] {
		if !seen[x.Process] {
			seen[x.Process] = true
			who = append(who, x.Process)
		}
	}
	slices.Sort(who)
	var names []string
	ended := 0
	for _, g := range who {
		name := s.p.Who(g)
		if a := s.p.Actor(g); a != nil {
			if a.Name != "" && len(who) > fewCalls {
				name = a.Name
			}
			if a.Ended > 0 && a.Ended <= j+1 && !s.p.Clock(g) {
				ended++
			}
		}
		if !slices.Contains(names, name) && !s.p.Clock(g) {
			names = append(names, name)
		}
	}
	text := fmt.Sprintf("… %s of %s", plural(j-i+1, "step"), strings.Join(names, ", "))
	if len(who) > fewCalls {
		if len(names) > 2*fewCalls {
			names = append(names[:2*fewCalls], "…")
		}
		text = fmt.Sprintf("… %s of %d goroutines (%s)", plural(j-i+1, "step"), len(who), strings.Join(names, ", "))
		if s.p.Kind != verdict.GoPicture {
			text = strings.Replace(text, "goroutines", "processes", 1)
		}
	}
	if ended > 1 {
		text += fmt.Sprintf("; %d of them come to their end", ended)
	}
	return row{first: i, last: j, process: -1, text: text}
}
