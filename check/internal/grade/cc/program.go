package cc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/cprog"
	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/language"
	"github.com/ipccheck/ipccheck/check/internal/grade/printed"
	"github.com/ipccheck/ipccheck/check/internal/grade/submission"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// mostStepsOfRandom bounds an execution of a run that is drawn at random: it may be a
// large one.
const mostStepsOfRandom = 32_000

// lookAtPrograms explores the runs of the programs that are handed in.
func (c *course) lookAtPrograms(ctx context.Context, s *submission.Submission, sources []string, w *work, ev *language.Evidence) error {
	for i := range c.a.Programs {
		p := &c.a.Programs[i]
		files := sources
		if len(p.Sources) > 0 {
			files = p.Sources
		}
		for _, f := range files {
			if s.Files[f] == nil {
				ev.Notes = append(ev.Notes, f+" is not handed in")
				files = nil
				break
			}
		}
		dir := filepath.Join(w.Dir, fmt.Sprint("program", i))
		if err := c.lay(dir, s); err != nil {
			return err
		}
		if len(files) == 0 {
			c.missing(p, ev)
			continue
		}
		w.Progress("compiling " + strings.Join(files, " "))
		built, err := cprog.Source{Dir: dir, Files: files, Flags: headers, Confine: w.ConfineTool}.Build(ctx, c.cache)
		var compile *cprog.CompileError
		if errors.As(err, &compile) {
			ev.Unbuilt = unbuilt(compile.Text)
			return nil
		}
		if err != nil {
			return err
		}
		known := map[shown]bool{}
		var runs []*tally
		for k := range p.Runs {
			r := &p.Runs[k]
			name := strings.Join(append([]string{strings.TrimSuffix(files[0], ".c")}, r.Args...), " ")
			w.Progress("exploring " + name)
			j, err := printed.New(p.Lines, p.Rules, r.Args)
			if err != nil {
				return err
			}
			least, err := printed.Number(cmp.Or(p.Others, "0"), r.Args)
			if err != nil {
				return err
			}
			t := &tally{c: c, p: p, run: r, name: name, judge: j, least: least, about: c.a.Of(p, r), shown: known, work: w}
			failed := slices.ContainsFunc(ev.Scenarios, fails) || slices.ContainsFunc(runs, func(t *tally) bool { return slices.ContainsFunc(t.scenarios(), fails) })
			if t.large() && len(r.Properties) == 0 && failed {
				continue // what goes wrong there may follow from that
			}
			t.explore(ctx, built)
			runs = append(runs, t)
		}
		excuse(runs)
		for _, t := range runs {
			ev.Scenarios = append(ev.Scenarios, t.scenarios()...)
		}
		built.Close()
	}
	return nil
}

// excuse has a run cost nothing more in which too few have a part, if lines that must be there
// are in none of its executions, and others than the first have a part in some run of the
// program: less was passed on for a fault that costs what it costs.
func excuse(runs []*tally) {
	parts := slices.ContainsFunc(runs, func(t *tally) bool { return t.most > 0 })
	costs := slices.ContainsFunc(runs, func(t *tally) bool { return !t.whole && len(t.found) > 0 })
	for _, t := range runs {
		t.excused = parts && costs && t.alone() && !t.whole
	}
}

func fails(s language.Scenario) bool { return s.Verdict.Answer == verdict.Fail }

// missing has a program that is not handed in cost everything that it is about.
func (c *course) missing(p *assignment.Program, ev *language.Evidence) {
	for _, q := range c.a.Of(p, &assignment.Run{}) {
		v := &verdict.Verdict{Schema: verdict.Schema, Kind: verdict.Test, Findings: []verdict.Finding{}}
		ev.Scenarios = append(ev.Scenarios, language.Scenario{Name: strings.Join(p.Sources, " "), Words: strings.Join(p.Sources, " "), Property: q.Key(), Judged: true, Verdict: v})
	}
}

// tally counts what the executions of a run have shown.
type tally struct {
	c       *course
	p       *assignment.Program
	run     *assignment.Run
	name    string
	judge   *printed.Judge
	about   []*assignment.Property
	work    *work
	shown   map[shown]bool // by this run, and earlier ones
	faults  []*charge
	later   []*charge // what was not there when an execution got stuck
	reached []bool    // rules that some execution has to meet
	met     map[int]bool
	ended   int  // executions
	over    int  // that have come to their end
	stuck   bool // nobody can go on in one of them
	waits   bool // one of them waits forever, with a time limit each time
	crashed int  // that have crashed
	main    bool // one of them in the first process
	clean   bool // one of them has left nothing behind
	known   bool // a line that the rules are about was printed
	whole   bool // one of them has printed all lines that must be there
	least   int  // processes, or threads, that have to have a part besides the first
	most    int  // that have had one
	random  bool // executions are drawn at random

	// What has come of it.
	verdict     *verdict.Verdict
	found       []cost
	unsupported bool // it does what is not explored
	excused     bool // see excuse
}

// kind is a kind of faults.
type kind struct {
	rule    int // -1: none of the rules
	code    verdict.Code
	missing bool
	early   bool // in executions that have not come to their end
}

// charge is a fault, and the property that it costs.
type charge struct {
	kind
	property *assignment.Property
	message  string
	random   bool // a random execution has shown it first
}
