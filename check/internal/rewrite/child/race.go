package child

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/world"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// raceLog reads what the race detector writes to its file: GORACE has its name as
// log_path, to which the detector appends the process's number.
type raceLog struct {
	path string
	read int64
	last string // the last report that was read

	// message and accesses describe it.
	message  string
	accesses []verdict.Access

	// guarded are the places where goroutines of the test come to what the standard library
	// guards with a lock or an atomic of its own, and change it.
	guarded []string
}

// races is the one of this process.
var races raceLog

// racesJudged is how many races the detector had reported by the last verdict that
// was a failure; and those that are none of the program, in loose executions.
var racesJudged int

// next describes what has been reported since the last call; message is "" if nothing of it
// is a race of the program.
func (l *raceLog) next() (message string, accesses []verdict.Access) {
	text := l.rest()
	reports := strings.Split(text, raceHeading)[1:]
	if len(reports) == 0 {
		return "two goroutines access the same memory, one of them writes, and nothing orders the two", nil
	}
	p := patternsOfReports()
	for _, report := range reports {
		if report, _, _ := strings.Cut(report, raceRule); !p.ofLibrary(report) {
			return l.describe(p, report)
		}
	}
	racesJudged += len(reports)
	return "", nil
}

// awaited is next for reports of goroutines that nobody controls: they may have been counted
// and not been written yet.
func (l *raceLog) awaited() (message string, accesses []verdict.Access) {
	for range 1000 {
		if message, accesses = l.next(); accesses != nil || message == "" || l.last != "" || l.path == "" {
			break
		}
		time.Sleep(100 * time.Microsecond)
	}
	return message, accesses
}

// ofLibrary reports whether a report is of the standard library alone: both accesses are
// made there, one of them by a goroutine of its own that nobody controls, such as that of
// package os/signal. What orders the two may have been taken from the detector in an
// execution before, in which nobody was ordered by the library's locks.
func (p *patterns) ofLibrary(report string) bool {
	if !p.inLibrary(report) {
		return false
	}
	for _, part := range strings.Split(report, "\n\n") {
		head, frames, _ := strings.Cut(strings.TrimPrefix(part, "\n"), "\n")
		if p.startHead.MatchString(head) && !strings.HasPrefix(frames, "  ipccheck/") {
			return true
		}
	}
	return false
}

// describe describes a report, which is then the last one.
func (l *raceLog) describe(p *patterns, report string) (message string, accesses []verdict.Access) {
	l.last = raceHeading + p.tidy(report)
	l.accesses = p.accessesOf(report)
	l.message = raceMessage(l.accesses)
	return l.message, l.accesses
}

// loose describes what has been reported since the last call of an execution in which
// what the standard library has of its own orders nobody. It reports false if nothing of
// that is a race of the program: if the library accesses what its locks or atomics are
// there for, these may order the rest, too, and the one order of them that there is has to
// be assumed. What it does with its atomics only matters if there is a rest.
func (l *raceLog) loose(how prim.Loose) (message string, accesses []verdict.Access, ok bool) {
	reports := strings.Split(l.rest(), raceHeading)[1:]
	racesJudged += len(reports)
	p := patternsOfReports()
	var guarded []string
	inLibrary := false
	for _, report := range reports {
		report, _, _ = strings.Cut(report, raceRule)
		switch {
		case strings.Contains(report, nobody):
		case p.inLibrary(report):
			inLibrary = true
			for _, a := range p.accessesOf(report) {
				guarded = append(guarded, a.Position)
			}
		case !ok:
			message, accesses = l.describe(p, report)
			ok = true
		}
	}
	if !inLibrary {
		return message, accesses, ok
	}
	for _, at := range guarded {
		if (ok || how == prim.LooseLocks) && at != "" && !slices.Contains(l.guarded, at) {
			l.guarded = append(l.guarded, at)
		}
	}
	return "", nil, false
}

// nobody is in a report on what the library does first, which is done by nobody of the
// program in such an execution.
const nobody = "  runtime.IpccheckNobody()\n"

// inLibrary reports whether both accesses of a report are made by functions of the
// standard library.
func (p *patterns) inLibrary(report string) bool {
	for _, part := range strings.Split(report, "\n\n") {
		head, frames, _ := strings.Cut(strings.TrimPrefix(part, "\n"), "\n")
		if !p.accessHead.MatchString(head) {
			continue
		}
		for _, m := range p.frame.FindAllStringSubmatch(p.withoutOurs(frames), -1) {
			if strings.HasPrefix(m[1], "runtime.") {
				continue
			}
			if !world.Standard(m[2]) {
				return false
			}
			break
		}
	}
	return true
}

