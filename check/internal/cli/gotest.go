package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/rewrite"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// buildFlags are handed on to the go command.
var buildFlags = []flagDef{
	{"race", true}, {"tags", false}, {"mod", false}, {"modfile", false}, {"trimpath", true},
}

// programFlags are those of test, run and replay that say how Go code is explored.
var programFlags = append([]flagDef{
	{"strategy", false}, {"budget", false}, {"preemptions", false}, {"seed", false}, {"signal", false},
	{"C", false}, {"steps", false}, {"leaks", true}, {"stall", false}, {"json", true}, {"width", false}, {"v", true}, {"quiet", true},
}, buildFlags...)

// testFlags are those of test.
var testFlags = append([]flagDef{
	{"run", false}, {"short", true}, {"p", false}, {"count", false}, {"timeout", false}, {"failfast", true}, {"junit", false}, {"control", false},
}, programFlags...)

// Bounds of an exploration of one test, if nothing else is asked for.
const (
	defaultBudget  = 20_000
	defaultSeconds = 20
	defaultSteps   = 10_000
)

// programs is a command line that explores Go code, understood.
type programs struct {
	config  wire.Config
	dir     string
	build   []string
	stall   time.Duration
	workers int
	json    bool
	verbose bool
	quiet   bool
	race    bool
	width   int
	junit   string
	timeout time.Duration
	short   bool
	first   bool
	run     *regexp.Regexp // of the test functions; nil: all
}

