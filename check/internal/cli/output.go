package cli

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// output is how the verdicts of a command are written.
type output struct {
	command     string
	json, quiet bool
	junit       string // a file; empty: none
	width       int
}

// outputFlags are its flags.
var outputFlags = []flagDef{{"json", true}, {"junit", false}, {"width", false}, {"quiet", true}}

func (p parsed) output(command string) (output, error) {
	o := output{command: command, json: p.on("json"), quiet: p.on("quiet")}
	var err error
	if o.junit, err = p.file(command, "junit"); err != nil {
		return o, err
	}
	o.width, err = p.width(command)
	return o, err
}

// file is the value of a flag that names a file to write; empty if it is not
// given.
func (p parsed) file(command, name string) (string, error) {
	text, ok := p.flags[name]
	if ok && (text == "" || text == "-") {
		return "", usagef("%s: -%s %s: expected the name of a file", command, name, quote(text))
	}
	return text, nil
}

// timeout is the value of the flag; 0 if it is not given.
func (p parsed) timeout(command string) (time.Duration, error) {
	text, ok := p.flags["timeout"]
	if !ok {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, usagef("%s: -timeout %s: expected a time of more than 0 with its unit, as in 90s or 1h30m", command, quote(text))
	}
	return d, nil
}

// within is the context with the timeout, if there is one.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, d, fmt.Errorf("the time of %v is used up", d))
}

// begin makes sure that the output can be written, before any work is done.
func (o output) begin() error {
	if o.junit == "" {
		return nil
	}
	return writeFile(o.junit, o.command+": -junit", nil)
}

// print writes one verdict.
func (t *tool) print(o output, v *verdict.Verdict) error {
	var err error
	switch {
	case o.json:
		err = report.JSON(t.stdout, v)
	case o.quiet:
		err = report.Line(t.stdout, v, t.options(o.width))
	default:
		err = report.Text(t.stdout, v, t.options(o.width))
	}
	if err == nil {
		err = t.stdout.Flush()
	}
	return err
}

// end writes what needs all verdicts.
func (o output) end(vs []*verdict.Verdict) error {
	if o.junit == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.JUnit(&b, vs); err != nil {
		return err
	}
	return writeFile(o.junit, o.command+": -junit", b.Bytes())
}
