// Package score counts points: it says which property each fault costs, and which
// properties were shown to hold.
package score

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Count fills the properties, the points and the message of a result.
//
// A fault costs the property that its scenario is about, if that takes all faults; else
// the property to whose codes it belongs. A property is earned only if a scenario of it
// was explored to its end and nothing at all went wrong there: code that does nothing
// earns nothing. What is neither is undecided, and staff look at it.
func Count(r *result.Result, a *assignment.Assignment, ev *language.Evidence) {
	c := &count{a: a, r: r, scenarios: ev.Scenarios}
	for i := range a.Properties {
		p := &a.Properties[i]
		r.Properties = append(r.Properties, result.Item{Name: p.Name, What: p.What, Max: p.Points, Hidden: a.HiddenFrom(p)})
		c.faults = append(c.faults, nil)
	}
	r.Max = a.Max()
	for i := range c.scenarios {
		c.charge(&c.scenarios[i])
	}
	c.forgive()
	c.notInVain()
	for i := range a.Properties {
		c.property(i)
		switch {
		case len(c.faults[i]) > 0:
		case canStillCost(ev.Left, &a.Properties[i]):
			r.Properties[i] = open(r.Properties[i], "the grader was stopped before it had checked this to the end")
		case ev.Unraced != "" && a.Properties[i].Has(verdict.DataRace):
			r.Properties[i] = open(r.Properties[i], "data races were not looked for: "+ev.Unraced)
			c.staff(a.Properties[i].Name + ": " + r.Properties[i].Reason)
		}
		r.Points += r.Properties[i].Points
	}
	r.Message = c.message()
	if len(ev.Left) > 0 {
		r.Status = result.Unfinished
		r.Message = "The grader was stopped at its work: what it had not checked to the end has no points. " + r.Message
	}
}

// canStillCost reports whether something may still be found that costs the property.
func canStillCost(left []verdict.Code, p *assignment.Property) bool {
	return slices.Contains(left, assignment.AnyCode) || slices.ContainsFunc(left, p.Has)
}

// open is a property that was not checked to the end, and why.
func open(p result.Item, why string) result.Item {
	return result.Item{Name: p.Name, What: p.What, Max: p.Max, Hidden: p.Hidden, Outcome: result.Undecided, Reason: why}
}

// Nothing fills the properties of a result without points, all for one reason.
func Nothing(r *result.Result, a *assignment.Assignment, reason string) {
	r.Max = a.Max()
	for i := range a.Properties {
		p := &a.Properties[i]
		r.Properties = append(r.Properties, result.Item{Name: p.Name, What: p.What, Max: p.Points, Outcome: result.Lost, Reason: reason, Hidden: a.HiddenFrom(p)})
	}
}

type count struct {
	a         *assignment.Assignment
	r         *result.Result
	scenarios []language.Scenario
	faults    [][]charged // by property
	nobodys   []charged   // that belong to no property
}

// charged is a finding that costs a property.
type charged struct {
	scenario *language.Scenario
	finding  verdict.Finding
	code     verdict.Code
	follows  bool // from another fault, if nothing else costs the property: see waitsElsewhere
	gaveUp   bool // see givesUp
}

// findings are those of a scenario that make it fail.
func findings(s *language.Scenario) (all []verdict.Finding) {
	if s.Verdict == nil || s.Verdict.Answer != verdict.Fail {
		return nil
	}
	for _, f := range s.Verdict.Findings {
		if f.Severity != verdict.Warning {
			all = append(all, f)
		}
	}
	return all
}

