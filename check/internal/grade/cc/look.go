package cc

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/cprog"
	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Bounds of an execution: a scenario has a hundred or two operations, one with many has
// thousands.
const (
	mostSteps       = 2000
	mostStepsOfMany = 30_000
)

// Look implements [language.Course].
func (c *course) Look(ctx context.Context, s *submission.Submission, given language.Work) (*language.Evidence, error) {
	ev := &language.Evidence{Violations: c.rules(s)}
	if len(ev.Violations) > 0 {
		return ev, nil
	}
	w := work{Work: given, left: language.Computing(c.a)}
	var sources []string
	for name := range s.Files {
		if filepath.Ext(name) == ".c" {
			sources = append(sources, name)
		}
	}
	slices.Sort(sources)
	if ev.Unbuilt = language.Unreadable(s.Files, sources, language.AnyEncoding); len(ev.Unbuilt) > 0 {
		return ev, nil
	}
	if err := c.lookAtPrograms(ctx, s, sources, &w, ev); err != nil || len(ev.Unbuilt) > 0 {
		return ev, err
	}
	timed := waitsWithALimit(s)
	for i, sc := range c.scenarios {
		w.Progress("exploring " + sc.file)
		dir := filepath.Join(w.Dir, strconv.Itoa(i))
		if err := c.lay(dir, s); err != nil {
			return nil, err
		}
		p, err := cprog.Source{
			Dir: dir, Files: append(slices.Clone(sources), sc.file), Flags: headers, Confine: w.ConfineTool, Last: map[string][]byte{sc.file: sc.text},
		}.Build(ctx, c.cache)
		var compile *cprog.CompileError
		switch {
		case errors.As(err, &compile) && len(unlinked(compile.Text)) > 0:
			ev.Unbuilt = unlinked(compile.Text)
			return ev, nil
		case errors.As(err, &compile) && strings.Contains(compile.Text, sc.file+":"):
			return nil, errors.New("the scenario of the staff does not compile with it: " + compile.Text)
		case errors.As(err, &compile):
			ev.Unbuilt = language.Places(compilerLine, compile.Text)
			return ev, nil
		case err != nil:
			return nil, err
		}
		for _, name := range p.Lacks(sc.file, c.shared()) {
			ev.Unbuilt = append(ev.Unbuilt, result.Place{Text: "there is no " + name})
		}
		if len(ev.Unbuilt) > 0 {
			p.Close()
			return ev, nil
		}
		if ev.Violations = c.oversteps(p, s, sources, sc); len(ev.Violations) > 0 {
			p.Close()
			return ev, nil
		}
		ev.Scenarios = append(ev.Scenarios, c.explore(ctx, p, sc, sources, timed, &w)...)
		p.Close()
	}
	return ev, nil
}

// work is the work on one submission.
type work struct {
	language.Work
	left time.Duration // of the processor's, for its processes
}

// twice is what the linker says of a name that two files define, and nowhere of one that none
// does.
var (
	twice   = regexp.MustCompile("multiple definition of [`'\u2018]([^'\u2019]+)")
	nowhere = regexp.MustCompile("undefined reference to [`'\u2018]([^'\u2019]+)")
)

// unlinked is what the linker has against a submission: functions that the scenarios have, too,
// such as main, and those that it uses and does not have.
func unlinked(text string) (places []result.Place) {
	add := func(text string) {
		if p := (result.Place{Text: text}); !slices.Contains(places, p) && len(places) < language.MostPlaces {
			places = append(places, p)
		}
	}
	for _, m := range twice.FindAllStringSubmatch(text, -1) {
		add(m[1] + " is there twice: take yours out")
	}
	for _, m := range nowhere.FindAllStringSubmatch(text, -1) {
		add("there is no " + m[1])
	}
	return places
}

// unbuilt is what the compiler, or the linker, has against a submission.
func unbuilt(text string) []result.Place {
	if places := unlinked(text); len(places) > 0 {
		return places
	}
	return language.Places(compilerLine, text)
}

// headers are the flags by which those of a folder are found: by a name in angle brackets only
// if the system has none of that name.
var headers = []string{"-iquote", ".", "-idirafter", "."}

