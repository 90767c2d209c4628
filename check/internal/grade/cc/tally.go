package cc

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/cprog"
	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/printed"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// randomExecutions are made when a run has more executions than the budget, and when one
// is searched for that has to be there.
const randomExecutions = 400

// explore explores a run.
func (t *tally) explore(ctx context.Context, built *cprog.Program) {
	t.met, t.reached = map[int]bool{}, make([]bool, len(t.p.Rules))
	config := cprog.Config{
		Args: t.run.Args, Stdin: []byte(t.run.Stdin), Confine: t.work.Confine, Prints: true, Computing: &t.work.left,
		MayNotSpin: t.costs(verdict.BusyWaiting) != nil, NoRaces: t.costs(verdict.DataRace) == nil,
		Search: search.Options{Executions: t.c.a.Budget, Seed: t.c.a.Seed, Steps: mostSteps, SignalAny: true, NoEarly: true, Strategy: "optimal", Leaks: search.LeaksWarn},
	}
	if t.run.Random > 0 {
		config.Search.Executions, config.Search.Steps = t.run.Random, mostStepsOfRandom
	}
	y := cprog.NewSurvey(built, t.name, config)
	defer y.Close()
	var v *verdict.Verdict
	if t.run.Random > 0 {
		t.random = true
		v = y.Some(ctx, t.run.Random, t.see)
	} else {
		v = y.All(ctx, t.see)
	}
	endless := t.waits && t.over == 0 // more of them show nothing else, and each is long
	if t.unsure(v) && !t.random && !endless && !y.Unsupported() {
		t.random = true
		w := y.Some(ctx, randomExecutions, t.see)
		v.Counts.Executions += w.Counts.Executions
	}
	t.conclude(y.Unsupported())
	found := t.findings(ctx, y)
	if v.Answer == verdict.Fail { // it goes round for ever
		f := v.Findings[0]
		found = append(found, cost{t.or(t.costs(f.Code, verdict.Livelock, verdict.Deadlock, verdict.LostWakeup)), f, ""})
	}
	if y.Timed() && !endless && !y.Unsupported() {
		found = append(found, t.early(ctx, built, config)...)
	}
	races := &verdict.Verdict{Schema: verdict.Schema, Kind: verdict.Test, Findings: []verdict.Finding{}}
	y.Races(ctx, races)
	for _, f := range races.Findings {
		found = append(found, cost{t.costs(f.Code), f, ""})
	}
	t.verdict, t.found, t.unsupported = v, found, y.Unsupported()
}

// earlyExecutions are looked at in which the time of a wait may be over early.
const earlyExecutions = 300

// early looks at a share of the executions in which the time of a wait may be over though
// others can go on, as if they were slow. It returns what goes wrong only there.
func (t *tally) early(ctx context.Context, built *cprog.Program, config cprog.Config) []cost {
	config.Early, config.MayNotSpin = true, false
	y := cprog.NewSurvey(built, t.name, config)
	defer y.Close()
	e := *t
	e.faults, e.later, e.random = nil, nil, true
	y.Some(ctx, earlyExecutions, e.see)
	e.faults = slices.DeleteFunc(e.faults, func(c *charge) bool {
		return slices.ContainsFunc(t.faults, func(o *charge) bool { return o.kind == c.kind })
	})
	return e.findings(ctx, y)
}

// unsure reports whether executions that have not been looked at might show something.
func (t *tally) unsure(v *verdict.Verdict) bool {
	return v.Answer == verdict.Inconclusive || slices.ContainsFunc(t.judge.Searched(), func(i int) bool { return !t.reached[i] })
}

// costs is the property that the first of some codes costs, nil if none does.
func (t *tally) costs(codes ...verdict.Code) *assignment.Property {
	for _, c := range codes {
		if p := assignment.Charged(t.about, "", c); p != nil {
			return p
		}
	}
	return nil
}

// or is a property, or the first that the run is about.
func (t *tally) or(p *assignment.Property) *assignment.Property {
	if p == nil {
		return t.about[0]
	}
	return p
}

// see looks at an execution.
func (t *tally) see(e *cprog.Ending) {
	t.ended++
	if e.Over {
		t.over++
		t.clean = t.clean || e.Left == ""
	}
	t.stuck = t.stuck || e.Stuck || e.TimesOut != ""
	t.waits = t.waits || e.TimesOut != ""
	if e.Crash != "" {
		t.crashed++
		t.main = t.main || !e.InChild
	}
	told := t.judge.Look(e.Printed, e.EndOfFile)
	t.known = t.known || told.Known || e.Unwritten+e.Late > 0
	t.whole = t.whole || !slices.ContainsFunc(told.Faults, func(f printed.Fault) bool { return f.Missing })
	if t.most < t.least {
		t.most = max(t.most, e.Others())
	}
	for i, r := range told.Reached {
		t.reached[i] = t.reached[i] || r
	}
	for i := range t.p.Rules {
		t.met[i] = t.met[i] || !slices.ContainsFunc(told.Faults, func(f printed.Fault) bool { return f.Rule == i && f.Missing })
	}
	for _, c := range t.wrong(e, told.Faults) {
		list := &t.faults
		if c.missing && c.early {
			list = &t.later
		}
		if !slices.ContainsFunc(*list, func(o *charge) bool { return o.kind == c.kind }) {
			c.random = t.random
			*list = append(*list, c)
		}
	}
}

