package cli

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/places"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// buildFlags are handed on to the go command.
var buildFlags = []flagDef{
	raceFlag,
	{name: "tags", value: "list", help: "as the go command has it"},
	{name: "mod", value: "mode", help: "as the go command has it"},
	{name: "modfile", value: "file", file: true, help: "as the go command has it"},
	{name: "trimpath", help: "as the go command has it"},
}

var leaksFlag = flagDef{
	name: "leaks", value: "rule", values: []string{wire.LeaksWarn, wire.LeaksStrict, wire.LeaksOff},
	help: "what goroutines are that are left behind, waiting forever: warn (default): a failure if some executions leave behind what others do not, a warning if all leave the same; strict: a failure; off: nothing",
}

var timeoutsFlag = flagDef{
	name: "timeouts", value: "rule", values: []string{wire.TimeoutsAssume, wire.TimeoutsStrict},
	help: "what it is if a test complains because a timer fired while somebody could still go on: assume (default): named under assumes; strict: a failure (ipccheck explain time)",
}

var raceFlag = flagDef{
	name: "race",
	help: "the race detector judges each execution (default, where programs can be built with it: test and run); -race=false: a pass then assumes that there is no data race",
}

var strategyFlag = func() flagDef {
	f := flagDef{name: "strategy", value: "s"}
	for _, s := range search.Strategies {
		f.values = append(f.values, s.Name)
		f.help += s.Name + ": " + s.Help + "; "
	}
	f.help += "if none is named, optimal with half of the budget, and random ones with the rest if that is not all"
	return f
}()

var signalFlag = flagDef{
	name: "signal", value: "s", values: []string{"fifo", "any"},
	help: "fifo (default): a Signal wakes the goroutine that has waited longest, as Go does; any (default for C): any of them",
}

var controlFlag = flagDef{
	name: "control", value: "off", values: []string{"on", "off"},
	help: "run the rewritten tests as they are, without control",
}

// directoryFlag is where the program is.
var directoryFlag = flagDef{name: "C", value: "dir", file: true, help: "the directory in which the program is built and found"}

// programFlags are those of test, run and replay that say how Go code is explored.
var programFlags = slices.Concat([]flagDef{
	directoryFlag,
	{name: "budget", value: "n[,t]", help: "executions of each test, and perhaps a time, as in 50000,30s (default 20000,20s); what is not decided then is inconclusive"},
	strategyFlag,
	{name: "preemptions", value: "n", help: "all executions with at most n preemptions"},
	{name: "seed", value: "n", help: "of random executions (default 1)"},
	signalFlag,
	{name: "steps", value: "n", help: "operations of an execution (default 10000, fewer once many are cut short; 500000 if they are all of one goroutine)"},
	leaksFlag,
	timeoutsFlag,
	{name: "stall", value: "t", help: "how long an execution may do nothing that is seen before the program is stopped (default 30s)"},
	{name: "memory", value: "size", help: "how much memory the program and its exploration may take, as in 512MB (default 4GB); more is inconclusive"},
	{name: "v", help: "more of each result: tests that pass, the source of each step of a replay"},
}, buildFlags, outputFlags())

// leastMemory is what a process takes that does next to nothing.
const leastMemory = 64 << 20

// Bounds of an exploration of one test, if nothing else is asked for.
const (
	defaultBudget  = 20_000
	defaultSeconds = 20
)

// programs is a command line that explores Go code, understood.
type programs struct {
	config   wire.Config
	dir      string
	build    []string
	stall    time.Duration
	memory   uint64
	stdin    string   // a file
	args     []string // of the program
	workers  int
	output   output
	race     bool // -race was given
	signal   bool // -signal was given
	cflags   string
	spurious bool // of waits in C
	early    bool // the same: their time may be over early
	detector rewrite.Detector
	timeout  time.Duration
	short    bool
	first    bool
	debug    bool

	selection []string // arguments of a test program that is not controlled
}

