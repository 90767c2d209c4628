// Native compares small Go programs under Go's own scheduler with their exploration.
// Every outcome that a run shows must be one of an execution that was explored, and
// with -race whatever the race detector reports of runs it must report of an
// execution. An outcome is what each goroutine notes, in order, and how the program
// ends: finished, stuck, or what it dies of. The runs pause at random places.
//
// Programs are generated from seeds, or are the tests in the folders that are named.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/ipccheck/ipccheck/check/internal/rewrite"
)

func main() {
	var o options
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: native [flags] [folder...]"); flag.PrintDefaults() }
	flag.IntVar(&o.programs, "programs", 300, "programs, if no folders are named")
	flag.IntVar(&o.runs, "runs", 2000, "runs of each under Go's scheduler; with -race a tenth of them")
	flag.Uint64Var(&o.seed, "seed", 1, "of the first program")
	flag.Uint64Var(&o.executions, "budget", 200_000, "executions of each in the exploration")
	flag.Float64Var(&o.seconds, "seconds", 60, "time for the exploration of each, in seconds")
	flag.BoolVar(&o.race, "race", false, "compare what the race detector reports, of programs that have plain variables besides")
	flag.BoolVar(&o.verbose, "v", false, "a row for each program")
	flag.BoolVar(&o.source, "print", false, "print the programs, and do nothing else")
	flag.Parse()
	o.folders = flag.Args()
	missed, err := run(context.Background(), os.Stdout, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "native:", err)
		os.Exit(2)
	}
	if missed > 0 {
		os.Exit(1)
	}
}

type options struct {
	programs, runs int
	seed           uint64
	executions     uint64
	seconds        float64
	race           bool
	verbose        bool
	source         bool
	folders        []string
	firstCase      bool // a fault for tests
}

// bundles are the programs that were asked for.
func (o options) bundles() (out []bundle, err error) {
	if len(o.folders) == 0 {
		b, err := generated(o.seed, o.programs, o.race)
		return []bundle{b}, err
	}
	for _, dir := range o.folders {
		b, err := read(dir)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// run compares, and returns how many programs show what was not explored.
func run(ctx context.Context, w io.Writer, o options) (missed int, err error) {
	bundles, err := o.bundles()
	if err != nil {
		return 0, err
	}
	var all []row
	for _, b := range bundles {
		if o.source {
			for _, p := range b.programs {
				fmt.Fprintln(w, p.source)
			}
			continue
		}
		rows, err := compare(ctx, b, o)
		if err != nil && len(bundles) == 1 {
			return 0, err
		} else if err != nil {
			fmt.Fprintf(w, "%s is left out: %v\n", b.name, err)
		}
		all = append(all, rows...)
	}
	if o.source {
		return 0, nil
	}
	return report(w, o, all), nil
}

// row is what became of a program.
type row struct {
	program
	seen     observed
	explored explored
}

// compare runs and explores the programs of a bundle, at the same time.
func compare(ctx context.Context, b bundle, o options) ([]row, error) {
	dir, err := os.MkdirTemp("", "native")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	detector, runs := rewrite.WithoutDetector, o.runs
	if o.race {
		detector, runs = rewrite.DetectorRequired, max(1, o.runs/10)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	seen := map[string]observed{}
	watched := make(chan bool)
	go func() {
		obs, err := newObserver(ctx, b, filepath.Join(dir, "native"), o.race)
		for _, p := range b.programs {
			if err == nil {
				seen[p.name], err = obs.observe(ctx, p, runs, o.seed)
			}
		}
		if err != nil {
			cancel(err)
		}
		close(watched)
	}()
	found := map[string]explored{}
	in := bounds{executions: o.executions, seconds: o.seconds, firstCase: o.firstCase}
	err = explore(ctx, b, filepath.Join(dir, "explored"), detector, in, func(name string, e explored) { found[name] = e })
	if err != nil {
		cancel(err)
	}
	if <-watched; ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var rows []row
	for _, p := range b.programs {
		rows = append(rows, row{p, seen[p.name], found[p.name]})
	}
	return rows, nil
}

// missing are the outcomes of runs that no execution has, and which is not known.
func (r row) missing() (out []string) {
	for outcome := range r.seen.outcomes {
		if !r.explored.outcomes[outcome] && !strings.Contains(outcome, reused) {
			out = append(out, outcome)
		}
	}
	slices.Sort(out)
	return out
}

// reused is in outcomes that are known to be missing: no execution has a Wait that the
// counter's zero has let go on, and that finds that it is more again. The race
// detector reports such programs.
const reused = "WaitGroup is reused before previous Wait has returned"

// dies reports whether some execution ends with a panic. A search that meets one has
// its answer, and what it goes on with is not all there is: in none of the executions
// that die does it see what goroutines would have done after that.
func (e explored) dies() bool {
	for outcome := range e.outcomes {
		if strings.HasPrefix(outcome, "panic: ") {
			return true
		}
	}
	return false
}

// report prints what was compared, and returns how many programs miss something.
func report(w io.Writer, o options, rows []row) (missed int) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if o.verbose {
		fmt.Fprintln(out, "program\truns\tlost\toutcomes\texplored\texecutions\tmissing\t")
	}
	left := map[string]int{}
	compared, runs, lost, seen, all := 0, 0, 0, 0, 0
	var texts []string
	for _, r := range rows {
		missing := r.missing()
		note := ""
		switch {
		case o.race:
			missing = nil
			switch {
			case r.seen.race == "" || r.explored.raced:
			case r.explored.dies():
				note = "it dies in some executions"
			default:
				missing = []string{"data race:\n" + r.seen.race}
			}
		case r.explored.dies():
			note = "it dies in some executions"
		case !r.explored.complete:
			note = r.explored.reason
		case r.explored.bounded && len(missing) > 0:
			note = "more timers fire early in some run than in the executions that were looked at"
		}
		if o.verbose {
			fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", r.name, r.seen.runs, r.seen.lost, len(r.seen.outcomes), len(r.explored.outcomes), r.explored.executions, len(missing), note)
		}
		if note != "" {
			left[note]++
			continue
		}
		compared++
		runs += r.seen.runs
		lost += r.seen.lost
		seen += len(r.seen.outcomes)
		all += len(r.explored.outcomes)
		if o.race {
			seen, all = seen-len(r.seen.outcomes), all-len(r.explored.outcomes)
			if r.seen.race != "" {
				seen++
			}
			if r.explored.raced {
				all++
			}
		}
		if len(missing) == 0 {
			continue
		}
		missed++
		text := fmt.Sprintf("\n%s, explored in %d executions (%s):\n%s", r.name, r.explored.executions, r.explored.reason, r.source)
		for _, m := range missing {
			text += fmt.Sprintf("not explored, in %d of %d runs: %s\n", r.seen.outcomes[m], r.seen.runs, m)
		}
		texts = append(texts, text)
	}
	what := "outcomes"
	if o.race {
		what = "races"
	}
	fmt.Fprintf(out, "\nprograms\tcompared\truns\tlost\t%s seen\t%s explored\tprograms with %s not explored\n", what, what, what)
	fmt.Fprintf(out, "%d\t%d\t%d\t%d\t%d\t%d\t%d\n", len(rows), compared, runs, lost, seen, all, missed)
	_ = out.Flush()
	for _, why := range slices.Sorted(maps.Keys(left)) {
		fmt.Fprintf(w, "%d not compared: %s\n", left[why], why)
	}
	for _, t := range texts {
		fmt.Fprint(w, t)
	}
	return missed
}
