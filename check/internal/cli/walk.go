package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// walkHelp lists what can be typed in a walk.
var walkHelp = [][]string{
	{"N", "execute statement N of those that are listed"},
	{"b [N]", "go back a step, or N"},
	{"f", "jump to a fault: to the end of a shortest run that has one, which b goes back through"},
	{"t", "the run so far, as a table"},
	{"v", "the variables"},
	{"q", "quit, as the end of the input does"},
	{"?", "this list"},
}

// walker lets somebody walk a model in the terminal, or a program do so through a pipe.
type walker struct {
	t           *tool
	x           exploration
	program     step.Program
	walk        *space.Walk
	choices     []space.WalkChoice
	interactive bool
}

// walkModel reads choices from standard input until it ends, and shows where they lead.
func (t *tool) walkModel(ctx context.Context, x exploration) error {
	p, err := build(x.entry, x.runs[0])
	if err != nil {
		return err
	}
	w := &walker{t: t, x: x, program: p, walk: space.NewWalk(p, params(x.entry, x.runs[0])), interactive: isTerminal(t.stdin)}
	fmt.Fprintf(t.stdout, "%s: ? lists what can be typed\n", strings.TrimSpace(p.Name()+" "+describe(params(x.entry, x.runs[0]))))
	w.paragraph("Start: ", report.Variables(w.walk.Trace().Initial))
	w.stand()
	in := bufio.NewScanner(t.stdin)
	for ctx.Err() == nil {
		if w.interactive {
			fmt.Fprint(t.stdout, "> ")
		}
		if err := t.stdout.Flush(); err != nil {
			return err
		}
		if !in.Scan() {
			break
		}
		line := strings.TrimSpace(in.Text())
		if !w.interactive {
			fmt.Fprintln(t.stdout, report.Clean("> "+line))
		}
		if line == "q" {
			break
		}
		if err := w.do(ctx, line); err != nil {
			var u *usageError
			if !errors.As(err, &u) {
				return err
			}
			w.paragraph("", u.text)
		}
	}
	if err := in.Err(); err != nil {
		return usagef("explore: -step: standard input: %v", err)
	}
	if w.walk.Steps() > 0 {
		fmt.Fprintln(t.stdout, report.ReplayCommand(w.walk.Trace()))
	}
	return nil
}

// do executes a line. A usageError is told to who typed it.
func (w *walker) do(ctx context.Context, line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if rest != "" && word != "b" {
		return usagef("%s: one thing at a time: ? lists what can be typed", words.Quote(line))
	}
	switch word {
	case "":
		return nil
	case "?":
		return report.Columns(w.t.stdout, walkHelp, w.x.output.options)
	case "b":
		n, err := strconv.ParseUint(cmp.Or(rest, "1"), 10, 31)
		if err != nil {
			return usagef("b %s: expected how many steps to go back, as in b 3", words.Quote(rest))
		}
		w.walk.Back(int(n))
		w.stand()
	case "f":
		return w.jump(ctx)
	case "t":
		return report.Trace(w.t.stdout, w.walk.Trace(), w.x.output.options)
	case "v":
		var vs []verdict.Variable
		for _, v := range w.walk.Variables() {
			vs = append(vs, verdict.Variable{Name: v.Name, Value: v.Value})
		}
		w.paragraph("", report.Variables(vs))
	default:
		n, err := strconv.Atoi(word)
		if err != nil {
			return usagef("%s: expected the number of a statement, b, f, t, v, q or ?", words.Quote(word))
		}
		if n < 1 || n > len(w.choices) {
			if len(w.choices) == 0 {
				return usagef("nobody can go on here: b goes back")
			}
			return usagef("there is no %d: the statements are 1 to %d", n, len(w.choices))
		}
		w.walk.Take(w.choices[n-1])
		w.last()
		w.stand()
	}
	return nil
}

// jump makes the run one that ends in a fault, if there is one.
func (w *walker) jump(ctx context.Context) error {
	ctx, cancel := within(ctx, w.x.timeout)
	defer cancel()
	r, err := w.t.exploreOne(ctx, w.x, w.x.runs[0], 0)
	if err != nil {
		return err
	}
	v := r.Verdict
	if len(v.Findings) == 0 {
		w.paragraph("", "No run with a fault was found: "+v.Coverage+".")
		return nil
	}
	_, moves, _ := strings.Cut(v.Findings[0].Trace.Replay, "#")
	if err := w.walk.Jump(moves); err != nil {
		return usagef("the run does not fit the model: %v", err)
	}
	if err := report.Trace(w.t.stdout, w.walk.Trace(), w.x.output.options); err != nil {
		return err
	}
	w.stand()
	return nil
}

// last says what the last step did.
func (w *walker) last() {
	t := w.walk.Trace()
	s := t.Steps[len(t.Steps)-1]
	text := fmt.Sprintf("%s: %s", t.Processes[s.Process], s.Text)
	if what := report.Changes(s); what != "" {
		text += "  → " + what
	}
	w.paragraph(fmt.Sprintf("%4d  ", len(t.Steps)), text)
}

// stand shows where the run stands: how it has ended, or what is possible.
func (w *walker) stand() {
	w.choices = w.walk.Choices()
	fmt.Fprintf(w.t.stdout, "\nAfter %s\n", words.Plural(w.walk.Steps(), "step", "steps"))
	for i, c := range w.choices {
		text := fmt.Sprintf("%s: %s (%s)", c.Process, c.Text, c.Position)
		if c.Of > 1 {
			text += fmt.Sprintf(", outcome %d of %d", c.Alt, c.Of)
		}
		if c.Note != "" {
			text += ", " + c.Note
		}
		w.paragraph(fmt.Sprintf("%4d  ", i+1), text)
	}
	for _, wait := range w.walk.Trace().Waiting {
		w.paragraph("      ", report.Waits(w.walk.Trace(), wait))
	}
	fault := w.walk.Fault()
	switch {
	case fault.Code != "":
		w.paragraph("", fmt.Sprintf("The run ends with %s: %s", fault.Code, fault.Message))
	case len(w.choices) == 0:
		w.paragraph("", "The run is over, and that is a legal end.")
	}
}

// paragraph writes text behind a head, wrapped.
func (w *walker) paragraph(head, text string) {
	_ = report.Hanging(w.t.stdout, head, text, w.x.output.options) // Flush has the error
}

// drawGraph writes the state graph of the model.
func (t *tool) drawGraph(w io.Writer, x exploration) error {
	p, err := build(x.entry, x.runs[0])
	if err != nil {
		return err
	}
	most := defaultGraph
	if x.bounds.MaxStates > 0 {
		most = int(min(x.bounds.MaxStates, maxGraph))
	}
	if err := space.Dot(w, p, most); err != nil {
		return usagef("explore: %v: a graph has at most %d, or what -states says, up to %d", err, defaultGraph, maxGraph)
	}
	return nil
}

// Bounds of a graph, in states.
const (
	defaultGraph = 500
	maxGraph     = 20_000
)