func (t *tool) parsePrograms(command string, p parsed) (programs, error) {
	x := programs{race: p.on("race"), short: p.on("short"), first: p.on("failfast"), dir: p.flags["C"]}
	var err error
	if x.dir != "" {
		if i, err := os.Stat(x.dir); err != nil || !i.IsDir() {
			return x, usagef("%s: -C %s: there is no such directory", command, words.Quote(x.dir))
		}
	}
	if x.output, err = t.output(command, p); err != nil {
		return x, err
	}
	if command != "replay" {
		x.detector = rewrite.DetectorIfPossible
	}
	if _, ok := p.flags[raceFlag.name]; ok {
		x.detector = rewrite.WithoutDetector
		if x.race {
			x.detector = rewrite.DetectorRequired
		}
	}
	for _, f := range buildFlags {
		if v, ok := p.flags[f.name]; ok && f.name != raceFlag.name {
			x.build = append(x.build, "-"+f.name+"="+v)
		}
	}
	c := &x.config
	if c.Strategy, err = p.word(command, strategyFlag); err != nil {
		return x, err
	}
	signal, err := p.word(command, signalFlag)
	if err != nil {
		return x, err
	}
	c.SignalAny = signal == "any"
	_, x.signal = p.flags[signalFlag.name]
	x.cflags, x.spurious, x.early = p.flags["cflags"], p.on("spurious"), p.on("early")
	control, err := p.word(command, controlFlag)
	if err != nil {
		return x, err
	}
	if c.Off = control == "off"; c.Off && !x.race {
		x.detector = rewrite.WithoutDetector
	}
	c.Executions, c.Seconds = defaultBudget, defaultSeconds
	if text, ok := p.flags["budget"]; ok {
		n, limit, timed := strings.Cut(text, ",")
		if c.Executions, err = strconv.ParseUint(n, 10, 63); err != nil || c.Executions == 0 {
			return x, usagef("%s: -budget %s: expected a number of executions, perhaps with a time, as in 50000 or 50000,30s", command, words.Quote(text))
		}
		c.Seconds = 0
		if timed {
			d, err := time.ParseDuration(limit)
			if err != nil || d <= 0 {
				return x, usagef("%s: -budget %s: expected a number of executions, perhaps with a time, as in 50000 or 50000,30s", command, words.Quote(text))
			}
			c.Seconds = d.Seconds()
		}
	}
	switch p.flags["leaks"] { // it was a switch once
	case "true":
		p.flags["leaks"] = wire.LeaksStrict
	case "false":
		p.flags["leaks"] = wire.LeaksOff
	}
	if c.Leaks, err = p.word(command, leaksFlag); err != nil {
		return x, err
	}
	if c.Timeouts, err = p.word(command, timeoutsFlag); err != nil {
		return x, err
	}
	if c.Leaks == "" {
		c.Leaks = wire.LeaksWarn
	}
	n, err := p.number(command, "preemptions", 0, 1000, 2)
	if err != nil {
		return x, err
	}
	c.Preemptions = int(n)
	if _, ok := p.flags["preemptions"]; ok && c.Strategy == "" {
		c.Strategy = "preemptions"
	}
	if c.Seed, err = p.number(command, "seed", 0, 1<<63, 1); err != nil {
		return x, err
	}
	if n, err = p.number(command, "steps", 1, 10_000_000, 0); err != nil {
		return x, err
	}
	c.Steps = int(n)
	if n, err = p.number(command, "p", 1, 1024, uint64(runtime.GOMAXPROCS(0))); err != nil {
		return x, err
	}
	x.workers = int(n)
	if _, err = p.number(command, "count", 0, 1<<20, 1); err != nil {
		return x, err
	}
	if _, err = p.number(command, "parallel", 1, 1<<20, 1); err != nil {
		return x, err
	}
	if order := p.flags["shuffle"]; order != "" && order != "on" && order != "off" {
		if _, err = strconv.ParseInt(order, 10, 64); err != nil {
			return x, usagef("%s: -shuffle %s: expected on, off or a number", command, words.Quote(order))
		}
	}
	for name, d := range map[string]*time.Duration{"stall": &x.stall, "timeout": &x.timeout} {
		if text, ok := p.flags[name]; ok {
			if *d, err = time.ParseDuration(text); err != nil || *d < 0 {
				return x, usagef("%s: -%s %s: expected a time, as in 30s or 5m", command, name, words.Quote(text))
			}
		}
	}
	if text, ok := p.flags["memory"]; ok {
		if x.memory, ok = words.ParseBytes(text); !ok || x.memory < leastMemory {
			return x, usagef("%s: -memory %s: expected an amount of memory of %s at least, as in 512MB or 8GB", command, words.Quote(text), words.Bytes(leastMemory))
		}
	}
	for name, pattern := range map[string]*wire.Pattern{"run": &c.Only.Run, "skip": &c.Only.Skip} {
		if text := p.flags[name]; text != "" {
			if *pattern, err = wire.ParsePattern(text); err != nil {
				return x, usagef("%s: -%s %s: %v", command, name, words.Quote(text), err)
			}
			x.selection = append(x.selection, "-test."+name+"="+text)
		}
	}
	return x, nil
}