func (t *tool) parsePrograms(command string, p parsed) (programs, error) {
	x := programs{json: p.on("json"), verbose: p.on("v"), quiet: p.on("quiet"), race: p.on("race"), short: p.on("short"), first: p.on("failfast"), junit: p.flags["junit"], dir: p.flags["C"]}
	var err error
	if x.dir != "" {
		if i, err := os.Stat(x.dir); err != nil || !i.IsDir() {
			return x, usagef("%s: -C %s: there is no such directory", command, quote(x.dir))
		}
	}
	if x.width, err = p.width(command); err != nil {
		return x, err
	}
	for _, f := range buildFlags {
		if v, ok := p.flags[f.name]; ok {
			x.build = append(x.build, "-"+f.name+"="+v)
		}
	}
	c := &x.config
	switch s := p.flags["strategy"]; s {
	case "", "optimal", "source", "naive", "preemptions", "random", "pct", "urw":
		c.Strategy = s
	default:
		return x, usagef("%s: -strategy %s: expected optimal, source, naive, preemptions, random, pct or urw", command, quote(s))
	}
	switch s := p.flags["signal"]; s {
	case "", "fifo":
	case "any":
		c.SignalAny = true
	default:
		return x, usagef("%s: -signal %s: expected fifo or any", command, quote(s))
	}
	switch s := p.flags["control"]; s {
	case "", "on":
	case "off":
		c.Off = true
	default:
		return x, usagef("%s: -control %s: expected on or off", command, quote(s))
	}
	c.Executions, c.Seconds = defaultBudget, defaultSeconds
	if text, ok := p.flags["budget"]; ok {
		n, limit, timed := strings.Cut(text, ",")
		if c.Executions, err = strconv.ParseUint(n, 10, 63); err != nil || c.Executions == 0 {
			return x, usagef("%s: -budget %s: expected a number of executions, perhaps with a time, as in 50000 or 50000,30s", command, quote(text))
		}
		c.Seconds = 0
		if timed {
			d, err := time.ParseDuration(limit)
			if err != nil || d <= 0 {
				return x, usagef("%s: -budget %s: expected a number of executions, perhaps with a time, as in 50000 or 50000,30s", command, quote(text))
			}
			c.Seconds = d.Seconds()
		}
	}
	c.Leaks = p.flags["leaks"] != "false"
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
	if n, err = p.number(command, "steps", 1, 10_000_000, defaultSteps); err != nil {
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
	for name, d := range map[string]*time.Duration{"stall": &x.stall, "timeout": &x.timeout} {
		if text, ok := p.flags[name]; ok {
			if *d, err = time.ParseDuration(text); err != nil || *d < 0 {
				return x, usagef("%s: -%s %s: expected a time, as in 30s or 5m", command, name, quote(text))
			}
		}
	}
	if pattern, ok := p.flags["run"]; ok {
		parts := strings.Split(pattern, "/")
		for _, e := range parts {
			if _, err := regexp.Compile(e); err != nil {
				return x, usagef("%s: -run %s: %v", command, quote(pattern), err)
			}
		}
		x.run = regexp.MustCompile(parts[0])
		c.Sub = parts[1:]
	}
	return x, nil
}

func (t *tool) cmdTest(ctx context.Context, args []string) (int, error) {
	p, err := parse("test", args, testFlags)
	if err != nil {
		return 0, err
	}
	x, err := t.parsePrograms("test", p)
	if err != nil {
		return 0, err
	}
	patterns := p.names
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	if x.timeout > 0 {
		c, cancel := context.WithTimeoutCause(ctx, x.timeout, fmt.Errorf("-timeout %v is over", x.timeout))
		defer cancel()
		ctx = c
	}
	note := newNote(t.stderr, t.terminal && !x.quiet)
	b := &rewrite.Builder{Dir: x.dir, Flags: x.build, Progress: func(s string) { note.say("%s", s) }}
	targets, err := b.Tests(ctx, patterns)
	note.clear()
	if err != nil {
		if ctx.Err() != nil {
			return exitInconclusive, usagef("stopped before anything was explored: %v", context.Cause(ctx))
		}
		return 0, &usageError{err.Error()}
	}
	if len(targets) == 0 {
		return 0, usagef("test: %s: no packages match", strings.Join(patterns, " "))
	}
	return t.testAll(ctx, x, targets, note)
}

// testAll explores the tests of packages, several at once, and reports them in
// order.
func (t *tool) testAll(ctx context.Context, x programs, targets []*rewrite.Target, note *note) (int, error) {
	reports := make([]chan *packageReport, len(targets))
	limit := make(chan bool, x.workers)
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	for i, target := range targets {
		reports[i] = make(chan *packageReport, 1)
		go func() {
			limit <- true
			defer func() { <-limit }()
			reports[i] <- t.testOne(stop, x, target, note)
		}()
	}
	code := exitPass
	var all []*verdict.Verdict
	tests := 0
	for i := range targets {
		r := <-reports[i]
		note.clear()
		tests += len(r.results)
		if _, err := t.stdout.Write(r.text.Bytes()); err != nil {
			return 0, err
		}
		if err := t.stdout.Flush(); err != nil {
			return 0, err
		}
		for _, res := range r.results {
			all = append(all, res.Verdict)
		}
		code = worse(code, r.code)
		if x.first && r.code == exitFail {
			cancel()
		}
	}
	if err := (output{command: "test", junit: x.junit}).end(all); err != nil {
		return 0, err
	}
	if tests == 0 && code == exitPass {
		fmt.Fprintln(t.stderr, "ipccheck: no tests were explored")
	}
	return code, nil
}

// packageReport is what is said of a package.
type packageReport struct {
	text    bytes.Buffer
	code    int
	results []rewrite.Result
}

func (t *tool) testOne(ctx context.Context, x programs, target *rewrite.Target, note *note) *packageReport {
	r := &packageReport{}
	begin := time.Now()
	w := &testWriter{w: &r.text, x: x, pkg: target.ImportPath, options: report.Options{Width: max(x.width-4, minWidth), Color: t.color}}
	switch {
	case target.Err != "" && target.Own:
		r.code = exitInconclusive
		w.output(target.Err + "\n")
		w.end("inconclusive", "[not explored]", 0)
		return r
	case target.Err != "":
		r.code = exitUsage
		w.output(target.Err + "\n")
		w.end("fail", "[build failed]", 0)
		return r
	case len(target.Tests) == 0:
		w.end("skip", "[no test functions]", 0)
		return r
	}
	c := x.config
	for _, f := range target.Tests {
		if x.run == nil || x.run.MatchString(f.Name) {
			c.Tests = append(c.Tests, f.Name)
		}
	}
	if len(c.Tests) == 0 {
		w.end("skip", "[no tests to run]", 0)
		return r
	}
	if c.Off {
		r.code = target.Plain(ctx, testArgs(x, c.Tests), &r.text)
		return r
	}
	err := target.Explore(ctx, rewrite.Run{
		Config: c, Stall: x.stall, Args: testArgs(x, c.Tests),
		Progress: func(test string, n uint64) { note.say("%s %s: %d executions", target.ImportPath, test, n) },
	}, func(res rewrite.Result) {
		name(&res, x.kind("go-test")+":"+target.ImportPath)
		r.results = append(r.results, res)
		r.code = worse(r.code, exitOf(res.Verdict.Answer))
		w.result(res)
	})
	if err != nil {
		r.code = worse(r.code, exitInconclusive)
		w.output("ipccheck: " + err.Error() + "\n")
	}
	w.end(actionOf(r.code), "", time.Since(begin))
	return r
}

// kind is the word that a replay string begins with.
func (x programs) kind(word string) string {
	if x.race {
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
	if x.verbose {
		args = append(args, "-test.v")
	}
	return args
}

// name gives the traces of a result the text that replays them.
func name(r *rewrite.Result, of string) {
	for i := range r.Verdict.Findings {
		if tr := r.Verdict.Findings[i].Trace; tr != nil && tr.Replay != "" {
			tr.Replay = of + ":" + r.Test + "#" + tr.Replay
		}
	}
}

func actionOf(code int) string {
	switch code {
	case exitPass:
		return "pass"
	case exitFail:
		return "fail"
	}
	return "inconclusive"
}

// testWriter writes what becomes of a package's tests: as text, as go test does,
// or as its stream of JSON events.
type testWriter struct {
	w       io.Writer
	x       programs
	pkg     string
	options report.Options
}

// testEvent is an event as go test -json has it, with a verdict where a test
// ends. The action is also inconclusive.
type testEvent struct {
	Time    time.Time
	Action  string
	Package string
	Test    string           `json:",omitempty"`
	Elapsed *float64         `json:",omitempty"`
	Output  string           `json:",omitempty"`
	Verdict *verdict.Verdict `json:",omitempty"`
}

func (w *testWriter) event(e testEvent) {
	e.Time, e.Package = time.Now(), w.pkg
	b, err := json.Marshal(e)
	if err == nil {
		fmt.Fprintf(w.w, "%s\n", b)
	}
}

// output writes text that belongs to no test.
func (w *testWriter) output(text string) {
	if !w.x.json {
		io.WriteString(w.w, text)
		return
	}
	for _, l := range strings.SplitAfter(text, "\n") {
		if l != "" {
			w.event(testEvent{Action: "output", Output: l})
		}
	}
}

func (w *testWriter) result(r rewrite.Result) {
	action := string(r.Verdict.Answer)
	if r.Skipped != "" && r.Verdict.Answer == verdict.Pass {
		action = "skip"
	}
	text := w.describe(action, r)
	if !w.x.json {
		io.WriteString(w.w, text)
		return
	}
	w.event(testEvent{Action: "run", Test: r.Test})
	for _, l := range strings.SplitAfter(text, "\n") {
		if l != "" {
			w.event(testEvent{Action: "output", Test: r.Test, Output: l})
		}
	}
	elapsed := float64(r.Verdict.ElapsedMS) / 1000
	w.event(testEvent{Action: action, Test: r.Test, Elapsed: &elapsed, Verdict: r.Verdict})
}

// describe is a result in words; "" if it passes and nobody asked.
func (w *testWriter) describe(action string, r rewrite.Result) string {
	if (action == "pass" || action == "skip") && !w.x.verbose {
		return ""
	}
	var b strings.Builder
	v := r.Verdict
	executions := "1 execution"
	if v.Counts.Executions != 1 {
		executions = fmt.Sprintf("%d executions", v.Counts.Executions)
	}
	fmt.Fprintf(&b, "--- %s: %s (%.2fs, %s)\n", strings.ToUpper(action), r.Test, float64(v.ElapsedMS)/1000, executions)
	switch {
	case action == "skip":
		fmt.Fprintf(&b, "    %s\n", r.Skipped)
		return b.String()
	case action == "pass":
		fmt.Fprintf(&b, "    %s\n", v.Coverage)
		return b.String()
	case w.x.quiet:
		return b.String()
	}
	var text bytes.Buffer
	if err := report.Text(&text, v, w.options); err != nil {
		return b.String()
	}
	if r.Output != "" {
		text.WriteString("\nThe execution writes:\n" + indented(r.Output, "  "))
	}
	if r.Report != "" {
		text.WriteString("\n" + indented(r.Report, "  "))
	}
	b.WriteString(indented(text.String(), "    "))
	return b.String()
}

func indented(text, by string) string {
	var b strings.Builder
	for _, l := range strings.SplitAfter(strings.TrimRight(text, "\n")+"\n", "\n") {
		if l == "\n" || l == "" {
			b.WriteString(l)
			continue
		}
		b.WriteString(by + l)
	}
	return b.String()
}

// end writes what became of the package.
func (w *testWriter) end(action, why string, took time.Duration) {
	seconds := took.Seconds()
	if w.x.json {
		w.event(testEvent{Action: action, Elapsed: &seconds, Output: why})
		return
	}
	if why == "" {
		why = fmt.Sprintf("%.3fs", seconds)
	}
	switch action {
	case "pass":
		fmt.Fprintf(w.w, "ok  \t%s\t%s\n", w.pkg, why)
	case "skip":
		fmt.Fprintf(w.w, "?   \t%s\t%s\n", w.pkg, why)
	case "fail":
		fmt.Fprintf(w.w, "FAIL\t%s\t%s\n", w.pkg, why)
	default:
		fmt.Fprintf(w.w, "??? \t%s\tinconclusive %s\n", w.pkg, why)
	}
}

// note is a line on a terminal that says what is under way.
type note struct {
	w     io.Writer
	on    bool
	mu    sync.Mutex
	shown bool
	next  time.Time
}

func newNote(w io.Writer, on bool) *note {
	return &note{w: w, on: on, next: time.Now().Add(terminalDelay / 2)}
}

func (n *note) say(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	if !n.on || now.Before(n.next) {
		return
	}
	fmt.Fprintf(n.w, "\r%s\x1b[K", fmt.Sprintf(format, args...))
	n.shown, n.next = true, now.Add(terminalPause)
}

func (n *note) clear() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shown {
		fmt.Fprint(n.w, "\r\x1b[K")
		n.shown = false
	}
}

func (t *tool) cmdRun(ctx context.Context, args []string) (int, error) {
	p, err := parse("run", args, programFlags)
	if err != nil {
		return 0, err
	}
	x, err := t.parsePrograms("run", p)
	if err != nil {
		return 0, err
	}
	if len(p.names) == 0 {
		return 0, usagef("run: which program? expected Go files or a package, as in ipccheck run main.go")
	}
	return t.runProgram(ctx, x, p.names)
}

func (t *tool) runProgram(ctx context.Context, x programs, patterns []string) (int, error) {
	note := newNote(t.stderr, t.terminal && !x.quiet)
	b := &rewrite.Builder{Dir: x.dir, Flags: x.build, Progress: func(s string) { note.say("%s", s) }}
	target, err := b.Program(ctx, patterns)
	note.clear()
	if err != nil {
		return 0, &usageError{err.Error()}
	}
	if target.Err != "" && !target.Own {
		return 0, &usageError{target.Err}
	}
	if target.Err != "" {
		fmt.Fprintf(t.stderr, "ipccheck: %s\n", target.Err)
		return exitInconclusive, nil
	}
	c := x.config
	for _, f := range target.Tests {
		c.Tests = append(c.Tests, f.Name)
	}
	of := strings.Join(patterns, " ")
	code := exitInconclusive
	seen := false
	err = target.Explore(ctx, rewrite.Run{
		Config: c, Stall: x.stall, Progress: func(test string, n uint64) { note.say("%s: %d executions", test, n) },
	}, func(r rewrite.Result) {
		note.clear()
		name(&r, x.kind("go-run")+":"+of)
		r.Verdict.Subject = of
		seen = true
		code = exitOf(r.Verdict.Answer)
		err = t.writeResult(r, x)
	})
	if err != nil {
		return 0, err
	}
	if !seen {
		return exitInconclusive, nil
	}
	return code, nil
}

// writeResult writes what became of one program or test.
func (t *tool) writeResult(r rewrite.Result, x programs) error {
	if x.json {
		return report.JSON(t.stdout, r.Verdict)
	}
	if x.quiet {
		return report.Line(t.stdout, r.Verdict, t.options(x.width))
	}
	if err := report.Text(t.stdout, r.Verdict, t.options(x.width)); err != nil {
		return err
	}
	if r.Output != "" {
		fmt.Fprintf(t.stdout, "\nThe execution writes:\n%s", indented(r.Output, "  "))
	}
	if r.Report != "" {
		fmt.Fprintf(t.stdout, "\n%s", indented(r.Report, "  "))
	}
	return nil
}