// longestLog bounds what is read of the reports of one execution.
const longestLog = 1 << 20

func (l *raceLog) rest() string {
	if l.path == "" {
		return ""
	}
	f, err := os.Open(fmt.Sprint(l.path, ".", os.Getpid()))
	if err != nil {
		return ""
	}
	defer f.Close()
	if _, err := f.Seek(l.read, io.SeekStart); err != nil {
		return ""
	}
	text, err := io.ReadAll(io.LimitReader(f, longestLog))
	if err != nil {
		return ""
	}
	if size, err := f.Seek(0, io.SeekEnd); err == nil {
		l.read = size
	}
	return string(text)
}

const (
	raceHeading = "WARNING: DATA RACE\n"
	raceRule    = "=================="
)

// patterns are what is looked for in a report. Programs that the detector does not watch
// have no need of them, nor of regular expressions.
type patterns struct {
	ourFrame *regexp.Regexp
	// driverFrame is one of those that make executions. They call the body, that is
	// main, and start what the clock starts.
	driverFrame *regexp.Regexp
	// runtimeFrame is one of the controlled runtime, below the go statement.
	runtimeFrame *regexp.Regexp
	// suiteFrame is one of the suites of package check, below whose frames nothing is the
	// program's.
	suiteFrame                   *regexp.Regexp
	frame, accessHead, startHead *regexp.Regexp
	address, numbered            *regexp.Regexp
}

// compiled are the patterns, once a report has been read.
var compiled *patterns

func patternsOfReports() *patterns {
	if compiled == nil {
		compiled = &patterns{
			ourFrame:     regexp.MustCompile(`(?m)^  ipccheck/[^\n]*\n      [^\n]*(?:\n|\z)`),
			driverFrame:  regexp.MustCompile(`(?m)^  ipccheck/(?:search|rewrite/child)\.`),
			runtimeFrame: regexp.MustCompile(`(?m)^  ipccheck/(?:sched|exec|rt)[^\n]*\n      [^\n]*\n`),
			suiteFrame:   regexp.MustCompile(`(?m)^  github\.com/ipccheck/ipccheck/check/internal/(?:suite|harness)\.`),
			frame:        regexp.MustCompile(`(?m)^  (\S[^\n]*?)\(\)\n      ([^\n]*):(\d+)(?: \+0x[0-9a-f]+)?$`),
			accessHead:   regexp.MustCompile(`(?i)^(?:previous )?(?:atomic )?(read|write) at 0x[0-9a-f]+ by (main goroutine|goroutine (\d+)):$`),
			startHead:    regexp.MustCompile(`^Goroutine (\d+) \([^)]*\) created at:$`),
			address:      regexp.MustCompile(` at 0x[0-9a-f]+`),
			numbered:     regexp.MustCompile(`[gG]oroutine \d+`),
		}
	}
	return compiled
}

// tidy is a report as it is shown: the same whenever the same execution is made. It
// is without the frames of what checks and without addresses, numbers the goroutines
// in the order in which it names them, and cuts stacks that are long.
func (p *patterns) tidy(report string) string {
	report = p.withoutDriver(report)
	report = p.address.ReplaceAllString(p.withoutOurs(report), "")
	numbers := map[string]string{}
	report = p.numbered.ReplaceAllStringFunc(report, func(s string) string {
		word, n, _ := strings.Cut(s, " ")
		if numbers[n] == "" {
			numbers[n] = strconv.Itoa(len(numbers) + 1)
		}
		return word + " " + numbers[n]
	})
	parts := strings.Split(report, "\n\n")
	for i, part := range parts {
		lines := strings.Split(part, "\n")
		if left := len(lines) - 1 - 2*longestStack; left > 1 {
			parts[i] = strings.Join(append(lines[:1+2*longestStack], fmt.Sprintf("  … %d more", left/2)), "\n")
		}
	}
	return strings.Join(parts, "\n\n")
}

// withoutDriver leaves out where the goroutine of the test was started: not by a go statement
// of the program, but by what makes executions, in a function beyond the end of its file.
func (p *patterns) withoutDriver(report string) string {
	parts := strings.Split(report, "\n\n")
	for i, part := range parts {
		head, frames, _ := strings.Cut(part, "\n")
		if !p.startHead.MatchString(head) {
			continue
		}
		if at := p.driverFrame.FindStringIndex(p.runtimeFrame.ReplaceAllString(frames, "")); at != nil && at[0] == 0 {
			parts[i] = strings.TrimSuffix(head, "at:") + "by what runs the test"
		}
	}
	return strings.Join(parts, "\n\n")
}

// longestStack is how many frames of a stack are shown.
const longestStack = 20