// kind is the word that a replay string begins with; race: the run is to be made
// with the race detector.
func (x programs) kind(word string, race bool) string {
	if race {
		word += "+race"
	}
	if x.dir != "" {
		word += "@" + x.dir
	}
	return word
}

// testArgs are the arguments of a test program.
func testArgs(x programs, tests []string) []string {
	args := []string{"-test.run=^(" + strings.Join(tests, "|") + ")$", "-test.timeout=0", "-test.count=1"}
	if x.short {
		args = append(args, "-test.short")
	}
	if x.output.options.Verbose {
		args = append(args, "-test.v")
	}
	return args
}

// resultOf is a result as it is printed. Its traces get the text that replays
// them: it begins with the word, and has the name of what was explored.
func (x programs) resultOf(r rewrite.Result, target *rewrite.Target, word, of string) report.Result {
	s := target.Sources()
	(&places.Sources{Root: places.ModuleRoot(target.Dir), GOROOT: s.GOROOT, Package: s.Package}).Name(r.Verdict)
	remedy(r.Verdict, "goroutines")
	again := func(choices string, code verdict.Code) string {
		return x.kind(word, x.race || code == verdict.DataRace || strings.Contains(choices, wire.Late)) + ":" + of + ":" + x.named(r.Test) + "#" + choices
	}
	for i := range r.Verdict.Findings {
		if tr := r.Verdict.Findings[i].Trace; tr != nil && tr.Replay != "" {
			tr.Replay = again(tr.Replay, r.Verdict.Findings[i].Code)
		}
	}
	for i := range r.Verdict.Outcomes {
		if o := &r.Verdict.Outcomes[i]; o.Replay != "" {
			o.Replay = again(o.Replay, o.Code)
		}
	}
	keepLong(r.Verdict)
	out := report.Result{Verdict: r.Verdict, Test: r.Test, Position: r.Position, Skipped: r.Skipped, Output: r.Output, Report: r.Report}
	for _, s := range r.Subtests {
		out.Subtests = append(out.Subtests, report.Subtest(s))
	}
	return out
}

// named is a test with the pattern for its subtests, as a replay string has it.
func (x programs) named(test string) string {
	if below := x.config.Only.Below(test); below != "" {
		test += "/" + hide.Replace(below)
	}
	return test
}

// hide makes what separates the parts of a replay string no such thing, and seek
// undoes it.
var (
	hide = strings.NewReplacer("%", "%25", "#", "%23", ":", "%3A", " ", "%20", "'", "%27", "\n", "%0A", "\t", "%09")
	seek = strings.NewReplacer("%25", "%", "%23", "#", "%3A", ":", "%20", " ", "%27", "'", "%0A", "\n", "%09", "\t")
)

// builder builds the program, and says what it is doing.
func (x programs) builder(note *progress) *rewrite.Builder {
	return &rewrite.Builder{Dir: x.dir, Flags: x.build, Detector: x.detector, Debugger: x.debug, Progress: func(s string) { note.sayf("%s", s) }}
}

// note is the line that says what is under way.
func (t *tool) note(x programs) *progress {
	return newNote(t.stderr, t.terminal && !x.output.options.Quiet)
}
