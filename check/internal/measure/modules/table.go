package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// event is what is needed of an event of `ipccheck test -json`.
type event struct {
	Action, Package, Test, Output string
	Verdict                       *verdict.Verdict
}

// Reasons of inconclusive verdicts, in the order of the columns.
const (
	budget     = "budget"
	uncontrol  = "not controlled"
	stall      = "stall"
	differs    = "state differs"
	noReplay   = "not deterministic"
	goroutines = "goroutines"
	steps      = "steps"
	limit      = "time limit"
	other      = "other"
)

var reasons = []string{budget, uncontrol, stall, differs, noReplay, goroutines, steps, limit, other}

// phrases tell the reasons apart. The first one that stands in a text counts.
var phrases = []struct{ phrase, reason string }{
	{"state in which the first one began", differs},
	{"is not controlled", uncontrol},
	{"are not controlled", uncontrol},
	{"not deterministic", noReplay},
	{"goroutines live at once", goroutines},
	{"executions were made, and there are more", budget},
	{"the budget was used up", budget},
	{"stopped after ", budget},
	{"cut short after", steps},
	{"does not go on", stall},
	{"goes on and on", stall},
	{"stopped", limit},
}

func reasonOf(v *verdict.Verdict) string {
	for _, p := range phrases {
		if strings.Contains(v.Reason, p.phrase) {
			return p.reason
		}
	}
	return other
}

// row is what became of the tests of a module.
type row struct {
	module, version string
	tests, skipped  int
	passes, trivial int // trivial: passes in one execution
	fails, alarms   int
	inconclusive    map[string]int
	unbuilt         int // packages
}

// synchronise is the number of tests that were executed in more than one order, or
// would have been.
func (r row) synchronise() int { return r.tests - r.skipped - r.trivial }

// table adds up the results of modules.
type table struct {
	read           map[string]string // the class of each failure that was read
	rows           []row
	unread, alarms int
	unexplored     int // modules
}

// add takes the events of a module, and returns a line for each test that does not
// pass, and for each package that does not build.
func (t *table) add(module string, events []byte) (string, error) {
	name, version, _ := strings.Cut(module, "@")
	r := row{module: name, version: version, inconclusive: map[string]int{}}
	var lines strings.Builder
	last := map[string]string{} // output of a package
	s := bufio.NewScanner(bytes.NewReader(events))
	s.Buffer(nil, 1<<30)
	for s.Scan() {
		var e event
		if err := json.Unmarshal(s.Bytes(), &e); err != nil {
			return "", fmt.Errorf("%w: %s", err, s.Text())
		}
		if e.Verdict == nil {
			switch {
			case e.Test != "":
			case e.Action == "output":
				last[e.Package] += e.Output
			case strings.HasPrefix(e.Output, "[build failed]") || strings.HasPrefix(e.Output, "[not explored]"):
				r.unbuilt++
				fmt.Fprintf(&lines, "%s: does not build: %s\n", e.Package, oneLine(last[e.Package]))
			}
			continue
		}
		v := e.Verdict
		r.tests++
		switch {
		case v.Answer == verdict.Pass && e.Action == "skip":
			r.skipped++
		case v.Answer == verdict.Pass && v.Counts.Executions == 1:
			r.passes++
			r.trivial++
		case v.Answer == verdict.Pass:
			r.passes++
		case v.Answer == verdict.Fail:
			r.fails++
			f := v.Findings[0]
			key := fmt.Sprintf("%s %s %s", e.Package, e.Test, f.Code)
			class, ok := t.read[key]
			switch {
			case !ok:
				class = "unread"
				t.unread++
			case class == falseAlarm:
				r.alarms++
				t.alarms++
			}
			fmt.Fprintf(&lines, "%s %s: fail, %s: %s %s\n", e.Package, e.Test, class, f.Code, oneLine(f.Message))
		default:
			why := reasonOf(v)
			r.inconclusive[why]++
			fmt.Fprintf(&lines, "%s %s: inconclusive, %s: %s\n", e.Package, e.Test, why, oneLine(v.Reason))
		}
	}
	t.rows = append(t.rows, r)
	return lines.String(), s.Err()
}

// oneLine is a text on one line, cut where it gets long.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300]) + "…"
	}
	return text
}

// markdown is the table, with the sums. Reasons that no test has are left out.
func (t *table) markdown() string {
	sum := row{module: "all", inconclusive: map[string]int{}}
	for _, r := range t.rows {
		sum.tests += r.tests
		sum.skipped += r.skipped
		sum.passes += r.passes
		sum.trivial += r.trivial
		sum.fails += r.fails
		sum.alarms += r.alarms
		sum.unbuilt += r.unbuilt
		for why, n := range r.inconclusive {
			sum.inconclusive[why] += n
		}
	}
	var used []string
	for _, why := range reasons {
		if sum.inconclusive[why] > 0 {
			used = append(used, why)
		}
	}
	var b strings.Builder
	b.WriteString("| module | tests | pass | in one execution | fail | false alarm |")
	for _, why := range used {
		b.WriteString(" " + why + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" ---: |", 5+len(used)) + "\n")
	for _, r := range append(slices.Clone(t.rows), sum) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d |", strings.TrimSpace(r.module+" "+r.version), r.tests-r.skipped, r.passes, r.trivial, r.fails, r.alarms)
		for _, why := range used {
			fmt.Fprintf(&b, " %d |", r.inconclusive[why])
		}
		b.WriteString("\n")
	}
	decided := sum.synchronise() - sum.inconclusive[budget] - sum.inconclusive[steps] - sum.inconclusive[goroutines] - sum.inconclusive[limit]
	if decided > 0 {
		fmt.Fprintf(&b, "\nOf %d tests that synchronise and are not over the budget %d pass, %d %%.\n", decided, sum.passes-sum.trivial, 100*(sum.passes-sum.trivial)/decided)
	}
	if sum.unbuilt > 0 {
		fmt.Fprintf(&b, "%d packages do not build.\n", sum.unbuilt)
	}
	return b.String()
}
