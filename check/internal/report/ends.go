package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// mostEnds is how many ways to end are listed.
const mostEnds = 12

// ends lists the ways in which executions end, with the commands that show them.
func (p *printer) ends(v *verdict.Verdict) {
	if len(v.Outcomes) < 2 {
		return
	}
	total := uint64(0)
	for _, o := range v.Outcomes {
		total += o.Executions
	}
	title := "ALL ENDS, of " + plural(total, "execution")
	if !v.AllOutcomes {
		title = "ENDS SO FAR, of " + plural(total, "execution")
	}
	p.heading(title + " (" + standFor(v) + ")")
	n := len("  ") + max(len(group(total)), 5)
	told := shownOutcome(v)
	file := ""
	for _, f := range v.Findings {
		if f.Trace != nil && f.Severity == "" {
			file = picture.Of(f.Trace).File
		}
	}
	for i, o := range v.Outcomes {
		if i == mostEnds && !p.verbose && len(v.Outcomes) > mostEnds+1 {
			p.paragraph("", padLeft("…", n), "", plural(len(v.Outcomes)-i, "more way")+" to end: -v lists them")
			return
		}
		text := o.Message
		switch {
		case i == told:
			text = endTitle(o) + " (shown above)"
		case o.Answer == verdict.Fail && len(o.Waiting) > 0:
			text = endTitle(o) + ": waiting at " + p.calls(o.Waiting, file)
		case o.Answer == verdict.Fail && text != "":
			text = endTitle(o) + ": " + p.brief(text)
		case o.Answer == verdict.Fail:
			text = endTitle(o)
		case text == "":
			text = "ends as it should"
		}
		p.paragraph("", padLeft(group(o.Executions), n)+" ", padLeft("", n+4), text)
		if i != told && o.Replay != "" {
			p.line(padLeft("", n+2) + Command(cmp.Or(o.ReplayFile, o.Replay)))
		}
	}
}

var (
	// preambles say what the code says.
	preambles = regexp.MustCompile(`^(\d+ goroutines are blocked forever|left behind when the test is over): `)
	numbered  = regexp.MustCompile(`\bgoroutine (\d+)\b`)
)

// brief is the message of an end: of many goroutines, what two of them do.
func (p *printer) brief(message string) string {
	message = numbered.ReplaceAllString(preambles.ReplaceAllString(message, ""), "G$1")
	parts := strings.Split(message, "; ")
	if more := len(parts) - 2; more > 1 && !p.verbose {
		return fmt.Sprintf("%s; … %d more (-v)", strings.Join(parts[:2], "; "), more)
	}
	return message
}

// calls names those in which goroutines wait at an end, each once.
func (p *printer) calls(sites []verdict.Site, file string) string {
	var all []string
	for _, s := range sites {
		at, line := picture.FileLine(s.Position)
		if at == file {
			at = ""
		}
		if text := fmt.Sprintf("%s:%d %s", at, line, s.Label); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	if more := len(all) - mostCalls; more > 1 && !p.verbose {
		all = append(all[:mostCalls:mostCalls], fmt.Sprintf("… %d more (-v)", more))
	}
	return strings.Join(all, "; ")
}

// mostCalls is how many calls an end that is not shown names.
const mostCalls = 4

func endTitle(o verdict.Outcome) string {
	if o.Code == "" {
		return "fails"
	}
	return title(o.Code)
}

// shownOutcome is the index of the outcome that the first finding shows.
func shownOutcome(v *verdict.Verdict) int {
	for _, f := range v.Findings {
		if f.Severity != "" {
			continue
		}
		if f.Trace != nil {
			if i := slices.IndexFunc(v.Outcomes, func(o verdict.Outcome) bool { return o.Replay != "" && o.Replay == f.Trace.Replay }); i >= 0 {
				return i
			}
		}
		return slices.IndexFunc(v.Outcomes, func(o verdict.Outcome) bool { return o.Code == f.Code })
	}
	return -1
}

// standFor says what the numbers of executions in a verdict that fails are: of orders that
// differ, or of random ones.
func standFor(v *verdict.Verdict) string {
	for _, f := range faults(v) {
		switch {
		case !slices.Contains([]string{"random", "pct", "urw"}, f.Engine):
		case strings.HasSuffix(v.Engine, f.Engine):
			return "drawn at random"
		default:
			return "orders, and some drawn at random"
		}
	}
	return "orders, not odds"
}
