package cli

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/logfile"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/stress"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

func init() { register(50, stressCommand) }

var stressCommand = command{
	name: "stress", args: "TRANSPORT [flags]", brief: "WHAT: load pipes, queues, … between real processes",
	about: `Lets processes send messages to each other through a transport, records what
they do, and decides the history: nothing lost, doubled, torn or out of order.
It leaves the history in a file that ipccheck lin reads, and nothing else, even
if it is killed itself. It needs Linux. The transports:

` + transportsText(),
	flags: stressFlags,
	examples: []string{
		"ipccheck stress shm -items 1000000",
		"ipccheck stress mq -producers 2 -consumers 3 -faults kill,stop -seed 7",
	},
	exits: `0 pass, 1 fail, 2 usage, system or output error, 3 inconclusive.`,
	names: func(*tool) []string { return transportNames() },
	run:   (*tool).cmdStress,
}

var stressFlags = append([]flagDef{
	{name: "producers", value: "n", help: "processes that send (default 4)"},
	{name: "consumers", value: "n", help: "processes that receive (default 4)"},
	{name: "items", value: "n", help: "messages of all producers together (default 100000)"},
	{name: "size", value: "n", help: "bytes of a message, 8 to 4096 (default 64)"},
	{name: "capacity", value: "n", help: "messages that it holds, if that can be set (default: see above)"},
	{name: "faults", value: "list", help: "what disturbs them, with commas: " + disturbancesText() + "; eintr is another name for signals"},
	{name: "kills", value: "n", help: "processes that are killed (default 1); one of each side survives"},
	{name: "seed", value: "n", help: "chooses the disturbances (default 0)"},
	{name: "patience", value: "t", help: "when nothing moves for so long, it hangs (default 30s)"},
	{name: "out", value: "file", file: true, help: "the history (default stress-TRANSPORT-SEED.jsonl)"},
}, outputFlags()...)

func transportNames() []string {
	var names []string
	for _, t := range stress.Transports() {
		names = append(names, t.Name)
	}
	return names
}

// transportsText lists the transports with what they hold.
func transportsText() string {
	var rows [][]string
	for _, t := range stress.Transports() {
		help := t.Help
		if t.Capacity > 0 {
			help += fmt.Sprintf(", of %d messages if -capacity does not say", t.Capacity)
		}
		rows = append(rows, []string{t.Name, help})
	}
	return strings.TrimRight(indentedColumns(rows), "\n")
}

func disturbanceNames() []string {
	var names []string
	for _, d := range stress.Disturbances {
		names = append(names, d.Name)
	}
	return names
}

func disturbancesText() string {
	var parts []string
	for _, d := range stress.Disturbances {
		parts = append(parts, d.Name+" ("+d.Help+")")
	}
	return strings.Join(parts, ", ")
}

// stressRun is a command line of stress, understood.
type stressRun struct {
	stress.Config
	out      string
	patience time.Duration
	output   output
}

