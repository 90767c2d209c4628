package report

import (
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// source is the line of a position, as far as it is known, without the blanks before it.
func (s *story) source(position string) string {
	if l := s.p.Line(position); l != "" {
		return l
	}
	if _, line := picture.FileLine(position); line > 0 && s.known != nil {
		return strings.TrimSpace(s.known(position))
	}
	return ""
}

// lines are the lines of the source that a trace names, by position; nil if there is no
// way to know them. Files are read when the first line is wanted.
func (r Result) lines(t *verdict.Trace) func(position string) string {
	switch {
	case r.Line != nil:
		return r.Line
	case r.Sources == nil:
		return nil
	}
	var known *picture.Picture
	return func(position string) string {
		if known == nil {
			known = picture.Of(&verdict.Trace{Sources: r.Sources(t)})
		}
		return known.Line(position)
	}
}
