package rewrite

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
	"github.com/ipccheck/ipccheck/check/internal/spelling"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Result is what became of one test.
type Result struct {
	Test     string
	Position string // where the test function is
	Verdict  *verdict.Verdict
	Skipped  string // it was skipped, and why
	Log      []string
	Output   string // what the execution that fails wrote
	Report   string // of the race detector, or a stack
	// Subtests are those of the execution that fails, or of the last one.
	Subtests []wire.Subtest

	marks      int      // in what is written, up to the end of the execution that fails
	suites     bool     // there are suites of package check in the test
	tainted    []string // what the process had reached before that is not controlled
	why        string   // it is unfinished; "": for the time that it takes
	unfinished bool     // in a process with the race detector: it takes too long, or more than the detector can do
}

// Run says how the tests of a target are run.
type Run struct {
	Config wire.Config
	Args   []string // further arguments of the program
	Env    []string // nil: that of this process
	// Stall is how long the program may do nothing that can be seen: then it is
	// stopped.
	Stall time.Duration
	// Memory is how much the program may take, in bytes: then it is stopped. 0 is
	// [DefaultMemory].
	Memory uint64
	// Computing, if not nil, is how much processor time the program may still use, and is
	// made less by what it uses, and by Stall where it is stopped for that. When it is used
	// up the program is stopped, and is not run again.
	Computing *time.Duration
	// Stdin is a file that each execution reads as its standard input; "": there is none.
	Stdin string
	// Progress, if not nil, is told what is under way.
	Progress func(test, doing string)
	// Outcome is told each outcome of the executions of a test, if the configuration
	// asks for them: a [wire.Outcome] as a string.
	Outcome func(test, outcome string)
	// Confine, if not nil, changes how each process is started: in a sandbox, for
	// instance.
	Confine func(*exec.Cmd) error
}

// explore runs the tests of a target, in a process of its own, and another one
// for what is left if it dies. It calls each for every result, in order.
func (t *Target) explore(ctx context.Context, r Run, each func(Result)) error {
	left := r.Config.Tests
	if tell := each; r.Config.Replay == "" && !r.Config.Suites {
		each = func(res Result) {
			t.confirm(ctx, r, &res)
			tell(res)
		}
	}
	for len(left) > 0 && ctx.Err() == nil && !r.exhausted(0) {
		p := &process{target: t, run: r, each: each, left: left}
		before := len(left)
		if err := p.do(ctx); err != nil {
			return err
		}
		if left = p.left; len(left) == before {
			return nil
		}
	}
	why := "the program has computed too long before"
	if ctx.Err() != nil {
		why = "stopped: " + context.Cause(ctx).Error()
	}
	for _, name := range left {
		each(Result{Test: name, Verdict: undecided(name, "it was not run: "+why)})
	}
	return nil
}

// exhausted reports whether the program may use no more than that of processor time, and
// has used it.
func (r *Run) exhausted(used time.Duration) bool { return r.Computing != nil && used >= *r.Computing }

// undecided is the verdict on a test of which nothing is known.
func undecided(name, reason string) *verdict.Verdict {
	return &verdict.Verdict{Schema: verdict.Schema, Subject: name, Kind: verdict.Test, Answer: verdict.Inconclusive, Reason: reason, Findings: []verdict.Finding{}, Engine: "search"}
}

// Plain runs the tests of a target without control: a program that is rewritten
// does what it does as it is. The result is the exit code.
func (t *Target) Plain(ctx context.Context, args []string, w io.Writer) int {
	cmd := exec.CommandContext(ctx, t.Binary, args...)
	cmd.Dir = t.Dir
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			fmt.Fprintln(w, err)
		}
		return 1
	}
	return 0
}

// process is one run of the program.
type process struct {
	target *Target
	run    Run
	each   func(Result)
	left   []string // tests that are not done

	secret   wire.Secret
	out      *capture
	errs     *capture
	current  string // the test under way
	position string
	pending  []Result // whose output is yet to come
	stalled  bool
	spent    bool     // it was stopped because it has computed too long
	received int      // events
	spoiled  bool     // a verdict is no pass
	anew     bool     // the tests that are left are for another process
	lost     bool     // an event has not come: the process is stopped
	grown    uint64   // the memory that it had, if it was stopped for that
	made     uint64   // executions of the test under way
	reached  []string // what the test under way has reached that is not controlled
	tainted  []string // and all that were
}