// wrong is all that is wrong with an execution, and with its lines, as far as it costs
// something.
func (t *tally) wrong(e *cprog.Ending, lines []printed.Fault) (list []*charge) {
	add := func(p *assignment.Property, k kind, message string) {
		if p != nil {
			list = append(list, &charge{kind: k, property: p, message: message})
		}
	}
	raced := e.Raced && t.costs(verdict.DataRace) != nil
	for _, f := range lines {
		// Where a race has items lost or doubled, what is said of them at the end is wrong for that.
		if raced && t.p.Rules[f.Rule].Where != nil && slices.ContainsFunc(lines, func(o printed.Fault) bool { return o.Rule != f.Rule }) {
			continue
		}
		p := assignment.Charged(t.about, t.p.Rules[f.Rule].Property, f.Code)
		switch {
		case f.Missing && e.Unwritten > 0:
			f.Message += notWritten
		case f.Missing && e.Late > 0:
			f.Message += tooLate
		}
		add(p, kind{f.Rule, f.Code, f.Missing, f.Missing && !e.Over}, f.Message)
	}
	switch {
	case e.Stuck && raced && t.over > 0: // the race is what is wrong
	case e.Stuck:
		add(t.or(t.costs(verdict.Deadlock, verdict.LostWakeup, verdict.Livelock)), kind{rule: none, code: verdict.Deadlock}, "nobody can go on")
	case e.TimesOut != "":
		add(t.or(t.costs(verdict.Deadlock, verdict.LostWakeup, verdict.Livelock)), kind{rule: none, code: verdict.Deadlock}, e.TimesOut)
	case e.Crash != "":
		add(t.or(t.costs(verdict.Crash)), kind{rule: none, code: verdict.Crash}, e.Crash)
	case e.Failed != "" && len(list) == 0:
		add(t.or(t.costs(verdict.FailedAssertion)), kind{rule: none, code: verdict.FailedAssertion}, e.Failed)
	}
	if e.Spins != "" {
		add(t.costs(verdict.BusyWaiting), kind{rule: none, code: verdict.BusyWaiting}, e.Spins)
	}
	if e.Left != "" {
		add(t.costs(verdict.Leak), kind{rule: none, code: verdict.Leak}, e.Left)
	}
	return list
}

// notWritten is added to what is said of a line that is not there, if a process has printed
// more than it has written.
const notWritten = ": it ends with _exit, and what its stream still has is lost where standard output is no terminal (fflush before it)"

// tooLate is added to that if threads print when the first process ends.
const tooLate = ": it ends while others are at work, and what they print then is lost (join them before)"

// none is the number of no rule.
const none = -1

// conclude charges what no execution shows that one has to show.
func (t *tally) conclude(unsupported bool) {
	if t.ended == 0 || unsupported {
		return
	}
	if t.large() && t.over == 0 {
		return // what is not there does not come, and smaller runs tell whether it should
	}
	for _, c := range t.later {
		if !t.met[c.rule] {
			t.faults = append(t.faults, c)
		}
	}
	if p := t.costs(verdict.Leak); p != nil && t.over == 0 {
		t.faults = append(t.faults, &charge{kind: kind{none, verdict.Leak, true, true}, property: p, message: "in no execution does it come to its end, with all processes and names gone"})
	}
	if t.over == 0 && (!t.whole || t.stuck) || t.ended < enough && t.random {
		return
	}
	for _, i := range t.judge.Searched() {
		f := t.judge.Unmet(i)
		if p := t.unmet(i); p != nil {
			t.faults = append(t.faults, &charge{kind: kind{i, f.Code, true, false}, property: p, message: fmt.Sprintf("%s, in %d executions", f.Message, t.ended)})
		}
	}
}

// unmet is the property of a rule that some execution must meet, if none does.
func (t *tally) unmet(rule int) *assignment.Property {
	if t.reached[rule] {
		return nil
	}
	return assignment.Charged(t.about, t.p.Rules[rule].Property, t.judge.Unmet(rule).Code)
}

// large reports whether the run is too large for more than a few executions.
func (t *tally) large() bool { return t.run.Random > 0 && t.run.Random < enough }

