package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/diagnose"
	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// output is how the results of a command are written: in which format to stdout,
// and into which files.
type output struct {
	command string
	format  report.Format
	text    bool // the format is the text that is written if none is chosen
	files   []outputFile
	options report.Options
}

// outputFile is a file that a format writes.
type outputFile struct {
	format report.Format
	name   string
}

// outputFlags are its flags: those of all formats, and how texts look.
func outputFlags() []flagDef {
	var flags []flagDef
	for _, f := range report.Formats() {
		d := flagDef{name: f.Name, help: f.Help}
		if f.IntoFile() {
			d.value, d.file = "file", true
		}
		flags = append(flags, d)
	}
	return append(flags, widthFlag, colorFlag, flagDef{name: "quiet", help: "one line for each result, no progress"})
}

func (t *tool) output(command string, p parsed) (output, error) {
	o := output{command: command, format: report.Default(), text: true}
	for _, f := range report.Formats() {
		if f.IntoFile() {
			name, err := p.file(command, f.Name)
			if err != nil {
				return o, err
			}
			if name != "" {
				o.files = append(o.files, outputFile{f, name})
			}
			continue
		}
		if p.on(f.Name) {
			if !o.text {
				return o, usagef("%s: -%s and -%s are two formats of one output: give one of them", command, o.format.Name, f.Name)
			}
			o.format, o.text = f, false
		}
	}
	var err error
	o.options, err = t.texts(command, p)
	o.options.Color = o.options.Color && o.text
	o.options.Quiet, o.options.Verbose = p.on("quiet"), p.on("v")
	return o, err
}

// within is the context with the timeout, if there is one.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, d, fmt.Errorf("the time of %v is used up", d))
}

// printer writes the results of a command, and adds them up.
type printer struct {
	t       *tool
	output  output
	stream  report.Stream
	results []report.Result
	broken  []report.Broken
	code    int // the worst so far
}

// begin makes sure that the files can be written, before any work is done.
func (t *tool) begin(o output) (*printer, error) {
	for _, f := range o.files {
		if err := o.writable(f); err != nil {
			return nil, err
		}
	}
	return &printer{t: t, output: o, stream: o.format.Stream(t.stdout, o.options)}, nil
}

// print writes one result.
func (p *printer) print(r report.Result) error {
	diagnose.Fill(r.Verdict, r.Sources)
	if err := p.stream.Result(r); err != nil {
		return err
	}
	p.add(r)
	return p.t.stdout.Flush()
}

// printPackage writes the tests of a package: as the format has written them, or
// else each as any other result.
func (p *printer) printPackage(text []byte, results []report.Result) error {
	if p.output.format.Package == nil {
		for _, r := range results {
			if err := p.print(r); err != nil {
				return err
			}
		}
		return nil
	}
	for _, r := range results {
		p.add(r)
	}
	if _, err := p.t.stdout.Write(text); err != nil {
		return err
	}
	return p.t.stdout.Flush()
}

// add counts a result that has been written. What pages show gets its source.
func (p *printer) add(r report.Result) {
	p.results = append(p.results, r)
	p.code = worse(p.code, exitOf(r.Verdict))
	pages := func(f outputFile) bool { return f.format.Pages != nil }
	if r.Sources == nil || !slices.ContainsFunc(p.output.files, pages) {
		return
	}
	if r.Trace != nil {
		r.Trace.Sources = r.Sources(r.Trace)
	}
	for _, f := range r.Verdict.Findings {
		if f.Trace != nil {
			f.Trace.Sources = r.Sources(f.Trace)
		}
	}
}

// end writes what needs all results.
func (p *printer) end() error {
	vs := make([]*verdict.Verdict, len(p.results))
	for i, r := range p.results {
		vs[i] = r.Verdict
	}
	if err := p.stream.End(vs); err != nil {
		return err
	}
	run := report.Run{Results: p.results, Broken: p.broken, Version: version(), Code: p.code}
	for _, f := range p.output.files {
		if err := p.writeFile(f, run); err != nil {
			return err
		}
	}
	if p.t.getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	return p.github(run)
}

// github writes what GitHub Actions reads: annotations, to standard error if standard
// output is for a program, and the summary of the step.
func (p *printer) github(run report.Run) error {
	var w io.Writer = p.t.stdout
	if !p.output.text {
		w = p.t.stderr
	}
	if err := report.Annotations(w, run); err != nil {
		return err
	}
	name := p.t.getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.Summary(&b, run); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return usagef("%s: GITHUB_STEP_SUMMARY: %v", p.output.command, err)
	}
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Close()); err != nil {
		return usagef("%s: GITHUB_STEP_SUMMARY: %v", p.output.command, err)
	}
	return nil
}

// writeFile writes the file of a format, or its pages.
func (p *printer) writeFile(f outputFile, run report.Run) error {
	if f.format.Pages == nil {
		var b bytes.Buffer
		if err := f.format.File(&b, run); err != nil {
			return err
		}
		return writeFile(f.name, p.output.prefix(f), b.Bytes())
	}
	if f.isDirectory() {
		if err := os.MkdirAll(f.name, 0o777); err != nil {
			return usagef("%s: %v", p.output.prefix(f), err)
		}
	}
	for page, err := range f.format.Pages(run.Results, f.isDirectory()) {
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(f.name, page.Name), p.output.prefix(f), page.HTML); err != nil {
			return err
		}
	}
	return nil
}

// isDirectory reports whether pages go into a directory: one that is there, or is
// named with a separator at its end.
func (f outputFile) isDirectory() bool {
	if f.format.Pages == nil {
		return false
	}
	info, err := os.Stat(f.name)
	return err == nil && info.IsDir() || strings.HasSuffix(f.name, "/") || strings.HasSuffix(f.name, string(filepath.Separator))
}

// writable makes sure that the format can be written where it is to be.
func (o output) writable(f outputFile) error {
	if f.isDirectory() {
		return creatable(f.name, o.prefix(f))
	}
	return writable(f.name, o.prefix(f))
}

// prefix begins errors about a file.
func (o output) prefix(f outputFile) string { return o.command + ": -" + f.format.Name }