// charge has the faults of a scenario cost what they cost.
func (c *count) charge(s *language.Scenario) {
	for _, f := range findings(s) {
		if i := c.givesUp(s, f.Code); i >= 0 {
			c.faults[i] = append(c.faults[i], charged{scenario: s, finding: f, code: f.Code, gaveUp: true})
		}
		if slices.Contains(c.a.Warn, string(f.Code)) {
			c.note("a warning, which costs nothing: " + title(f.Code) + " (" + s.Words + ")")
			continue
		}
		i := c.costs(s, f.Code)
		if i < 0 {
			c.staff(fmt.Sprintf("%s belongs to no property (%s: %s)", f.Code, s.Name, f.Message))
			if f.Code != verdict.Leak {
				c.nobodys = append(c.nobodys, charged{scenario: s, finding: f, code: f.Code})
			}
			continue
		}
		if c.consequence(s, f, i) || c.explained(s, i) {
			continue
		}
		c.faults[i] = append(c.faults[i], charged{scenario: s, finding: f, code: c.meant(s, f.Code, i), follows: c.waitsElsewhere(s, f.Code, i)})
	}
}

// forgive has what goes wrong in scenarios of a property cost nothing if all of it follows
// from what is wrong elsewhere, or if another one is lost that it presumes.
func (c *count) forgive() {
	for i, f := range c.faults {
		if !slices.ContainsFunc(f, func(f charged) bool { return !f.follows }) {
			c.faults[i] = nil
		}
	}
	lost := make([]bool, len(c.faults))
	for i := range c.faults {
		lost[i] = len(c.faults[i]) > 0
	}
	for i := range c.a.Properties {
		p := &c.a.Properties[i]
		if slices.ContainsFunc(p.Presumes, func(name string) bool {
			return lost[slices.IndexFunc(c.a.Properties, func(o assignment.Property) bool { return o.Key() == assignment.Key(name) })]
		}) {
			c.faults[i] = slices.DeleteFunc(c.faults[i], func(f charged) bool { return slices.Contains(c.about(f.scenario), i) })
		}
	}
}

// notInVain has what belongs to no property cost the first one that is not about
// particular scenarios, if nothing else costs anything: what fails has no full points.
func (c *count) notInVain() {
	if len(c.nobodys) == 0 || slices.ContainsFunc(c.faults, func(f []charged) bool { return len(f) > 0 }) {
		return
	}
	i := max(slices.IndexFunc(c.a.Properties, func(p assignment.Property) bool { return !p.Any() }), 0)
	c.faults[i] = c.nobodys
}

func (c *count) note(text string) {
	if !slices.Contains(c.r.Notes, text) {
		c.r.Notes = append(c.r.Notes, text)
	}
}

func (c *count) staff(text string) {
	if !slices.Contains(c.r.ForStaff, text) {
		c.r.ForStaff = append(c.r.ForStaff, text)
	}
}

// about are the properties that a scenario is about, as indices: that which its name or
// its suite says, then its aspects.
func (c *count) about(s *language.Scenario) (all []int) {
	for _, key := range append([]string{s.Property}, s.Aspects...) {
		for i := range c.a.Properties {
			if key != "" && c.a.Properties[i].Key() == key {
				all = append(all, i)
			}
		}
	}
	return all
}

// costs is the property that a fault costs, -1 if none.
func (c *count) costs(s *language.Scenario, code verdict.Code) int {
	about := c.about(s)
	for _, i := range about {
		if c.a.Properties[i].Any() {
			return i
		}
	}
	for _, i := range about {
		if p := &c.a.Properties[i]; p.Has(code) || likeOne(p, code) {
			return i
		}
	}
	for i := range c.a.Properties {
		if p := &c.a.Properties[i]; p.Has(code) && !p.Any() {
			return i
		}
	}
	if code != verdict.Leak && len(about) > 0 {
		return about[0]
	}
	return -1
}

// givesUp is the property that loses by who waits no longer when a time is over, and goes on with
// what it has waited for, which is not there: that of waiting whose scenario it is. -1 if none does.
func (c *count) givesUp(s *language.Scenario, code verdict.Code) int {
	if !s.Early || code != verdict.InventedItem {
		return -1
	}
	about := c.about(s)
	if at := slices.IndexFunc(about, func(i int) bool { p := &c.a.Properties[i]; return !p.Any() && p.Has(verdict.Deadlock) }); at >= 0 {
		return about[at]
	}
	return -1
}

