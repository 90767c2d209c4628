package report

import (
	"fmt"
	"io"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Default is text: what is written if no other format is chosen.
func Default() Format { return textFormat }

var textFormat = Format{
	Stream: func(w io.Writer, o Options) Stream { return &textStream{w: w, options: o} },
	Package: func(w io.Writer, o Options, importPath string) PackageStream {
		return &goTestText{w: w, options: o, pkg: importPath}
	},
}

// textStream writes results as text. Those of a sweep are a table.
type textStream struct {
	w       io.Writer
	options Options
	begun   bool
}

func (s *textStream) Result(r Result) error {
	switch {
	case s.options.Quiet:
		return Line(s.w, r.Verdict, s.options)
	case s.options.Sweep:
		return nil
	}
	if s.begun {
		fmt.Fprintln(s.w)
	}
	s.begun = true
	return writeResult(s.w, r, s.options)
}

func (s *textStream) End(vs []*verdict.Verdict) error {
	if s.options.Sweep && !s.options.Quiet {
		return Table(s.w, vs, s.options)
	}
	return nil
}
