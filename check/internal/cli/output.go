package cli

import (
	"bytes"
	"context"
	"fmt"
	"time"

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
		if f.File != nil {
			d.value, d.file = "file", true
		}
		flags = append(flags, d)
	}
	return append(flags, widthFlag, flagDef{name: "quiet", help: "one line for each result, no progress"})
}

func (t *tool) output(command string, p parsed) (output, error) {
	o := output{command: command, format: report.Default(), text: true}
	for _, f := range report.Formats() {
		if f.File != nil {
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
	width, err := p.width(command)
	o.options = t.options(width)
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
	t        *tool
	output   output
	stream   report.Stream
	verdicts []*verdict.Verdict
	code     int // the worst so far
}

// begin makes sure that the files can be written, before any work is done.
func (t *tool) begin(o output) (*printer, error) {
	for _, f := range o.files {
		if err := o.write(f, nil); err != nil {
			return nil, err
		}
	}
	return &printer{t: t, output: o, stream: o.format.Stream(t.stdout, o.options)}, nil
}

// print writes one result.
func (p *printer) print(r report.Result) error {
	p.add(r.Verdict)
	if err := p.stream.Result(r); err != nil {
		return err
	}
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
		p.add(r.Verdict)
	}
	if _, err := p.t.stdout.Write(text); err != nil {
		return err
	}
	return p.t.stdout.Flush()
}

// add counts a result.
func (p *printer) add(v *verdict.Verdict) {
	p.verdicts = append(p.verdicts, v)
	p.code = worse(p.code, exitOf(v))
}

// end writes what needs all results.
func (p *printer) end() error {
	if err := p.stream.End(p.verdicts); err != nil {
		return err
	}
	for _, f := range p.output.files {
		var b bytes.Buffer
		if err := f.format.File(&b, p.verdicts); err != nil {
			return err
		}
		if err := p.output.write(f, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func (o output) write(f outputFile, b []byte) error {
	return writeFile(f.name, o.command+": -"+f.format.Name, b)
}