// meant is the code of a fault as the report has it: a complaint of a test for a property
// that a single kind of fault costs is that.
func (c *count) meant(s *language.Scenario, code verdict.Code, i int) verdict.Code {
	if p := &c.a.Properties[i]; code == verdict.FailedAssertion && len(p.Codes) == 1 && !p.Any() && s.Property == p.Key() {
		return verdict.Code(p.Codes[0])
	}
	return code
}

// likeOne reports whether a code says the same as one of a property, in a scenario that is
// about it. Where it is about busy waiting, what goes round forever is that, and what waits
// forever is not.
func likeOne(p *assignment.Property, code verdict.Code) bool {
	if p.Has(verdict.BusyWaiting) {
		return code == verdict.Livelock
	}
	return slices.ContainsFunc(p.Codes, func(o string) bool { return alike(verdict.Code(o), code) })
}

// alike reports whether two codes say that somebody waits who must not: which of them it
// is depends on what is seen of it.
func alike(a, b verdict.Code) bool {
	waits := []verdict.Code{verdict.Deadlock, verdict.LostWakeup, verdict.Livelock}
	return a == b || slices.Contains(waits, a) && slices.Contains(waits, b)
}

// consequence reports whether a scenario that needs less has the same fault, or another one
// the same data race: then it is no fault of what a property with scenarios of its own is
// about.
func (c *count) consequence(s *language.Scenario, f verdict.Finding, property int) bool {
	if p := &c.a.Properties[property]; !p.Any() && !slices.Contains(ownAspects, p.Key()) {
		return false
	}
	for k := range c.scenarios {
		o := &c.scenarios[k]
		if slices.Contains(c.about(o), property) {
			continue
		}
		less := within(o.Ops, s.Ops) && len(o.Ops) < len(s.Ops)
		if slices.ContainsFunc(findings(o), func(of verdict.Finding) bool { return less && alike(of.Code, f.Code) || sameRace(of, f) }) {
			return true
		}
	}
	return false
}

// waitsElsewhere reports whether somebody waits forever in a scenario for a property that
// takes all faults, and also in one that needs no more, for a property that is about that.
func (c *count) waitsElsewhere(s *language.Scenario, code verdict.Code, property int) bool {
	if !c.a.Properties[property].Any() || !alike(code, verdict.Deadlock) {
		return false
	}
	return slices.ContainsFunc(c.scenarios, func(o language.Scenario) bool {
		return within(o.Ops, s.Ops) && slices.ContainsFunc(c.about(&o), func(i int) bool { p := &c.a.Properties[i]; return !p.Any() && p.Has(verdict.Deadlock) }) &&
			slices.ContainsFunc(findings(&o), func(f verdict.Finding) bool { return alike(f.Code, code) })
	})
}

// sameRace reports whether two findings are data races with an access at the same place.
func sameRace(a, b verdict.Finding) bool {
	return a.Code == verdict.DataRace && b.Code == verdict.DataRace && slices.ContainsFunc(a.Accesses, func(x verdict.Access) bool {
		return slices.ContainsFunc(b.Accesses, func(y verdict.Access) bool { return x.Position != "" && x.Position == y.Position })
	})
}

// explained reports whether a test of the staff fails for what a scenario has shown: a
// scenario says what goes wrong, and a test only that something does. Tests for a
// property that takes all faults, and races, stand for themselves.
func (c *count) explained(s *language.Scenario, property int) bool {
	if s.Judged || c.a.Properties[property].Any() || slices.ContainsFunc(findings(s), func(f verdict.Finding) bool { return f.Code == verdict.DataRace }) {
		return false
	}
	for k := range c.scenarios {
		o := &c.scenarios[k]
		if !o.Judged || slices.ContainsFunc(c.about(o), func(i int) bool { return c.a.Properties[i].Any() }) {
			continue
		}
		for _, f := range findings(o) {
			if f.Code != verdict.DataRace && f.Code != verdict.BusyWaiting {
				return true
			}
		}
	}
	return false
}