func (p *process) do(ctx context.Context) error {
	if err := binary.Read(rand.Reader, binary.LittleEndian, &p.secret); err != nil {
		return err
	}
	races, err := os.MkdirTemp("", racesPrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(races)
	c := p.run.Config
	c.Stdin = p.run.Stdin != ""
	c.Secret, c.Mark, c.Tests, c.Races = p.secret, rand.Text(), p.left, filepath.Join(races, "report")
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	cr, cw, err := os.Pipe()
	if err != nil {
		return err
	}
	defer cr.Close()
	er, ew, err := os.Pipe()
	if err != nil {
		cw.Close()
		return err
	}
	defer er.Close()
	cmd := exec.CommandContext(ctx, p.target.Binary, p.run.Args...)
	if runtime.GOOS == "linux" {
		cmd.Args[0] = p.target.invoked()
	}
	cmd.Dir = p.target.Dir
	cmd.Env = environment(p.run.Env, c.Races, wire.Env+"=1")
	cmd.ExtraFiles = []*os.File{cr, ew}
	marker := wire.Marker(c.Mark)
	p.out, p.errs = &capture{marker: marker}, &capture{marker: marker}
	cmd.Stdout, cmd.Stderr = p.out, p.errs
	if p.run.Stdin != "" {
		f, err := os.Open(p.run.Stdin)
		if err != nil {
			cw.Close()
			ew.Close()
			return err
		}
		defer f.Close()
		cmd.Stdin = f
	}
	cmd.WaitDelay = 2 * time.Second
	group(cmd)
	cmd.Cancel = func() error { return kill(cmd) }
	if p.run.Confine != nil {
		err = p.run.Confine(cmd)
	}
	if err == nil {
		err = cmd.Start()
	}
	ew.Close()
	if err != nil {
		cw.Close()
		return err
	}
	go func() {
		_, _ = cw.Write(text)
		cw.Close()
	}()
	events := make(chan wire.Event)
	go func() {
		defer close(events)
		lines := bufio.NewScanner(er)
		lines.Buffer(nil, longestEvent)
		for lines.Scan() {
			if e, ok := wire.Decode(p.secret, lines.Bytes()); ok {
				events <- e
			}
		}
		_, _ = io.Copy(io.Discard, er)
	}()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	silent := silence{limit: cmp.Or(p.run.Stall, 30*time.Second)}
	timer := time.NewTimer(silent.limit)
	defer timer.Stop()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	var end error
	for events != nil || ended != nil {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			if p.received++; e.Number != p.received {
				p.lost = true
			}
			if p.lost {
				_ = kill(cmd)
			} else {
				p.event(e) // which may take its time
			}
			wait := silent.broken()
			if ended == nil {
				wait = leftOpen
			}
			timer.Reset(wait)
		case end = <-ended:
			ended = nil
			_ = kill(cmd)
			timer.Reset(leftOpen)
		case <-look.C:
			if n := resident(cmd.Process.Pid); ended != nil && n > p.run.memory() {
				p.grown = n
				_ = kill(cmd)
			}
			used := computed(cmd.Process.Pid)
			if silent.look(used); ended != nil && p.run.exhausted(used) {
				p.spent = true
				_ = kill(cmd)
			}
		case <-timer.C:
			if more := silent.more(computed(cmd.Process.Pid)); ended != nil && !p.stalled && more > 0 {
				timer.Reset(more)
				continue
			}
			if ended != nil && !p.stalled {
				p.stalled = true
				quit(cmd)
				timer.Reset(3 * time.Second)
				continue
			}
			if _ = kill(cmd); ended == nil {
				_ = er.SetReadDeadline(time.Now())
			}
		}
	}
	if p.run.Computing != nil {
		*p.run.Computing -= cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if p.stalled {
			*p.run.Computing -= silent.limit
		}
	}
	sweep(races + string(filepath.Separator))
	var exit *exec.ExitError
	p.lost = p.lost || errors.As(end, &exit) && exit.ExitCode() == wire.Unheard
	p.finish(ctx, end)
	return nil
}

