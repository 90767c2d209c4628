package cli

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// exploreFlags are those that are not parameters of models.
var exploreFlags = append([]flagDef{
	{"workers", false}, {"states", false}, {"depth", false}, {"timeout", false},
}, outputFlags...)

// exploration is a command line of explore, understood.
type exploration struct {
	entry   step.Entry
	runs    []step.Args
	sweep   bool // more than one value was asked for
	bounds  space.Options
	timeout time.Duration // 0: none
	output
}

// parseExplore understands the arguments of explore.
func (t *tool) parseExplore(args []string) (exploration, error) {
	var x exploration
	flags := exploreFlags
	for _, e := range t.entries {
		for _, p := range e.Params {
			if _, ok := find(flags, p.Name); !ok {
				flags = append(flags[:len(flags):len(flags)], flagDef{name: p.Name})
			}
		}
	}
	p, err := parse("explore", args, flags)
	if err != nil {
		return x, t.betterFlagError(err, args, flags)
	}
	switch {
	case len(p.names) == 0:
		return x, usagef("explore: which model? ipccheck list names them all")
	case len(p.names) > 1:
		return x, usagef("explore: one model at a time, not %s and %s: flags begin with a dash, lists have no blanks, as in -items 1,2", quote(p.names[0]), quote(p.names[1]))
	}
	if x.entry, err = t.entry("explore", p.names[0]); err != nil {
		return x, err
	}
	values := map[string][]int{}
	for _, name := range p.order {
		if _, ok := find(exploreFlags, name); ok {
			continue
		}
		q, err := t.param("explore", x.entry, name)
		if err != nil {
			return x, err
		}
		vs, sweep, err := parseValues(x.entry.Name, q, p.flags[name])
		if err != nil {
			return x, err
		}
		values[name] = vs
		x.sweep = x.sweep || sweep
	}
	if x.runs, err = combinations(x.entry, values); err != nil {
		return x, err
	}
	if x.output, err = p.output("explore"); err != nil {
		return x, err
	}
	return x, x.parseBounds(p)
}

func (x *exploration) parseBounds(p parsed) error {
	workers, err := p.number("explore", "workers", 1, 1024, 0)
	if err != nil {
		return err
	}
	depth, err := p.number("explore", "depth", 1, math.MaxInt32, 0)
	if err != nil {
		return err
	}
	states, err := p.number("explore", "states", 1, math.MaxInt64, 0)
	if err != nil {
		return err
	}
	x.bounds = space.Options{Workers: int(workers), MaxDepth: int(depth), MaxStates: states}
	x.timeout, err = p.timeout("explore")
	return err
}

// betterFlagError lists the flags of the model that was named, instead of those
// of all models.
func (t *tool) betterFlagError(err error, args []string, all []flagDef) error {
	name := ""
	for _, a := range args {
		if looksLikeFlag(a) {
			n, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
			if _, ok := find(all, n); !ok {
				name = n
				break
			}
		}
	}
	if name == "" {
		return err
	}
	for _, a := range args {
		for _, e := range t.entries {
			if e.Name != a {
				continue
			}
			flags := exploreFlags
			for _, p := range e.Params {
				flags = append(flags[:len(flags):len(flags)], flagDef{name: p.Name})
			}
			return unknownFlag("explore "+e.Name, name, flags)
		}
	}
	return err
}

func (t *tool) cmdExplore(ctx context.Context, args []string) (int, error) {
	x, err := t.parseExplore(args)
	if err != nil {
		return 0, err
	}
	// Nothing is explored before it is known that everything can be built
	// and written.
	for _, a := range x.runs {
		if _, err := build(x.entry, a); err != nil {
			return 0, err
		}
	}
	if err := x.begin(); err != nil {
		return 0, err
	}
	ctx, cancel := within(ctx, x.timeout)
	defer cancel()
	code := exitPass
	var vs []*verdict.Verdict
	for i, a := range x.runs {
		v, err := t.exploreOne(ctx, x, a, i)
		if err != nil {
			return 0, err
		}
		code = worse(code, exitOf(v.Answer))
		if !x.sweep || x.json || x.quiet { // a sweep ends in a table instead
			if err := t.print(x.output, v); err != nil {
				return 0, err
			}
		}
		vs = append(vs, v)
	}
	if x.sweep && !x.json && !x.quiet {
		if err := report.Table(t.stdout, vs, t.options(x.width)); err != nil {
			return 0, err
		}
	}
	return code, x.end(vs)
}

// build makes the program of a model.
func build(e step.Entry, a step.Args) (step.Program, error) {
	p, err := e.Build(a)
	if err != nil {
		return nil, usagef("%s cannot be built with %s: %v", e.Name, describe(params(e, a)), err)
	}
	return p, nil
}

func describe(ps []verdict.Param) string {
	parts := make([]string, len(ps))
	for i, p := range ps {
		parts[i] = p.Name + "=" + p.Value
	}
	return strings.Join(parts, " ")
}

// exploreOne explores the model with one combination of parameters.
func (t *tool) exploreOne(ctx context.Context, x exploration, a step.Args, i int) (*verdict.Verdict, error) {
	p, err := build(x.entry, a)
	if err != nil {
		return nil, err
	}
	o := x.bounds
	o.Params = params(x.entry, a)
	o.Context = ctx
	if !x.quiet {
		what := x.entry.Name
		if len(x.runs) > 1 {
			what = fmt.Sprintf("%s, %d of %d", what, i+1, len(x.runs))
		}
		pr := newProgress(t.stderr, t.terminal, what)
		o.Progress = pr.update
		defer pr.clear()
	}
	v := t.explore(p, o)
	if v.Answer == verdict.Inconclusive && ctx.Err() != nil {
		v.Reason += ": " + why(ctx)
	}
	return v, nil
}

// why says in words why the context is done.
func why(ctx context.Context) string {
	if cause := context.Cause(ctx); cause != context.Canceled {
		return cause.Error()
	}
	return "interrupted"
}