// lay writes what is compiled into a folder, but for the scenario.
func (c *course) lay(dir string, s *submission.Submission) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	files := map[string][]byte{}
	for _, from := range []map[string][]byte{s.Files, c.given} { // what is given counts
		for name, text := range from {
			files[name] = text
		}
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// timedWait is a call that waits with a time limit.
var timedWait = regexp.MustCompile(`\b\w*(?:timed|clock)(?:wait|(?:rd|wr)?lock|send|receive|op)\s*\(`)

// waitsWithALimit reports whether a submission has such calls.
func waitsWithALimit(s *submission.Submission) bool {
	for _, text := range s.Files {
		if timedWait.Match(text) {
			return true
		}
	}
	return false
}

// explore explores a scenario. Where the submission waits with a time limit, a share of the
// executions is looked at, too, in which that is over though others can go on. One that has a
// data race is explored once more, apart from that.
func (c *course) explore(ctx context.Context, program *cprog.Program, sc scenario, sources []string, timed bool, w *work) []language.Scenario {
	config := cprog.Config{
		MayNotSpin: c.about("blocking.c") != "" && sc.property == c.about("blocking.c"), Confine: w.Confine, Computing: &w.left, Judged: bases(sources), Returns: returns(program, sc),
		Search: search.Options{Executions: c.a.Budget, Seed: c.a.Seed, Steps: mostSteps, SignalAny: true, NoEarly: true, Strategy: "optimal", Leaks: search.LeaksWarn},
	}
	if sc.many() {
		config.Search.Steps = mostStepsOfMany
	}
	look := func(words string) language.Scenario {
		r := cprog.Explore(ctx, program, sc.file, config)
		r.Verdict.ElapsedMS = 0
		return language.Scenario{Name: sc.file, Words: sc.words + words, Property: sc.property, Ops: program.Calls(sc.file, sources), Judged: true, Moves: true, Verdict: r.Verdict, Output: r.Output}
	}
	all := []language.Scenario{look("")}
	if sc.many() && all[0].Verdict.Answer == verdict.Inconclusive {
		return nil // it shows nothing that the others do not
	}
	p := c.a.Property(sc.property)
	if races(all[0].Verdict) && !p.Any() && !p.Has(verdict.DataRace) {
		config.NoRaces = true
		if apart := look(", apart from the race"); apart.Verdict.Answer != verdict.Inconclusive {
			apart.Apart = true
			all = append(all, apart)
		}
	}
	if apart, ok := c.apart(ctx, program, sc, config, p, all[len(all)-1]); ok {
		return append(all, apart)
	}
	if timed && !sc.many() && all[0].Verdict.Answer == verdict.Pass && !p.Any() && !config.MayNotSpin {
		config.Early, config.Search.Strategy, config.Search.Executions = true, "urw", earlyExecutions
		if early := look(", and a wait is over early"); early.Verdict.Answer == verdict.Fail {
			early.Early = true
			all = append(all, early)
		}
	}
	return all
}

// races reports whether a scenario fails by data races alone.
func races(v *verdict.Verdict) bool {
	return v.Answer == verdict.Fail && !slices.ContainsFunc(v.Findings, func(f verdict.Finding) bool { return f.Severity != verdict.Warning && f.Code != verdict.DataRace })
}

// returns reports whether the main function of a scenario does, in every execution that is
// judged to its end.
func returns(program *cprog.Program, sc scenario) bool {
	return !slices.ContainsFunc([]string{"exit", "_exit", "_Exit", "quick_exit", "pthread_exit"}, func(name string) bool { return program.Uses(sc.file, name) })
}

// compilerLine is a line of the compiler with a place.
var compilerLine = regexp.MustCompile(`^([^\s:]+\.[ch]):(\d+)(?::\d+)?: (?:fatal )?error: (.*)$`)

// apart looks at a scenario once more that fails, if that is no fault of its property: the
// executions that have an end may show that this holds, or not.
func (c *course) apart(ctx context.Context, program *cprog.Program, sc scenario, config cprog.Config, p *assignment.Property, first language.Scenario) (s language.Scenario, ok bool) {
	words := ", apart from who waits forever"
	for _, f := range first.Verdict.Findings {
		if f.Severity == verdict.Warning {
			continue
		}
		if c.falls(p, f.Code) {
			return s, false
		}
		if f.Code != verdict.Deadlock && f.Code != verdict.LostWakeup {
			words = ", apart from what costs other points"
		}
	}
	if first.Verdict.Answer != verdict.Fail || p.Any() {
		return s, false
	}
	y := cprog.NewSurvey(program, sc.file, config)
	defer y.Close()
	over, wrong := 0, false
	v := y.All(ctx, func(e *cprog.Ending) {
		code, _ := faultOf(e)
		wrong = wrong || code != "" && c.falls(p, code)
		if e.Over && e.Failed == "" && e.Crash == "" {
			over++
		}
	})
	if over == 0 || v.Answer != verdict.Pass {
		return s, false
	}
	s = first
	s.Words, s.Output, s.Verdict = sc.words+words, "", v
	if wrong {
		f, output, found := y.Find(ctx, false, func(e *cprog.Ending) (verdict.Code, string, bool) {
			code, message := faultOf(e)
			switch {
			case code == "" || !c.falls(p, code):
				return "", "", true
			case code == verdict.Deadlock && e.Stuck || code == verdict.Crash:
				return "", "", false
			}
			return code, message, true
		})
		if !found {
			return s, false
		}
		s.Output, v.Answer, v.Findings = output, verdict.Fail, []verdict.Finding{f}
	}
	if p.Has(verdict.DataRace) {
		before := len(v.Findings)
		if y.Races(ctx, v); len(v.Findings) > before {
			v.Answer = verdict.Fail
		}
	}
	return s, true
}

// falls reports whether a fault of a scenario falls on its property: it has the code, or no
// other one has.
func (c *course) falls(p *assignment.Property, code verdict.Code) bool {
	has := func(p *assignment.Property) bool {
		return p.Has(code) || slices.Contains(waits, code) && slices.ContainsFunc(waits, p.Has)
	}
	return has(p) || !slices.ContainsFunc(c.a.Properties, func(o assignment.Property) bool { return !o.Any() && has(&o) })
}

// waits are the codes of somebody who waits and must not.
var waits = []verdict.Code{verdict.Deadlock, verdict.LostWakeup, verdict.Livelock}

// faultOf is what is wrong with an execution, "" if nothing is.
func faultOf(e *cprog.Ending) (code verdict.Code, message string) {
	switch {
	case e.Spins != "":
		return verdict.BusyWaiting, e.Spins
	case e.Failed != "":
		code, message, coded := strings.Cut(e.Failed, ": ")
		if _, known := explain.Lookup(verdict.Code(code)); !coded || !known {
			return verdict.FailedAssertion, e.Failed
		}
		return verdict.Code(code), message
	case e.Crash != "":
		return verdict.Crash, e.Crash
	case e.Stuck:
		return verdict.Deadlock, "nobody can go on"
	case e.TimesOut != "":
		return verdict.Deadlock, e.TimesOut
	}
	return "", ""
}