// enough is how many random executions show that something does not happen.
const enough = 100

// cost is a finding, and the property that it costs.
type cost struct {
	property *assignment.Property
	finding  verdict.Finding
	output   string
}

// shown is a fault of which an execution is known.
type shown struct {
	property string
	code     verdict.Code
}

// findings looks for an execution that shows each fault, if none is known yet.
func (t *tally) findings(ctx context.Context, y *cprog.Survey) (list []cost) {
	for _, c := range t.faults {
		shows := shown{c.property.Key(), c.code}
		if t.shown[shows] || t.large() { // it is long
			list = append(list, cost{c.property, verdict.Finding{Code: c.code, Message: c.message}, ""})
			continue
		}
		t.shown[shows] = true
		f, output, found := y.Find(ctx, c.random, func(e *cprog.Ending) (verdict.Code, string, bool) {
			for _, o := range t.wrong(e, t.judge.Look(e.Printed, e.EndOfFile).Faults) {
				if o.kind != c.kind {
					continue
				}
				if c.rule == none && (c.code == verdict.Deadlock || c.code == verdict.Crash) && e.TimesOut == "" {
					return "", "", false
				}
				return c.code, o.message, true
			}
			return "", "", true
		})
		if !found {
			f = verdict.Finding{Code: c.code, Message: c.message}
		}
		f.Severity = "" // it costs the property, also where it is what is left behind, and that is a warning elsewhere
		list = append(list, cost{c.property, f, output})
	}
	return list
}

// scenarios are those of the run, one for each property that it is about, with what that loses
// by it.
func (t *tally) scenarios() (list []language.Scenario) {
	v := t.verdict
	called := cmp.Or(t.run.Words, t.name)
	for _, p := range t.about {
		own := *v
		own.Findings, own.Answer = []verdict.Finding{}, verdict.Pass
		if v.Answer == verdict.Inconclusive {
			own.Answer = verdict.Inconclusive
		}
		s := language.Scenario{Name: t.name, Words: called, Property: p.Key(), Judged: true, Moves: true, Sampled: t.run.Random > 0 && !t.unsupported && t.ended > 0, Verdict: &own}
		for _, f := range t.found {
			if f.property == p {
				own.Findings, own.Answer, own.Reason = append(own.Findings, f.finding), verdict.Fail, ""
				s.Output = f.output
			}
		}
		if why, look := t.shownNothing(p); why != "" && own.Answer != verdict.Fail {
			own.Answer, s.Unshown = verdict.Fail, look
			own.Findings = []verdict.Finding{{Code: t.first(p), Message: why}}
		}
		if t.large() && t.ended > 0 && t.over == 0 && own.Answer != verdict.Fail {
			continue // nothing follows for the property
		}
		if t.excused && t.most == 0 || t.ended > 0 && t.over == 0 && slices.ContainsFunc(t.judge.Searched(), func(i int) bool { return t.unmet(i) == p }) {
			own.Answer = verdict.Fail // without a finding: it costs nothing, and does not show that the property holds
		}
		list = append(list, s)
	}
	return list
}

// shownNothing says why the run shows nothing of a property, "" if it does: it prints none
// of the lines that it should, or each execution crashes before it has printed all of them,
// and the property is about lines. It says where to look, too.
func (t *tally) shownNothing(p *assignment.Property) (why, look string) {
	if t.ended == 0 || len(t.p.Rules) == 0 {
		return "", ""
	}
	if t.alone() && !t.excused {
		return fmt.Sprintf("it prints lines, and besides the first %s a part in that, where %d must: what is printed has to be passed on between them", words.Plural(t.most, "process or thread has", "processes or threads have"), t.least),
			"Which process or thread sends what is printed, and through what does it get to the one that prints it?"
	}
	aboutLines := slices.ContainsFunc(t.p.Rules, func(r printed.Rule) bool {
		return slices.ContainsFunc(r.Codes(), func(c verdict.Code) bool { return assignment.Charged(t.about, r.Property, c) == p })
	})
	switch {
	case t.over == t.ended && !t.known:
		return "it ends, and prints no line that it should", "Run it with these arguments, and compare what it prints with the lines that are asked for, letter by letter."
	case t.crashed == t.ended && !t.whole && (aboutLines || t.main && !t.known):
		return "it crashes, whatever the order of the steps is", "Run it with these arguments in a debugger: at which line does it crash?"
	}
	return "", ""
}

// alone reports whether not as many have a part in it as must.
func (t *tally) alone() bool { return t.over > 0 && t.most < t.least }

// first is the first code of a property.
func (t *tally) first(p *assignment.Property) verdict.Code {
	if p.Any() {
		return verdict.LostItem
	}
	return verdict.Code(p.Codes[0])
}
