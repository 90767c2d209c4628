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

	"github.com/ipccheck/ipccheck/check/internal/cprog"
	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// mostSteps bounds an execution: a scenario has a hundred or two.
const mostSteps = 2000

// Look implements [language.Course].
func (c *course) Look(ctx context.Context, s *submission.Submission, w language.Work) (*language.Evidence, error) {
	ev := &language.Evidence{Violations: c.rules(s)}
	if len(ev.Violations) > 0 {
		return ev, nil
	}
	var sources []string
	for name := range s.Files {
		if filepath.Ext(name) == ".c" {
			sources = append(sources, name)
		}
	}
	slices.Sort(sources)
	if err := c.lookAtPrograms(ctx, s, sources, w, ev); err != nil || len(ev.Unbuilt) > 0 {
		return ev, err
	}
	timed := waitsWithALimit(s)
	for i, sc := range c.scenarios {
		w.Progress("exploring " + sc.file)
		dir := filepath.Join(w.Dir, strconv.Itoa(i))
		if err := c.lay(dir, s, sc); err != nil {
			return nil, err
		}
		p, err := cprog.Build(ctx, dir, c.cache, append(slices.Clone(sources), sc.file), []string{"-I", "."})
		var compile *cprog.CompileError
		switch {
		case errors.As(err, &compile) && strings.Contains(compile.Text, sc.file+":"):
			return nil, errors.New("the scenario of the staff does not compile with it: " + compile.Text)
		case errors.As(err, &compile):
			ev.Unbuilt = language.Places(compilerLine, compile.Text)
			return ev, nil
		case err != nil:
			return nil, err
		}
		ev.Scenarios = append(ev.Scenarios, c.explore(ctx, p, sc, timed, w)...)
		p.Close()
	}
	return ev, nil
}

// lay writes what is compiled into a folder.
func (c *course) lay(dir string, s *submission.Submission, sc scenario) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	files := map[string][]byte{}
	if sc.file != "" {
		files[sc.file] = sc.text
	}
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
var timedWait = regexp.MustCompile(`\b\w*(?:timed|clock)(?:wait|lock)\s*\(`)

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
// executions is looked at, too, in which that is over though others can go on.
func (c *course) explore(ctx context.Context, program *cprog.Program, sc scenario, timed bool, w language.Work) []language.Scenario {
	config := cprog.Config{
		MayNotSpin: c.about("blocking.c") != "" && sc.property == c.about("blocking.c"), Confine: w.Confine,
		Search: search.Options{Executions: c.a.Budget, Seed: c.a.Seed, Steps: mostSteps, SignalAny: true, NoEarly: true, Strategy: "optimal", Leaks: search.LeaksWarn},
	}
	look := func(words string) language.Scenario {
		r := cprog.Explore(ctx, program, sc.file, config)
		r.Verdict.ElapsedMS = 0
		return language.Scenario{Name: sc.file, Words: sc.words + words, Property: sc.property, Judged: true, Moves: true, Verdict: r.Verdict, Output: r.Output}
	}
	all := []language.Scenario{look("")}
	p := c.a.Property(sc.property)
	if apart, ok := c.apartFromWaits(ctx, program, sc, config, p, all[0]); ok {
		return append(all, apart)
	}
	if timed && all[0].Verdict.Answer == verdict.Pass && !p.Any() && !config.MayNotSpin {
		config.Early, config.Search.Strategy, config.Search.Executions = true, "urw", earlyExecutions
		if early := look(", and a wait is over early"); early.Verdict.Answer == verdict.Fail {
			all = append(all, early)
		}
	}
	return all
}

// compilerLine is a line of the compiler with a place.
var compilerLine = regexp.MustCompile(`^([^\s:]+\.[ch]):(\d+)(?::\d+)?: (?:fatal )?error: (.*)$`)

// Comments and the contents of strings say nothing, but for the names of headers.
var (
	silent  = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"`)
	include = regexp.MustCompile(`(?m)^\s*#\s*include\s*"([^"\n]*)"`)
)

// always is what no submission may have: it would not be seen.
var always = []string{"asm", "__asm", "__asm__", "__attribute__((constructor))", "__attribute__((destructor))"}

// apartFromWaits looks at a scenario once more in which somebody waits forever, if that is no
// fault of its property: the executions that have an end may show that this holds, or not.
func (c *course) apartFromWaits(ctx context.Context, program *cprog.Program, sc scenario, config cprog.Config, p *assignment.Property, first language.Scenario) (s language.Scenario, ok bool) {
	for _, f := range first.Verdict.Findings {
		if f.Severity != verdict.Warning && f.Code != verdict.Deadlock && f.Code != verdict.LostWakeup || p.Has(f.Code) {
			return s, false
		}
	}
	if first.Verdict.Answer != verdict.Fail || p.Any() {
		return s, false
	}
	y := cprog.NewSurvey(program, sc.file, config)
	defer y.Close()
	over, wrong := 0, false
	v := y.All(ctx, func(e *cprog.Ending) {
		wrong = wrong || e.Failed != "" || e.Crash != "" || e.Spins != ""
		if e.Over {
			over++
		}
	})
	if over == 0 || v.Answer != verdict.Pass {
		return s, false
	}
	s = first
	s.Words, s.Output, s.Verdict = sc.words+", apart from who waits forever", "", v
	if wrong {
		f, output, found := y.Find(ctx, false, func(e *cprog.Ending) (verdict.Code, string, bool) {
			switch {
			case e.Spins != "":
				return verdict.BusyWaiting, e.Spins, true
			case e.Failed == "":
				return "", "", e.Crash == ""
			}
			code, message, coded := strings.Cut(e.Failed, ": ")
			if _, known := explain.Lookup(verdict.Code(code)); !coded || !known {
				return verdict.FailedAssertion, e.Failed, true
			}
			return verdict.Code(code), message, true
		})
		if !found {
			return s, false
		}
		s.Output, v.Answer, v.Findings = output, verdict.Fail, []verdict.Finding{f}
	}
	return s, true
}

// rules looks for what a submission must not have.
func (c *course) rules(s *submission.Submission) (places []result.Place) {
	var names []string
	for name := range s.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text := strings.ReplaceAll(string(s.Files[name]), "\\\n", "")
		text = include.ReplaceAllString(text, "#include <$1>")
		text = silent.ReplaceAllStringFunc(text, func(m string) string {
			return strings.Repeat("\n", strings.Count(m, "\n"))
		})
		for i, line := range strings.Split(text, "\n") {
			for _, f := range append(slices.Clone(always), c.a.Forbidden...) {
				if has(line, f) && len(places) < language.MostPlaces {
					places = append(places, result.Place{File: name, Line: i + 1, Text: f + " is not allowed"})
				}
			}
		}
	}
	return places
}

// has reports whether a line has a forbidden word, header or attribute, whatever spaces
// there are.
func has(line, forbidden string) bool {
	if word.MatchString(forbidden) {
		return regexp.MustCompile(`\b` + regexp.QuoteMeta(forbidden) + `\b`).MatchString(line)
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	return strings.Contains(squeeze(line), squeeze(forbidden))
}

var word = regexp.MustCompile(`^\w+$`)
