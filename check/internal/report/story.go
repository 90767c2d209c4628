package report

import (
	"path"
	"regexp"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// story is a finding whose trace is told.
type story struct {
	*printer
	f      *verdict.Finding
	p      *picture.Picture
	known  func(position string) string // lines of the source; nil: none
	deltas [][]delta
	stays  []string
	panics int   // index of the step that panics, -1 if none
	since  int64 // the time from which those of a history are told
}

func (p *printer) story(f *verdict.Finding, known func(*verdict.Trace) func(string) string) *story {
	s := &story{printer: p, f: f, p: picture.Of(f.Trace), panics: -1}
	if known != nil {
		named := f.Trace
		if at := s.complaint(); at != "" {
			with := *named
			with.Steps = append(slices.Clip(with.Steps), verdict.Step{Position: at})
			named = &with
		}
		s.known = known(named)
	}
	s.deltas, s.stays = deltas(s.p), stays(s.p)
	if f.Trace.Fault != nil && s.p.At(f.Trace.Fault.Step) != nil {
		s.panics = f.Trace.Fault.Step - 1
	}
	return s
}

// complains is what a test says that fails, with the place.
var complains = regexp.MustCompile(`^the test fails: (?:(?:Test|Fuzz)[^\s:]*: )?([^\s:]+):(\d+): `)

// complaint is the place at which a test fails that says so, in the main file; "" if it
// is none.
func (s *story) complaint() string {
	m := complains.FindStringSubmatch(s.f.Message)
	if m == nil || path.Base(s.p.File) != m[1] {
		return ""
	}
	return s.p.File + ":" + m[2]
}

// files is the heading of what has places: which file they are in.
func (s *story) files() string {
	if s.p.File == "" {
		return ""
	}
	return ", line numbers of " + s.p.File
}

// heading writes the heading of a part, with an empty line before it.
func (p *printer) heading(text string) {
	p.space()
	for _, l := range wrap(text, p.width, hanging) {
		p.line(p.paint(bold, l))
	}
}