// leftOpen is how long nothing comes of the events of a process that has ended before they
// count as all there are: a process that it has left behind may still have the other end.
const leftOpen = time.Second

func (p *process) event(e wire.Event) {
	switch e.Kind {
	case "start":
		p.current, p.position = e.Test, e.Position
		p.reached, p.made = nil, 0
		p.flush()
	case "reach":
		if len(p.reached) < 20 && !slices.Contains(p.reached, e.What) {
			p.reached = append(p.reached, e.What)
		}
		if len(p.tainted) < 20 && !slices.Contains(p.tainted, e.What) {
			p.tainted = append(p.tainted, e.What)
		}
	case "progress":
		p.made = e.Executions
		if p.run.Progress != nil {
			p.run.Progress(e.Test, cmp.Or(e.What, fmt.Sprintf("%d executions", e.Executions)))
		}
	case "outcome":
		if p.run.Outcome != nil {
			p.run.Outcome(e.Test, e.What)
		}
	case "verdict":
		if e.Verdict != nil {
			p.pending = append(p.pending, Result{Test: e.Test, Position: p.position, Verdict: e.Verdict, Skipped: e.Skipped, Log: e.Log, Report: e.Report, Subtests: e.Subtests, marks: e.Marks, unfinished: e.Unfinished, why: e.What, suites: e.Suites, tainted: p.tainted})
			p.flush()
		}
	case "done":
		p.flush()
		p.drop(e.Test)
		p.current, p.anew = "", e.Anew
	}
}

// longestEvent is the length of an event, in bytes: the process cuts what is longer.
const longestEvent = 64 << 20

// tooMuch says that the process was stopped for the memory it took.
func (p *process) tooMuch() string {
	return fmt.Sprintf("the program and its exploration take more than %s of memory, after %d executions (they had %s); stopped: -memory allows more, and a smaller test, or fewer executions (-budget), take less", words.Bytes(p.run.memory()), p.made, words.Bytes(p.grown))
}

// drop takes a test off those that are left.
func (p *process) drop(test string) {
	for i, t := range p.left {
		if t == test {
			p.left = append(append([]string{}, p.left[:i]...), p.left[i+1:]...)
			return
		}
	}
}

// flush hands over results, with what was written meanwhile.
func (p *process) flush() {
	for _, r := range p.pending {
		p.spoiled = p.spoiled || r.Verdict.Answer != verdict.Pass
		if r.Verdict.Answer == verdict.Fail {
			r.Output = spelling.Addresses(p.out.settled(r.marks) + p.errs.settled(r.marks))
		}
		p.each(r)
	}
	p.pending = nil
}

