package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Annotations writes workflow commands of GitHub Actions: an error for each finding at
// the line where it shows, a notice for each other line that it is about, a warning for
// what could not be judged.
func Annotations(w io.Writer, r Run) error {
	p := newPrinter(w, Options{})
	for _, b := range r.Broken {
		p.annotate("error", location{}, b.Package+" was not run", b.Why)
	}
	for _, result := range r.Results {
		v := result.Verdict
		subject := strings.TrimSpace(v.Subject + " " + params(v.Params))
		if v.Answer == verdict.Inconclusive {
			at, _ := result.undecided()
			p.annotate("warning", at, subject+": inconclusive", v.Reason)
		}
		for _, f := range v.Findings {
			command, level := "", "error"
			if f.Trace != nil && f.Trace.Replay != "" {
				command = "\n" + ReplayCommand(f.Trace)
			}
			if f.Severity == verdict.Warning {
				level = "warning"
			}
			places := result.locations(f)
			if len(places) == 0 {
				places = []location{{}}
			}
			for i, at := range places {
				if i == 0 {
					p.annotate(level, at, subject+": "+title(f.Code), ended(cause(f))+howOften(f)+command)
				} else {
					p.annotate("notice", at, string(f.Code)+" "+subject, at.what)
				}
			}
		}
	}
	return p.err
}

// annotate writes a command.
func (p *printer) annotate(level string, at location, title, message string) {
	p.line(Annotation(level, at.file, at.line, at.column, title, message))
}

// Annotation is a workflow command of GitHub Actions that annotates a line of a file:
// error, warning or notice. A property may hold neither a comma nor a colon, and the
// message no line break. file "" means no place, and column 0 none.
func Annotation(level, file string, line, column int, title, message string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var list []string
	if file != "" {
		list = append(list, "file="+property.Replace(file), fmt.Sprintf("line=%d", line))
		if column > 0 {
			list = append(list, fmt.Sprintf("col=%d", column))
		}
	}
	list = append(list, "title="+property.Replace(clean(title)))
	return "::" + level + " " + strings.Join(list, ",") + "::" + data.Replace(text(message))
}

// maxSummary is how long a summary of a step may be, in bytes: GitHub takes a mebibyte
// of all summaries of a step.
const maxSummary = 900_000

// Summary writes results in Markdown, as the summary of a step of GitHub Actions: a line
// for each kind of answer, then the findings, with a diagram and the steps to unfold.
func Summary(w io.Writer, r Run) error {
	var b strings.Builder
	count := map[verdict.Answer]int{}
	for _, result := range r.Results {
		count[result.Verdict.Answer]++
	}
	fmt.Fprintf(&b, "**ipccheck**: %d passed, %d failed, %d inconclusive", count[verdict.Pass], count[verdict.Fail], count[verdict.Inconclusive])
	if len(r.Broken) > 0 {
		fmt.Fprintf(&b, ", %s not run", plural(len(r.Broken), "package"))
	}
	b.WriteString("\n\n")
	for _, broken := range r.Broken {
		fmt.Fprintf(&b, "### ❌ %s was not run\n\n%s\n\n", markdown(broken.Package), fenced(text(broken.Why)))
	}
	left := 0
	for _, result := range r.Results {
		var one strings.Builder
		result.summary(&one)
		if b.Len()+one.Len() > maxSummary {
			left++
			continue
		}
		b.WriteString(one.String())
	}
	if left > 0 {
		fmt.Fprintf(&b, "%s are left out here: the log has them.\n", plural(left, "result"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// summary writes a result that is no pass.
func (r Result) summary(b *strings.Builder) {
	v := r.Verdict
	subject := markdown(strings.TrimSpace(v.Subject + " " + params(v.Params)))
	if v.Answer == verdict.Inconclusive {
		fmt.Fprintf(b, "### ⚠️ %s: inconclusive, not a pass\n\n%s\n\n", subject, markdown(v.Reason))
	}
	for _, f := range v.Findings {
		sign := "❌"
		if f.Severity == verdict.Warning {
			sign = "⚠️"
		}
		fmt.Fprintf(b, "### %s %s: %s%s\n\n%s\n\n", sign, subject, markdown(title(f.Code)), markdown(strings.TrimSuffix(strings.Replace(howOften(f), " In", ", in", 1), ".")), markdown(cause(f)))
		if places := r.locations(f); len(places) > 0 {
			b.WriteString("| at | what |\n| --- | --- |\n")
			for _, l := range places {
				fmt.Fprintf(b, "| %s | %s |\n", code(strings.TrimSpace(l.String()+" "+l.text)), markdown(l.what))
			}
			b.WriteByte('\n')
		}
		if f.Trace != nil {
			summarySteps(b, f.Trace)
		}
	}
	if len(v.Outcomes) > 0 {
		b.WriteString("| executions | end | again |\n| ---: | --- | --- |\n")
		for _, o := range v.Outcomes {
			end, again := "ends as it should", ""
			if o.Code != "" {
				end = title(o.Code)
			}
			if o.Replay != "" {
				again = code(ReplayCommand(&verdict.Trace{Replay: o.Replay}))
			}
			fmt.Fprintf(b, "| %s | %s | %s |\n", group(o.Executions), markdown(end), again)
		}
		b.WriteByte('\n')
	}
}

// longestTable is how many steps the table of a summary has.
const longestTable = 60

func summarySteps(b *strings.Builder, t *verdict.Trace) {
	fmt.Fprintf(b, "<details><summary>How it gets there, %s</summary>\n\n", plural(len(t.Steps), "step"))
	fmt.Fprintf(b, "```mermaid\n%s```\n\n| step | who | does | what changes |\n| ---: | --- | --- | --- |\n", mermaid(t, ""))
	last := -1
	for _, i := range fold(t, longestTable) {
		if gap := i - last - 1; gap > 0 {
			fmt.Fprintf(b, "| … | | %s left out | |\n", plural(gap, "step"))
		}
		last = i
		s := t.Steps[i]
		site := siteOf(t, s)
		number := fmt.Sprint(i + 1)
		if s.Critical {
			number = "**! " + number + "**"
		}
		does := site.Label
		if s.Text != "" {
			does = s.Text
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", number, markdown(actorName(t, s.Process)), code(strings.TrimSpace(does+" "+site.Position)), markdown(Changes(s)))
	}
	for _, w := range t.Waiting {
		fmt.Fprintf(b, "| end | %s | waits for | %s |\n", markdown(actorName(t, w.Process)), markdown(waitsFor(w)))
	}
	b.WriteString("\n</details>\n\n")
	if t.Replay != "" {
		b.WriteString(fenced(ReplayCommand(t)) + "\n\n")
	}
}