// within reports whether one list is part of another one.
func within(part, whole []string) bool {
	for _, p := range part {
		if !slices.Contains(whole, p) {
			return false
		}
	}
	return len(part) > 0
}

// property decides about a property.
func (c *count) property(i int) {
	p, item := &c.a.Properties[i], &c.r.Properties[i]
	if len(c.faults[i]) > 0 {
		item.Outcome = result.Lost
		c.lost(i)
		return
	}
	held, judged, open := c.shown(i)
	switch {
	case len(held) == 0 && len(open) > 0:
		item.Outcome, item.Reason = result.Undecided, open[0]
	case len(held) == 0:
		item.Outcome, item.Reason = result.Lost, "not shown: in no scenario for it does everything go right"
		if !judged {
			item.Reason = "not shown: there is no scenario for it"
			item.Outcome = result.Undecided
		}
	case slices.ContainsFunc(open, func(o string) bool { return strings.HasPrefix(o, notRun) }):
		item.Outcome, item.Reason = result.Undecided, open[0]
	default:
		item.Outcome, item.Points = result.Passed, p.Points
		item.Held = held[:min(len(held), 3)]
		item.Others = len(held) - len(item.Held)
	}
	for _, o := range open {
		c.staff(p.Name + ": " + o)
	}
}

// enough is how many executions show something of a scenario that has no end.
const enough = 100

// ends reports whether an execution comes to its end: one in which all go round in loops, or
// wait, says nothing of what they would do.
func ends(n verdict.Counts) bool { return n.Cut+n.Deadlocked+n.Blocked < n.Executions }

// notRun begins what is said of a scenario that was not executed once.
const notRun = "not run: "

// shown are the scenarios of a property in which nothing goes wrong, in words, and those
// that are open, with the reason. Judged: there are scenarios for it.
func (c *count) shown(i int) (held []string, judged bool, open []string) {
	suites := slices.ContainsFunc(c.scenarios, func(s language.Scenario) bool { return s.Judged && !s.Skipped && c.shows(&s, i) })
	var loops []string
	for k := range c.scenarios {
		s := &c.scenarios[k]
		if s.Skipped || !c.shows(s, i) {
			continue
		}
		switch {
		case s.Endless && s.Verdict.Answer == verdict.Inconclusive && s.Verdict.Counts.Executions >= enough && !ends(s.Verdict.Counts):
			loops = append(loops, fmt.Sprintf("%s: in each of %d executions a loop goes round without end", s.Words, s.Verdict.Counts.Executions))
		case s.Endless && s.Verdict.Answer == verdict.Inconclusive && s.Verdict.Counts.Executions >= enough:
			held = append(held, fmt.Sprintf("%s (in %d executions: a loop that waits has no end)", s.Words, s.Verdict.Counts.Executions))
		case s.Sampled && s.Verdict.Answer == verdict.Inconclusive:
			held = append(held, fmt.Sprintf("%s (in %d executions: there are more)", s.Words, s.Verdict.Counts.Executions))
		case s.Verdict.Answer == verdict.Inconclusive:
			o := s.Words + ": " + s.Verdict.Reason
			if s.Verdict.Counts.Executions == 0 {
				o = notRun + o
			}
			open = append(open, o)
		case suites && !s.Judged:
		case s.Apart && c.a.Properties[i].Has(verdict.DataRace):
		case s.Verdict.Answer == verdict.Pass:
			held = append(held, s.Words)
		}
		judged = true
	}
	if len(held) == 0 && len(open) == 0 {
		open = loops
	}
	return held, judged, open
}

// shows reports whether a scenario in which nothing goes wrong shows that a property
// holds.
func (c *count) shows(s *language.Scenario, i int) bool {
	p := &c.a.Properties[i]
	about := c.about(s)
	if slices.Contains(about, i) {
		return true
	}
	// A property that has scenarios of its own, such as close, is shown by these alone.
	if p.Any() || slices.Contains(ownAspects, p.Key()) {
		return false
	}
	return s.Judged && s.Moves && len(about) == 0
}

// ownAspects are aspects of scenarios that properties are called after.
var ownAspects = []string{"close", "deadline", "try"}