// withoutOurs leaves out the frames of what checks.
func (p *patterns) withoutOurs(report string) string {
	report = p.ourFrame.ReplaceAllString(report, "")
	return strings.NewReplacer("ipccheckTest", "Test", "ipccheckmain", "main").Replace(report)
}

// primitiveAccess is, by the function of the runtime that tells the detector of an access
// to a primitive, the operation that it is part of. The engine reads and writes a
// WaitGroup there.
var primitiveAccess = map[string]string{
	"runtime.closechan": "close", "runtime.chansend": "send", "runtime.racewrite": "wait", "runtime.raceread": "add",
}

// accessesOf reads the two accesses of a report, the later one first.
func (p *patterns) accessesOf(report string) (out []verdict.Access) {
	var by []string // the detector's numbers of the goroutines
	for _, part := range strings.Split(report, "\n\n") {
		head, frames, _ := strings.Cut(strings.TrimPrefix(part, "\n"), "\n")
		if m := p.accessHead.FindStringSubmatch(head); m != nil {
			a := verdict.Access{Write: strings.EqualFold(m[1], "write")}
			a.Position, a.Function = p.userFrame(p.withoutOurs(frames))
			if inner := p.frame.FindStringSubmatch(p.withoutOurs(frames)); inner != nil {
				a.Op = primitiveAccess[inner[1]]
			}
			if p.driverFrame.MatchString(frames) {
				m[3] = "" // main
			}
			out, by = append(out, a), append(by, m[3])
		} else if m := p.startHead.FindStringSubmatch(head); m != nil {
			at := timer
			below := p.runtimeFrame.ReplaceAllString(frames, "")
			if i := p.driverFrame.FindStringIndex(below); i == nil || i[0] > 0 {
				at = p.startFrame(p.withoutOurs(frames))
			} else if strings.Contains(frames, goFrame) {
				at = parallelTest
			}
			switch {
			case p.suiteFrame.MatchString(frames):
				at = ofSuite
			case strings.Contains(frames, beginFrame):
				at = initialiser
			}
			for i := range out {
				if by[i] == m[1] {
					out[i].Started = at
				}
			}
		}
	}
	return out
}

// Who started a goroutine that no statement of the program started.
const (
	timer        = "a timer"
	parallelTest = "package testing"
	ofSuite      = "a suite"
	initialiser  = "an initialiser or TestMain"
)

// beginFrame is in the stack of those with which executions begin.
const beginFrame = "  ipccheck/rt.PutBack()\n"

// goFrame is in the stack of those that a timer has not started.
const goFrame = "  ipccheck/exec.Go()\n"

// userFrame is the first place of a stack that lies outside the standard library,
// and the function that is under way there: the one of the standard library that
// the user's code calls, if it is one.
func (p *patterns) userFrame(stack string) (position, function string) {
	for _, m := range p.frame.FindAllStringSubmatch(stack, -1) {
		if world.Standard(m[2]) || m[2] == "<autogenerated>" {
			if !strings.HasPrefix(m[1], "runtime.") {
				function = m[1]
			}
			continue
		}
		if function == "" {
			function = m[1]
		}
		return filepath.Base(m[2]) + ":" + m[3], function
	}
	return "", function
}

// startFrame is where a goroutine was started: a place in the standard library where a
// goroutine that this has started did so.
func (p *patterns) startFrame(stack string) string {
	if at, _ := p.userFrame(stack); at != "" {
		return at
	}
	if m := p.frame.FindStringSubmatch(stack); m != nil {
		return filepath.Base(m[2]) + ":" + m[3]
	}
	return ""
}

// raceMessage says which two accesses are not ordered.
func raceMessage(as []verdict.Access) string {
	if len(as) < 2 {
		return "two goroutines access the same memory, one of them writes, and nothing orders the two"
	}
	return fmt.Sprintf("nothing orders the %s and the earlier %s", accessText(as[0]), accessText(as[1]))
}

func accessText(a verdict.Access) string {
	what := "read"
	if a.Write {
		what = "write"
	}
	at := a.Position
	if at == "" {
		at = "a place that the detector has forgotten"
	}
	if i := strings.LastIndexByte(a.Function, '/'); i >= 0 {
		a.Function = a.Function[i+1:]
	}
	text := what + " at " + at
	if a.Function != "" {
		text += " in " + a.Function
	}
	switch a.Started {
	case "":
		return text + " by main"
	case timer:
		return text + " by a timer's goroutine"
	case initialiser:
		return text + " by a goroutine that " + initialiser + " has started"
	case ofSuite:
		return text + " by a goroutine of the suite"
	case parallelTest:
		return text + " by a test that runs in parallel"
	}
	return text + " by the goroutine started at " + a.Started
}
