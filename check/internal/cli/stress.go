package cli

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/logfile"
	"github.com/ipccheck/ipccheck/check/internal/stress"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

var stressFlags = append([]flagDef{
	{"producers", false}, {"consumers", false}, {"items", false}, {"size", false}, {"capacity", false},
	{"faults", false}, {"kills", false}, {"seed", false}, {"out", false}, {"patience", false},
}, outputFlags...)

// stressRun is a command line of stress, understood.
type stressRun struct {
	stress.Config
	out      string
	patience time.Duration
	output
}

func parseStress(args []string) (stressRun, error) {
	var x stressRun
	p, err := parse("stress", args, stressFlags)
	if err != nil {
		return x, err
	}
	if len(p.names) != 1 || !slices.Contains(stress.Transports, p.names[0]) {
		return x, usagef("stress: expected one of %s", enumerate(stress.Transports, "or"))
	}
	x.Transport = p.names[0]
	number := func(name string, least, most, absent uint64) int {
		n, e := p.number("stress", name, least, most, absent)
		if err == nil {
			err = e
		}
		return int(n)
	}
	x.Producers, x.Consumers = number("producers", 1, 32, 4), number("consumers", 1, 31, 4)
	x.Items = number("items", 1, 10_000_000, 100_000)
	x.Size = number("size", 8, 4096, 64)
	capacity := uint64(64)
	if strings.HasSuffix(x.Transport, "mq") {
		capacity = 10 // what ordinary users may have
	}
	x.Capacity = number("capacity", 1, 1<<16, capacity)
	x.Kills = number("kills", 1, 62, 1)
	seed, e := p.number("stress", "seed", 0, 1<<64-1, 0)
	if err == nil {
		err = e
	}
	x.Seed = seed
	if err != nil {
		return x, err
	}
	if text := p.flags["faults"]; text != "" {
		for _, f := range strings.Split(text, ",") {
			if f == "eintr" {
				f = "signals"
			}
			if !slices.Contains(stress.Faults, f) {
				return x, usagef("stress: -faults: there is no %s%s: expected %s, with commas", quote(f), didYouMean(f, stress.Faults), enumerate(stress.Faults, "or"))
			}
			x.Faults = append(x.Faults, f)
		}
	}
	x.patience = 30 * time.Second
	if text, ok := p.flags["patience"]; ok {
		if x.patience, err = time.ParseDuration(text); err != nil || x.patience <= 0 {
			return x, usagef("stress: -patience %s: expected a time of more than 0 with its unit, as in 30s", quote(text))
		}
	}
	if x.out, err = p.file("stress", "out"); err != nil {
		return x, err
	}
	if x.out == "" {
		x.out = fmt.Sprintf("stress-%s-%d.jsonl", x.Transport, x.Seed)
	}
	x.output, err = p.output("stress")
	return x, err
}

func (t *tool) cmdStress(ctx context.Context, args []string) (int, error) {
	x, err := parseStress(args)
	if err != nil {
		return 0, err
	}
	if err := x.begin(); err != nil {
		return 0, err
	}
	begin := time.Now()
	bar := newProgress(t.stderr, t.terminal, x.Transport)
	x.Progress = func(done, all int) {
		bar.say(func() string { return fmt.Sprintf("%d of %d operations", done, all) })
	}
	if x.quiet {
		x.Progress = nil
	}
	r, err := stress.Run(ctx, x.Config, x.patience)
	bar.clear()
	if ctx.Err() != nil {
		return exitInconclusive, usagef("stress: stopped before anything was judged: %s", why(ctx))
	}
	if err != nil {
		return 0, usagef("stress: %v", err)
	}
	v := judgeStress(ctx, x, r)
	v.ElapsedMS = time.Since(begin).Milliseconds()
	if err := x.writeHistory(r); err != nil {
		return 0, err
	}
	if err := t.print(x.output, v); err != nil {
		return 0, err
	}
	if !x.json && !x.quiet {
		_, err = fmt.Fprintf(t.stdout, "The history is in %s:\nipccheck lin %s -spec %s\n", x.out, x.out, r.Text)
	}
	if err != nil {
		return 0, err
	}
	return exitOf(v.Answer), x.end([]*verdict.Verdict{v})
}

// judgeStress decides the history of a run.
func judgeStress(ctx context.Context, x stressRun, r *stress.Result) *verdict.Verdict {
	words := linear.Words{Proc: r.Name, Item: func(v int64) string {
		if p, n := record.Untag(v); p >= 0 && p < x.Producers && n > 0 && n <= x.Items {
			return fmt.Sprintf("item %d of %s", n, r.Name(p))
		}
		return fmt.Sprintf("item %d", v)
	}}
	v := linear.Verdict(x.Transport, model.NewBuffer(r.Spec), r.History, words, linear.Options{Context: ctx})
	v.Kind, v.Seed = verdict.Stress, x.Seed
	v.Params = []verdict.Param{
		{Name: "spec", Value: r.Text},
		{Name: "producers", Value: fmt.Sprint(x.Producers)}, {Name: "consumers", Value: fmt.Sprint(x.Consumers)},
		{Name: "items", Value: fmt.Sprint(x.Items)}, {Name: "size", Value: fmt.Sprint(x.Size)},
	}
	if len(x.Faults) > 0 {
		v.Params = append(v.Params, verdict.Param{Name: "faults", Value: strings.Join(x.Faults, ",")})
	}
	for i := range v.Findings {
		v.Findings[i].Trace.Replay = linReplay + r.Text + "#" + x.out
	}
	if r.Killed > 0 {
		v.Coverage += fmt.Sprintf("; %d of %d processes were killed", r.Killed, x.Producers+x.Consumers)
	}
	if r.Hung {
		v.Findings = append(v.Findings, verdict.Finding{Code: r.HungCode,
			Message: fmt.Sprintf("nothing moved for %v, and %d operations had not returned: the processes were ended", x.patience, len(r.History.Pending()))})
		v.Answer, v.Reason = verdict.Fail, ""
	}
	return v
}

// writeHistory leaves the file that lin reads.
func (x stressRun) writeHistory(r *stress.Result) error {
	object, capacity := "unbounded", -1
	if r.Spec.Capacity > 0 {
		object, capacity = "bounded", r.Spec.Capacity
	}
	var b bytes.Buffer
	if err := logfile.Write(&b, &logfile.Log{History: r.History, Object: object, Capacity: capacity}); err != nil {
		return usagef("stress: -out: %v", err)
	}
	return writeFile(x.out, "stress: -out", b.Bytes())
}
