package diagnose

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// cause says how the fault comes about; what the finding says of it if the trace does
// not know more.
func cause(f *verdict.Finding, p *picture.Picture) string {
	switch {
	case p.Kind != verdict.GoPicture:
		return f.Message
	case len(p.Actors) == 0:
		return complained(f.Message)
	}
	needs := renamed(need.FindString(f.Message), p)
	switch {
	case p.Race != nil && len(p.Race.Accesses) == 2:
		return raceCause(p) + needs
	case f.Code == verdict.Crash && p.Fault != nil:
		return fmt.Sprintf("%s %s%s: %s", p.Who(p.Fault.Process), p.Dies(p.Fault.Process), at(p.Fault.Position), p.Fault.Message) + needs
	case f.Code == verdict.Livelock && slices.ContainsFunc(p.Waiting, func(w picture.Waiting) bool { return w.Spins }):
		return livelockCause(p) + needs
	case (f.Code == verdict.Deadlock || f.Code == verdict.Leak) && len(p.Waiting) > 0:
		return waitCause(p, f.Code == verdict.Leak) + renamed(amongAll(condition.FindString(f.Message), f, p), p)
	}
	if said, ok := strings.CutSuffix(f.Message, need.FindString(f.Message)); ok && strings.HasPrefix(said, "the test fails: ") {
		return complained(said) + needs // in its own words
	}
	return complained(renamed(f.Message, p))
}

// complained is what a test says that fails, or a subtest, with the place first.
func complained(message string) string {
	return subtestComplaint.ReplaceAllString(complaint.ReplaceAllString(message, "the test fails at $1: "), "$1 fails at $2: ")
}

var (
	complaint        = regexp.MustCompile(`^the test fails: ([^\s:]+:\d+): `)
	subtestComplaint = regexp.MustCompile(`^the test fails: ((?:Test|Fuzz)[^\s:]*): ([^\s:]+:\d+): `)
)

// condition is what a fault says of the executions in which it shows: who goes on
// meanwhile, which they are, and who must be held up for it.
var condition = regexp.MustCompile(`(, while [^;]*)?(, in (some|every) execution[^;]*|, only where a timer [^;]*)?(; it happens only if .*)?$`)

// need is what it says of who must be held up.
var need = regexp.MustCompile(`; it happens only if .*$`)

// amongAll is a condition of a fault that shows in every execution, if in different ways.
func amongAll(condition string, f *verdict.Finding, p *picture.Picture) string {
	every := "every execution"
	switch {
	case p.Unavoidable:
	case f.Of > 1 && f.Executions == f.Of:
		every += " so far"
	default:
		return condition
	}
	return strings.Replace(condition, ", in some executions and not in others", "; "+every+" leaves somebody behind, but not always the same", 1)
}

func at(position string) string {
	if file, line := picture.FileLine(position); line > 0 {
		return fmt.Sprintf(" at %s:%d", file, line)
	}
	return ""
}

// undergone is what an access does, of the one to which it does that.
var undergone = map[string]string{
	"reads": "read", "writes": "written", "closes": "closed", "sends on": "sent on", "waits for": "waited for", "adds to": "added to", "frees": "freed", "uses": "used", "initialises": "initialised", "destroys": "destroyed",
}

func raceCause(p *picture.Picture) string {
	what := p.Race.Variable
	if what == "" {
		what = "memory"
	}
	if file, line := picture.FileLine(p.Race.Declared); line > 0 {
		what += fmt.Sprintf(" (%s:%d)", file, line)
	}
	var clauses []string
	for _, a := range p.Race.Accesses {
		who := "another goroutine"
		if a.Process != nil {
			who = p.Who(*a.Process)
		}
		clauses = append(clauses, undergone[a.Verb()]+" by "+who+at(a.Position))
	}
	text := what + " is " + words.List(clauses, "and") + ", and nothing orders the two"
	if f := p.Fault; f != nil {
		text += fmt.Sprintf("; %s %s%s: %s", p.Who(f.Process), p.Dies(f.Process), at(f.Position), f.Message)
	}
	return text
}

