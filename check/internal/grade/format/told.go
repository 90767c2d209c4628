package format

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/report"
)

// longest is how long the text of a property may be, in bytes: platforms take about a
// megabyte of all, and systems 128 KiB of an environment variable, in base64.
const longest = 24 << 10

// told is what a student is told of a property, as plain text that ends without a line
// break.
func told(p result.Item) string {
	switch {
	case p.Outcome == result.Passed && len(p.Held) == 0:
		return "It holds."
	case p.Outcome == result.Passed:
		text := "It holds in every run of: " + strings.Join(p.Held, "; ")
		if p.Others > 0 {
			text += fmt.Sprintf("; and of %d more", p.Others)
		}
		return safe(text + ".")
	case len(p.Faults) == 0 && p.Outcome == result.Undecided:
		return safe("It is not decided, and staff look at it: " + p.Reason)
	case len(p.Faults) == 0:
		return safe(p.Reason)
	}
	return safe(Feedback(p))
}

// summary is what a student is told first: what became of the submission, the lines with
// which that is about, and what was left out.
func summary(r *result.Result) string {
	text := []string{r.Message}
	for _, v := range r.Violations {
		text = append(text, Place(v))
	}
	for _, n := range r.Notes {
		text = append(text, "Note: "+n)
	}
	return safe(strings.Join(text, "\n"))
}

// heading names a property: items: nothing is lost, doubled or made up.
func heading(p result.Item) string {
	if p.What == "" {
		return report.Clean(p.Name)
	}
	return report.Clean(p.Name + ": " + p.What)
}

// printable makes a text one that a terminal, a log and a page can show: without
// characters of control but line breaks.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = report.Clean(strings.ReplaceAll(l, "\t", "    "))
	}
	return strings.Join(lines, "\n")
}

// safe makes a text printable, and not too long.
func safe(text string) string {
	text = printable(strings.TrimRight(text, "\n"))
	if len(text) <= longest {
		return text
	}
	cut := longest
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "\n… (the rest is left out)"
}

// uncommanded makes a text one that a log of GitHub Actions does not take for commands,
// whatever a submission wrote.
func uncommanded(text string) string {
	return strings.NewReplacer("::", ": :", "##[", "# #[").Replace(text)
}

// place is where the first fault of a property shows; "" and 0 if that is not known, or
// not to be seen.
func place(p result.Item) (file string, line int) {
	if p.Hidden || len(p.Faults) == 0 {
		return "", 0
	}
	file, number, ok := strings.Cut(p.Faults[0].Place, ":")
	if line, err := strconv.Atoi(number); ok && err == nil {
		return file, line
	}
	return "", 0
}

// ungraded reports whether points would say nothing of the submission: it does not
// compile, is not there, or the grader failed.
func ungraded(r *result.Result) bool {
	switch r.Status {
	case result.Unbuilt, result.Failed, result.Unfinished:
		return true
	case result.Refused:
		return len(r.Violations) == 0
	}
	return false
}