// finish says what became of the tests that the process did not get done with.
func (p *process) finish(ctx context.Context, end error) {
	p.flush()
	if len(p.left) == 0 {
		p.after(ctx)
		return
	}
	if p.anew && p.current == "" {
		return
	}
	how := "the program ended"
	var exit *exec.ExitError
	if errors.As(end, &exit) {
		how = "the program ended with " + exit.String()
	} else if end == nil {
		how = "the program ended with exit status 0"
	}
	gaveUp := detectorGaveUp(p.errs.tail())
	if p.current == "" {
		// It died before, or does not run tests at all.
		report := ""
		if !p.stalled && !p.asleep() { // then there is a dump of all goroutines
			report = lastLines(p.errs.tail()+p.out.tail(), 20)
		}
		for _, name := range p.left {
			reason := "it was not run: " + how + ", before its tests began"
			at := startsAt(p.errs.tail())
			switch {
			case ctx.Err() != nil:
				reason = "it was not run: stopped: " + context.Cause(ctx).Error()
			case p.spent:
				reason = "it was not run: before its tests begin the program computes too long"
			case p.grown > 0:
				reason = "it was not run: " + p.tooMuch()
			case p.stalled, p.asleep():
				reason = "it was not run: before its tests begin the program waits or computes " + orSome(at)
			}
			p.each(Result{Test: name, Verdict: undecided(name, reason), Report: report, unfinished: gaveUp})
		}
		p.left = nil
		return
	}
	r := Result{Test: p.current, Position: p.position}
	switch {
	case ctx.Err() != nil:
		r.Verdict = undecided(p.current, "stopped: "+context.Cause(ctx).Error())
	case p.spent:
		r.Verdict = undecided(p.current, "the program computes too long; stopped")
	case p.lost:
		r.Verdict = undecided(p.current, "what the process reports does not all arrive: the program writes to files, or closes files, that are not its own; stopped")
	case p.grown > 0:
		r.Verdict = undecided(p.current, p.tooMuch())
	case gaveUp:
		r.Verdict, r.unfinished = undecided(p.current, "the race detector gave up: "+lastLines(p.errs.tail(), 1)), true
	case p.stalled, p.asleep():
		reason := "an execution does not go on: the program waits or computes " + orSome(stuckAt(p.errs.tail())) + "; stopped"
		if len(p.reached) > 0 {
			reason += "; it had reached what is not controlled: " + strings.Join(p.reached, "; ")
		}
		r.Verdict = undecided(p.current, reason)
	case len(p.reached) > 0:
		r.Verdict = undecided(p.current, how+" in the middle of an execution, which had reached what is not controlled: "+strings.Join(p.reached, "; "))
		r.Report = crashReport(p.errs.tail())
	case exit != nil && killed(exit):
		r.Verdict = undecided(p.current, "the process was killed (signal: killed): by the operating system, if the machine has run out of memory, or by somebody; -memory bounds what it may take")
	case p.target.program && end == nil:
		r.Verdict = undecided(p.current, "the program ends with os.Exit(0), and its process with it: only one execution was made; let main return instead")
	case ourFault(crashReport(p.errs.tail())) != "":
		r.Report = crashReport(p.errs.tail())
		r.Verdict = undecided(p.current, verdict.InternalError+ourFault(r.Report)+" dies: "+firstLine(r.Report)+"; please report it, with what follows and the test")
	default:
		f := verdict.Finding{Code: verdict.Crash, Message: how + " in the middle of an execution", Engine: "search"}
		r.Report = crashReport(p.errs.tail())
		if died(r.Report) {
			f.Message += ": " + prim.Cut(firstLine(r.Report), 1<<10)
		}
		if p.target.program && exit != nil && exit.Exited() && !died(r.Report) {
			f.Code, f.Message = verdict.FailedAssertion, how
		}
		r.Verdict = undecided(p.current, "")
		r.Verdict.Answer = verdict.Fail
		r.Verdict.Findings = append(r.Verdict.Findings, f)
	}
	r.Verdict.Counts.Executions = p.made
	p.each(r)
	p.drop(p.current)
}

// after says what was the matter when all tests were done.
func (p *process) after(ctx context.Context) {
	if p.target.program || p.run.Config.Suites || p.run.Config.Replay != "" || p.spoiled || ctx.Err() != nil || p.spent || p.lost || p.grown > 0 {
		return
	}
	report := crashReport(p.errs.tail())
	switch {
	case p.stalled, p.asleep():
		p.each(Result{Test: wire.TestMain, Verdict: undecided(wire.TestMain, "after the tests it waits or computes "+orSome(startsAt(p.errs.tail()))+", which is not explored")})
	case died(report) && ourFault(report) == "" && !detectorGaveUp(p.errs.tail()):
		p.each(Result{Test: wire.TestMain, Report: report, Verdict: undecided(wire.TestMain, "after the tests it dies, which is not explored: "+prim.Cut(firstLine(report), 1<<10))})
	}
}

// asleep reports whether Go's runtime has ended the program, for all of it waits. Whether it
// sees that before the watch does, chance decides: what is said must be the same.
func (p *process) asleep() bool {
	return strings.Contains(p.errs.tail(), "fatal error: all goroutines are asleep")
}

// orSome is where a program waits, if it is known.
func orSome(at string) string {
	if at == "" {
		return "at a place that is not known"
	}
	return at
}