func (t *tool) parseStress(args []string) (stressRun, error) {
	var x stressRun
	p, err := parse("stress", args, stressFlags)
	if err != nil {
		return x, err
	}
	all := stress.Transports()
	i := slices.IndexFunc(all, func(t stress.Transport) bool { return len(p.names) == 1 && t.Name == p.names[0] })
	switch {
	case i >= 0 || len(all) == 0:
	case len(p.names) == 0:
		return x, usagef("stress: which transport? expected one of %s", words.List(transportNames(), "or"))
	case len(p.names) > 1:
		return x, usagef("stress: one transport at a time, not %s and %s", words.Quote(p.names[0]), words.Quote(p.names[1]))
	default:
		return x, usagef("stress: there is no transport %s%s: expected one of %s", words.Quote(p.names[0]), didYouMean(p.names[0], transportNames()), words.List(transportNames(), "or"))
	}
	capacity := 1
	if _, set := p.flags["capacity"]; set && i >= 0 && all[i].Capacity == 0 {
		return x, usagef("stress: -capacity has no meaning with %s, which has none to set", all[i].Name)
	}
	if i >= 0 { // where there is no transport, stress itself says why
		x.Transport, capacity = all[i].Name, max(1, all[i].Capacity)
	}
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
	x.Capacity = number("capacity", 1, 1<<16, uint64(capacity))
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
			if !slices.Contains(disturbanceNames(), f) {
				return x, usagef("stress: -faults: there is no %s%s: expected %s, with commas", words.Quote(f), didYouMean(f, disturbanceNames()), words.List(disturbanceNames(), "or"))
			}
			x.Disturbances = append(x.Disturbances, f)
		}
	}
	if x.patience, err = p.duration("stress", "patience", "30s", 30*time.Second); err != nil {
		return x, err
	}
	if x.out, err = p.file("stress", "out"); err != nil {
		return x, err
	}
	if x.out == "" {
		x.out = fmt.Sprintf("stress-%s-%d.jsonl", x.Transport, x.Seed)
	}
	x.output, err = t.output("stress", p)
	return x, err
}

func (t *tool) cmdStress(ctx context.Context, args []string) (int, error) {
	x, err := t.parseStress(args)
	if err != nil {
		return 0, err
	}
	if err := writable(x.out, "stress: -out"); err != nil {
		return 0, err
	}
	out, err := t.begin(x.output)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	bar := newProgress(t.stderr, t.terminal, x.Transport)
	x.Progress = func(done, all int) {
		bar.say(func() string { return fmt.Sprintf("%d of %d operations", done, all) })
	}
	if x.output.options.Quiet {
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
	next := fmt.Sprintf("The history is in %s:\nipccheck lin %s -spec %s\n", x.out, shellWord(x.out), r.Text)
	unwritten := x.writeHistory(r)
	if unwritten != nil {
		next = ""
	}
	if err := out.print(report.Result{Verdict: v, Next: next}); err != nil {
		return 0, err
	}
	if err := out.end(); err != nil {
		return 0, err
	}
	return out.code, unwritten
}

// judgeStress decides the history of a run.
func judgeStress(ctx context.Context, x stressRun, r *stress.Result) *verdict.Verdict {
	of := linear.Words{Proc: r.Name, Item: func(v int64) string {
		if p, n := record.Untag(v); p >= 0 && p < x.Producers && n > 0 && n <= x.Items {
			return fmt.Sprintf("item %d of %s", n, r.Name(p))
		}
		return fmt.Sprintf("item %d", v)
	}}
	v := linear.Verdict(x.Transport, model.NewBuffer(r.Spec), r.History, of, linear.Options{Context: ctx})
	v.Kind, v.Seed = verdict.Stress, x.Seed
	v.Params = []verdict.Param{
		{Name: "spec", Value: r.Text},
		{Name: "producers", Value: fmt.Sprint(x.Producers)}, {Name: "consumers", Value: fmt.Sprint(x.Consumers)},
		{Name: "items", Value: fmt.Sprint(x.Items)}, {Name: "size", Value: fmt.Sprint(x.Size)},
	}
	if len(x.Disturbances) > 0 {
		v.Params = append(v.Params, verdict.Param{Name: "faults", Value: strings.Join(x.Disturbances, ",")})
	}
	for i := range v.Findings {
		v.Findings[i].Trace.Replay = linReplay + r.Text + "#" + x.out
	}
	if r.Killed > 0 {
		v.Coverage += fmt.Sprintf("; %d of %d processes were killed", r.Killed, x.Producers+x.Consumers)
	}
	if r.Stuck {
		v.Findings = append(v.Findings, verdict.Finding{Code: r.StuckCode,
			Message: fmt.Sprintf("nothing moved for %v, and %s had not returned: the processes were ended", x.patience, words.Plural(len(r.History.Pending()), "operation", "operations")),
			Trace:   of.Hanging(r.History)})
		v.Findings[len(v.Findings)-1].Trace.Subject = x.Transport
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
