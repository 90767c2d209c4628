package cli

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

func init() { register(30, exploreCommand) }

var exploreCommand = command{
	name: "explore", args: "MODEL [parameters] [flags]", brief: "MODEL: look at every interleaving of a model",
	about: `Looks at every interleaving of a model's processes and says whether a fault can
happen. Each fault comes with a shortest run that leads to it.

Parameters depend on the model: ipccheck list MODEL names them. Their values
are numbers or words. A range as in 1..4 or a list as in 1,2,4 or one,two
explores every combination and prints a table.`,
	flags: exploreFlags,
	examples: []string{
		"ipccheck explore circular-queue -producers 2 -items 2",
		"ipccheck explore blocking-queue -producers 1..4 -capacity 1..3",
		"ipccheck explore blocking-queue -notify one,two,all -json",
	},
	exits: `0 pass, 1 fail, 2 usage or output error, 3 inconclusive, 4 an internal error of ipccheck. Of several combinations the worst counts: 4, 2, 1, 3, 0.`,
	names: (*tool).modelNames,
	run:   (*tool).cmdExplore,
}

// exploreFlags are those that are not parameters of models.
var exploreFlags = append([]flagDef{
	{name: "workers", value: "n", help: "states are expanded by n workers at once (default: one for each processor); the result does not depend on it"},
	{name: "states", value: "n", help: "give up, inconclusively, when there are more than n states"},
	{name: "depth", value: "n", help: "look no further than n levels; the initial state is level 1"},
	{name: "timeout", value: "t", help: "give up, inconclusively, after a time as in 90s or 1h30m, for all combinations together (default: no limit)"},
	{name: "step", help: "walk the model: choose statement after statement, from standard input; ? lists what can be typed"},
	{name: "graph", value: "file", file: true, help: "write all states and steps as a graph for Graphviz as well; up to 500 states, or what -states says"},
	{name: "dot", help: "print that graph instead of a verdict"},
}, outputFlags()...)

// exploration is a command line of explore, understood.
type exploration struct {
	entry   step.Entry
	runs    []step.Args
	sweep   bool // more than one value was asked for
	bounds  space.Options
	timeout time.Duration // 0: none
	output  output
	step    bool   // walk instead
	dot     bool   // draw instead
	graph   string // the file of a graph, "" for none
}

// parameterFlags adds the parameters of all models to the flags.
func (t *tool) parameterFlags(flags []flagDef) []flagDef {
	flags = slices.Clone(flags)
	for _, e := range t.entries {
		for _, p := range e.Params {
			if _, ok := find(flags, p.Name); !ok {
				flags = append(flags, parameterFlag(p))
			}
		}
	}
	return flags
}

func parameterFlag(p step.Param) flagDef {
	return flagDef{name: p.Name, value: "values", help: p.Help, values: p.Words}
}

// parseExplore understands the arguments of explore.
func (t *tool) parseExplore(args []string) (exploration, error) {
	var x exploration
	flags := t.parameterFlags(exploreFlags)
	p, err := parse("explore", args, flags)
	if err != nil {
		return x, t.betterFlagError(err, args, flags)
	}
	switch {
	case len(p.names) == 0:
		return x, usagef("explore: which model? ipccheck list names them all")
	case len(p.names) > 1:
		return x, usagef("explore: one model at a time, not %s and %s: flags begin with a dash, lists have no blanks, as in -items 1,2", words.Quote(p.names[0]), words.Quote(p.names[1]))
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
	if x.output, err = t.output("explore", p); err != nil {
		return x, err
	}
	x.output.options.Sweep = x.sweep
	if err := x.parseOne(p); err != nil {
		return x, err
	}
	return x, x.parseBounds(p)
}

// parseOne reads the flags that are about one combination of parameters, most of them
// instead of a verdict.
func (x *exploration) parseOne(p parsed) error {
	x.step, x.dot = p.on("step"), p.on("dot")
	var err error
	if x.graph, err = p.file("explore", "graph"); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		given bool
		alone bool
	}{{"step", x.step, true}, {"dot", x.dot, true}, {"graph", x.graph != "", false}} {
		if !f.given {
			continue
		}
		if len(x.runs) > 1 {
			return usagef("explore: -%s is about one combination of parameters, and these are %d", f.name, len(x.runs))
		}
		for _, name := range p.order {
			own := name == f.name || name == "states" || name == "timeout" || name == "depth" || name == "workers" || name == "width"
			if _, ok := find(exploreFlags, name); f.alone && ok && !own {
				return usagef("explore: -%s judges nothing: leave -%s out", f.name, name)
			}
		}
	}
	return nil
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
	x.timeout, err = p.duration("explore", "timeout", "90s or 1h30m", 0)
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
				flags = append(flags[:len(flags):len(flags)], parameterFlag(p))
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
	switch {
	case x.step:
		return exitPass, t.walkModel(ctx, x)
	case x.dot:
		return exitPass, t.drawGraph(t.stdout, x)
	}
	out, err := t.begin(x.output)
	if err != nil {
		return 0, err
	}
	if x.graph != "" {
		var b bytes.Buffer
		if err := t.drawGraph(&b, x); err != nil {
			return 0, err
		}
		if err := writeFile(x.graph, "explore: -graph", b.Bytes()); err != nil {
			return 0, err
		}
	}
	ctx, cancel := within(ctx, x.timeout)
	defer cancel()
	for i, a := range x.runs {
		r, err := t.exploreOne(ctx, x, a, i)
		if err != nil {
			return 0, err
		}
		if err := out.print(r); err != nil {
			return 0, err
		}
	}
	return out.code, out.end()
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
func (t *tool) exploreOne(ctx context.Context, x exploration, a step.Args, i int) (report.Result, error) {
	p, err := build(x.entry, a)
	if err != nil {
		return report.Result{}, err
	}
	o := x.bounds
	o.Params = params(x.entry, a)
	o.Context = ctx
	if !x.output.options.Quiet {
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
	keepLong(v)
	return report.Result{Verdict: v, Sources: statementsOf(p)}, nil
}

// why says in words why the context is done.
func why(ctx context.Context) string {
	if cause := context.Cause(ctx); cause != context.Canceled {
		return cause.Error()
	}
	return "interrupted"
}