func livelockCause(p *picture.Picture) string {
	var clauses []string
	for _, w := range p.Waiting {
		if !w.Spins {
			continue
		}
		text := p.Who(w.Process) + " spins" + at(w.Position)
		var names []string
		for _, o := range append([]int{w.Object}, w.Objects...) {
			if n := p.ObjectName(o); n != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		switch {
		case len(names) > 0:
			text += " until " + words.List(names, "or") + " changes"
		case w.For != "":
			text += " for " + w.For
		}
		clauses = append(clauses, text)
	}
	return strings.Join(clauses, "; ") + ", and nobody is left who would change anything"
}

// clause is what those have in common who wait alike.
type clause struct{ position, what, has string }

// waitCause says of each who waits where, for what, and what it has that others wait
// for.
func waitCause(p *picture.Picture, leak bool) string {
	blocked := p.Blocked()
	if spins := func(w picture.Waiting) bool { return w.Spins }; !leak && slices.ContainsFunc(blocked, func(w picture.Waiting) bool { return !w.Spins }) {
		blocked = slices.DeleteFunc(slices.Clone(blocked), spins) // the condition names those who go on
	}
	var order []clause
	who := map[clause][]string{}
	exact := map[clause]clause{} // with the numbers of the objects, if they are the same
	few := len(blocked) <= most  // so that each can have a clause of its own
	for _, w := range p.Foremost(blocked) {
		full := clause{at(w.Position), purpose(p, w, blocked), strings.Join(has(p, w), " and ")}
		c := full
		if !few {
			c = clause{full.position, unnumbered(full.what), unnumbered(full.has)}
		}
		if who[c] == nil {
			order = append(order, c)
			exact[c] = full
		}
		if exact[c] != full {
			exact[c] = c
		}
		who[c] = append(who[c], p.Who(w.Process))
	}
	var out []string
	rest := 0
	for i, c := range order {
		if i < mostClauses || len(order) == mostClauses+1 {
			out = append(out, exact[c].text(who[c], leak))
		} else {
			rest += len(who[c])
		}
	}
	if rest > 0 {
		out = append(out, fmt.Sprintf("%d others wait, too", rest))
	}
	text := strings.Join(out, "; ")
	switch {
	case leak:
		over := "the test is over"
		if p.Who(0) == "main" {
			over = "main has returned"
		}
		text += "; " + over
		if !slices.ContainsFunc(blocked, sleeps) {
			text += ", and nobody is left who would end the wait"
		}
	case len(blocked) == 1 && len(p.Waiting) == 1 && alone(p, blocked[0].Process):
		text += ", and nobody else is left"
	}
	return text
}

// sleeps reports whether one waits only until time has passed, which goes on without
// anybody.
func sleeps(w picture.Waiting) bool { return w.For == "a timer" }

// mostClauses is how many clauses a cause has.
const mostClauses = 4

// unnumbered is a text without the numbers of objects that have one name: those who wait
// for them wait alike.
func unnumbered(text string) string { return sameName.ReplaceAllString(text, "$1") }

var sameName = regexp.MustCompile(`([\pL\pN_)\]])#\d+\b`)

// most is how many of those who wait alike are named.
const most = 3

func (c clause) text(who []string, leak bool) string {
	one := len(who) == 1
	if len(who) > most {
		who = []string{who[0], who[1], fmt.Sprintf("%d others", len(who)-2)}
	}
	verb, have, stays := " waits", "has", " is left behind: it waits"
	if !one {
		verb, have, stays = " wait", "have", " are left behind: they wait"
	}
	if leak {
		verb = stays
	}
	what := c.what
	if !one {
		what = strings.NewReplacer(itself, ", which they have themselves", among, ", and are some of them").Replace(what)
	}
	text := words.List(who, "and") + verb + c.position + what
	if c.has != "" {
		if strings.Contains(c.what, itself) {
			text += ","
		}
		text += " and " + have + " " + c.has
	}
	return text
}

// itself and among say that somebody waits for what it has, and for the readers of a lock
// to leave of which it is one.
const (
	itself = ", which it has itself"
	among  = ", and is one itself"
)

var holder = regexp.MustCompile(`, (held|taken|begun) by .*`)

// purpose is for what somebody waits. Who has it is left out if that one waits too:
// its own clause says so.
func purpose(p *picture.Picture, w picture.Waiting, blocked []picture.Waiting) string {
	what := w.For
	switch {
	case reads(p, w):
		what, _, _ = strings.Cut(what, " to leave")
		what += " to leave" + among + since(p, w.Process, w.Object)
	case w.Holder != nil && *w.Holder == w.Process:
		what = holder.ReplaceAllString(what, "") + itself + since(p, w.Process, w.Object)
	case w.Holder != nil && slices.ContainsFunc(blocked, func(o picture.Waiting) bool { return o.Process == *w.Holder }):
		what = holder.ReplaceAllString(what, "")
	case w.Holder != nil && p.IsA(w.Object, "mutex", "rwmutex"):
		if a := p.Actor(*w.Holder); a != nil && a.Ended > 0 {
			what = holder.ReplaceAllString(what, "") + ", held by " + p.Who(*w.Holder) + since(p, *w.Holder, w.Object) + ", which has ended"
		}
	}
	if what == "" {
		return " in " + w.Label
	}
	return " for " + what
}

// reads reports whether somebody who waits for the readers of a lock to leave is one.
func reads(p *picture.Picture, w picture.Waiting) bool {
	return w.Op == "locked" && slices.ContainsFunc(p.Holds, func(h verdict.Hold) bool { return h.Process == w.Process && h.Object == w.Object })
}

// since is where a process took a lock that it has.
func since(p *picture.Picture, process, object int) string {
	for _, h := range p.Holds {
		if s := p.At(h.Since); s != nil && h.Process == process && h.Object == object {
			return sinceAt(s)
		}
	}
	return ""
}

func sinceAt(s *picture.Step) string {
	if place := strings.TrimPrefix(at(s.Position), " at "); place != "" {
		return " since " + place
	}
	return ""
}

// has names the locks and the last tokens that somebody has, and since where: but for
// the lock that it waits for itself.
func has(p *picture.Picture, w picture.Waiting) []string {
	var out []string
	add := func(name, where string) {
		if name != "" && !slices.Contains(out, name+where) {
			out = append(out, name+where)
		}
	}
	for _, h := range p.Holds {
		if h.Process != w.Process || h.Object == w.Object && (reads(p, w) || w.Holder != nil && *w.Holder == w.Process) {
			continue
		}
		where := ""
		if s := p.At(h.Since); s != nil {
			where = sinceAt(s)
		}
		if name := p.ObjectName(h.Object); p.IsA(h.Object, "once") && name != "" {
			add("begun "+name, strings.Replace(where, " since ", " at ", 1))
		} else {
			add(name, where)
		}
	}
	for _, o := range p.Waiting {
		if s := p.At(o.Taken); s != nil && s.Process == w.Process && o.Process != w.Process && p.Object(o.Object) != nil && (p.Object(o.Object).Tokens || p.IsA(o.Object, "semaphore")) {
			add(p.ObjectName(o.Object), ", taken at "+strings.TrimPrefix(at(s.Position), " at "))
		}
	}
	return out
}

// alone reports whether all others have ended.
func alone(p *picture.Picture, process int) bool {
	for i, a := range p.Actors {
		if i != process && a.Ended == 0 && !p.Clock(i) {
			return false
		}
	}
	return true
}

var goroutine = regexp.MustCompile(`\bgoroutine (\d+)\b`)

// renamed is a message with the names of goroutines instead of their numbers.
func renamed(message string, p *picture.Picture) string {
	return goroutine.ReplaceAllStringFunc(message, func(s string) string {
		n, err := strconv.Atoi(s[len("goroutine "):])
		if a := p.Actor(n); err == nil && a != nil {
			return p.Who(n)
		}
		return s
	})
}