// lost fills in what is lost, the smallest run first.
func (c *count) lost(i int) {
	p, item := &c.a.Properties[i], &c.r.Properties[i]
	all := c.faults[i]
	slices.SortStableFunc(all, func(a, b charged) int { return size(a) - size(b) })
	for _, f := range all {
		if slices.Contains(item.Codes, f.code) {
			continue
		}
		item.Codes = append(item.Codes, f.code)
		item.Faults = append(item.Faults, c.fault(f, p))
	}
}

// size is by what runs are ordered: one without a trace comes last.
func size(f charged) int {
	if f.finding.Trace == nil {
		return 1 << 20
	}
	return len(f.finding.Trace.Steps)
}

func (c *count) fault(f charged, p *assignment.Property) result.Fault {
	out := result.Fault{
		Code: f.code, Title: plainTitle(f.code), Scenario: f.scenario.Name, Words: f.scenario.Words, Message: cmp.Or(f.finding.Cause, f.finding.Message),
		Hint: p.Hint, Output: cut(f.scenario.Output), Trace: f.finding.Trace, Run: run(f), Place: place(f.finding),
	}
	if f.scenario.Unshown != "" {
		out.Title = "nothing shows that it holds"
	}
	if out.Hint == "" && f.gaveUp {
		out.Hint = hintOfTime
	}
	if out.Hint == "" {
		out.Hint = cmp.Or(f.scenario.Unshown, hint(f.code, c.a.Language, f.scenario.Ops))
	}
	if f.finding.Trace != nil {
		out.Steps = len(f.finding.Trace.Steps)
	}
	return out
}

// mostOutput is how much of what a submission writes is kept, in bytes.
const mostOutput = 2 << 10

func cut(text string) string {
	if len(text) <= mostOutput {
		return text
	}
	return strings.ToValidUTF8(text[:mostOutput], "") + "\n… (the rest is cut)\n"
}

// place is the line of the submission with which a fault has to do, if one is known.
func place(f verdict.Finding) string {
	if len(f.Accesses) > 0 {
		return f.Accesses[0].Position
	}
	if f.Trace == nil {
		return ""
	}
	for _, w := range f.Trace.Waiting {
		if w.Position != "" && !strings.Contains(w.Position, "_test.go") {
			return w.Position
		}
	}
	return ""
}

func title(code verdict.Code) string { return string(code) + " " + plainTitle(code) }

func plainTitle(code verdict.Code) string {
	if f, ok := explain.Lookup(code); ok {
		return f.Title
	}
	return ""
}

// message sums up, for the student.
func (c *count) message() string {
	r := c.r
	var lost, open []string
	for _, p := range r.Properties {
		switch p.Outcome {
		case result.Lost:
			lost = append(lost, p.Name)
		case result.Undecided:
			open = append(open, p.Name)
		}
	}
	var b bytes.Buffer
	held := len(r.Properties) - len(lost) - len(open)
	if held == len(r.Properties) {
		return c.allHold()
	}
	fmt.Fprintf(&b, "%d of %s hold.", held, words.Plural(len(r.Properties), "property", "properties"))
	if len(lost) > 0 {
		fmt.Fprintf(&b, " Not so: %s.", words.List(lost, "and"))
	}
	if len(open) > 0 {
		fmt.Fprintf(&b, " Not decided, and looked at by staff: %s.", words.List(open, "and"))
	}
	return b.String()
}

// allHold is the message for full points. It speaks of every order only if all of them
// were looked at.
func (c *count) allHold() string {
	who := "goroutines"
	if c.a.Language == "c" {
		who = "threads and processes"
	}
	if slices.ContainsFunc(c.scenarios, func(s language.Scenario) bool {
		return s.Verdict != nil && s.Verdict.Answer == verdict.Inconclusive && !s.Skipped
	}) {
		return "All properties hold, as far as the orders were looked at in which the steps of your " + who + " can happen."
	}
	return "All properties hold, in every order in which the steps of your " + who + " can happen."
}
