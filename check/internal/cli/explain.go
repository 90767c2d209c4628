package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/explain"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// faultSchema is the version of the JSON form of an explanation.
const faultSchema = "ipccheck-fault/1"

func init() { register(70, explainCommand) }

var explainCommand = command{
	name: "explain", args: "[CODE...] [flags]", brief: "CODE: what a fault means and how to mend it",
	about: `Says what a fault means, with a wrong and a right example, and how to mend it.
Without a code it lists all faults. A code may be written as IPC004, ipc4 or 4,
or in words, as in deadlock or lost item. "time" says what time means when a
program is explored.`,
	flags:    explainFlags,
	examples: []string{"ipccheck explain IPC004", "ipccheck explain lost item", "ipccheck explain time"},
	exits:    `0, or 2 for a usage or output error.`,
	names:    func(*tool) []string { return faultCodes() },
	run:      (*tool).cmdExplain,
}

var explainFlags = []flagDef{jsonFlag, widthFlag, colorFlag}

func (t *tool) cmdExplain(_ context.Context, args []string) (int, error) {
	p, err := parse("explain", args, explainFlags)
	if err != nil {
		return 0, err
	}
	looks, err := t.texts("explain", p)
	if err != nil {
		return 0, err
	}
	if len(p.names) == 1 && p.names[0] == timeTopic {
		return exitPass, t.explainTime(p, looks)
	}
	faults, err := findFaults(p.names)
	if err != nil {
		return 0, err
	}
	return exitPass, showAll(t, p, faults,
		func(f explain.Fault) any { return faultJSON(f) },
		func() error { return t.explainAll(faults, looks) },
		func(f explain.Fault) error { return t.explain(f, looks) })
}

// timeTopic is the one thing that explain explains which is no fault.
const timeTopic = "time"

func (t *tool) explainTime(p parsed, looks report.Options) error {
	if p.on("json") {
		return t.writeJSON(map[string]string{"schema": faultSchema, "topic": timeTopic, "meaning": explain.Time})
	}
	return report.Prose(t.stdout, explain.Time, looks)
}

// findFaults understands what explain is asked for: nothing (everything), codes
// or words, each meaning one fault, or words that mean one together.
func findFaults(names []string) ([]explain.Fault, error) {
	if len(names) == 0 {
		return explain.All(), nil
	}
	if all := strings.Join(names, " "); len(names) > 1 {
		if fs := explain.Find(all); len(fs) == 1 {
			return fs, nil
		}
	}
	var out []explain.Fault
	for _, name := range names {
		fs := explain.Find(name)
		switch len(fs) {
		case 0:
			return nil, usagef("explain: there is no fault %s%s: ipccheck explain lists them all", words.Quote(name), didYouMean(name, faultWords()))
		case 1:
			out = append(out, fs[0])
		default:
			var may []string
			for _, f := range fs {
				may = append(may, fmt.Sprintf("%s (%s)", f.Code, f.Title))
			}
			return nil, usagef("explain: %s may be %s", words.Quote(name), words.List(may, "or"))
		}
	}
	return out, nil
}

func faultCodes() []string {
	var out []string
	for _, f := range explain.All() {
		out = append(out, string(f.Code))
	}
	return out
}

func faultWords() []string {
	var out []string
	for _, f := range explain.All() {
		out = append(out, f.Title, string(f.Code))
	}
	return out
}

// notYet marks faults that no engine of this version reports.
const notYet = "no engine of this version reports it yet"

func (t *tool) explainAll(fs []explain.Fault, looks report.Options) error {
	var rows [][]string
	for _, f := range fs {
		text := f.Summary
		if len(f.Reported) == 0 {
			text += " (" + notYet + ")"
		}
		rows = append(rows, []string{string(f.Code), f.Title, text})
	}
	return report.Columns(t.stdout, rows, looks)
}

// explain writes what is known about a fault.
func (t *tool) explain(f explain.Fault, o report.Options) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n", f.Code, f.Title)
	prose := func(text string) {
		_ = report.Prose(&b, text, o) // what writes to memory does not fail
	}
	_ = report.Paragraph(&b, f.Summary, o)
	b.WriteByte('\n')
	prose(f.Meaning)
	fmt.Fprintf(&b, "\nWrong:\n\n%s\nRight:\n\n%s\nHow to mend it:\n\n", indent(f.Wrong), indent(f.Right))
	prose(f.Mend)
	b.WriteByte('\n')
	_ = report.Paragraph(&b, "Reported by: "+reportedBy(f), o)
	if f.See != "" {
		fmt.Fprintf(&b, "See it: %s\n", f.See)
	}
	_, err := t.stdout.WriteString(b.String())
	return err
}

func reportedBy(f explain.Fault) string {
	if len(f.Reported) == 0 {
		return notYet
	}
	says := map[string]string{"models": "ipccheck explore", "suites": "package check, in a go test"}
	var out []string
	for _, r := range f.Reported {
		out = append(out, says[r])
	}
	return words.List(out, "and")
}

// indent indents code by 4 and its tabs by 4 each.
func indent(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		if line != "\n" {
			b.WriteString("    ")
		}
		b.WriteString(strings.ReplaceAll(line, "\t", "    "))
	}
	return b.String()
}

// faultInfo is the JSON form of an explanation.
type faultInfo struct {
	Schema   string       `json:"schema"`
	Code     verdict.Code `json:"code"`
	Title    string       `json:"title"`
	Summary  string       `json:"summary"`
	Meaning  string       `json:"meaning"`
	Wrong    string       `json:"wrong"`
	Right    string       `json:"right"`
	Mend     string       `json:"mend"`
	Reported []string     `json:"reported"` // "models", "suites"; empty: by nothing yet
	See      string       `json:"see,omitempty"`
}

func faultJSON(f explain.Fault) faultInfo {
	return faultInfo{
		Schema: faultSchema, Code: f.Code, Title: f.Title, Summary: f.Summary, Meaning: f.Meaning,
		Wrong: f.Wrong, Right: f.Right, Mend: f.Mend, Reported: append([]string{}, f.Reported...), See: f.See,
	}
}
