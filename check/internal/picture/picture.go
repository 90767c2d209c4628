package picture

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Picture is a trace with its references followed.
type Picture struct {
	*verdict.Trace
	Steps   []Step
	Waiting []Waiting
	File    string // the one in which most happens
	Kind    verdict.Picture
}

// Step is a step with what its site says of it.
type Step struct {
	verdict.Step
	Site verdict.Site
}

// Waiting is one who waits, with what its site says.
type Waiting struct {
	verdict.Waiting
	Site verdict.Site
}

// Of reads a trace, in time linear in its steps. It does not change the trace.
func Of(t *verdict.Trace) *Picture {
	p := &Picture{Trace: t, Kind: kind(t), Steps: make([]Step, 0, len(t.Steps))}
	var files Files
	for _, s := range t.Steps {
		x := Step{Step: s, Site: p.site(s.Site)}
		fill(&x.Label, x.Site.Label)
		fill(&x.Op, x.Site.Op)
		fill(&x.Position, x.Site.Position)
		p.Steps = append(p.Steps, x)
		files.Count(x.Position)
	}
	for _, w := range t.Waiting {
		x := Waiting{Waiting: w, Site: p.site(w.Site)}
		fill(&x.Label, x.Site.Label)
		fill(&x.Op, x.Site.Op)
		fill(&x.Position, x.Site.Position)
		p.Waiting = append(p.Waiting, x)
		files.Count(x.Position)
	}
	if t.Race != nil {
		for _, a := range t.Race.Accesses {
			files.Count(a.Position)
		}
	}
	p.File = files.Main
	return p
}

// kind is which picture a trace is; those of version 1 do not say it, and only models
// have statements there.
func kind(t *verdict.Trace) verdict.Picture {
	if t.Picture == "" && slices.ContainsFunc(t.Steps, func(s verdict.Step) bool { return s.Text != "" }) {
		return verdict.ModelPicture
	}
	return t.Picture
}

func fill(s *string, from string) {
	if *s == "" {
		*s = from
	}
}

// site is a site by its number; an empty one if there is none.
func (p *Picture) site(n int) verdict.Site {
	if n < 1 || n > len(p.Sites) {
		return verdict.Site{}
	}
	return p.Sites[n-1]
}

// Object is an object by its number, nil if there is none.
func (p *Picture) Object(n int) *verdict.Object {
	if n < 1 || n > len(p.Objects) {
		return nil
	}
	return &p.Objects[n-1]
}

// ObjectName is the name of an object; "" if there is none.
func (p *Picture) ObjectName(n int) string {
	if o := p.Object(n); o != nil {
		return o.Name
	}
	return ""
}

// IsA reports whether an object is one of the kinds.
func (p *Picture) IsA(n int, kinds ...string) bool {
	o := p.Object(n)
	for _, k := range kinds {
		if o != nil && o.Kind == k {
			return true
		}
	}
	return false
}

// At is a step by its number, nil if there is none.
func (p *Picture) At(n int) *Step {
	if n < 1 || n > len(p.Steps) {
		return nil
	}
	return &p.Steps[n-1]
}

// Actor is who has that index, nil if the trace does not say.
func (p *Picture) Actor(process int) *verdict.Actor {
	if process < 0 || process >= len(p.Actors) {
		return nil
	}
	return &p.Actors[process]
}

// Clock reports whether a process is the clock.
func (p *Picture) Clock(process int) bool {
	a := p.Actor(process)
	return a != nil && a.Kind == "clock"
}

// Who names a process: "G1 put", "producer 2", "main".
func (p *Picture) Who(process int) string {
	name := ""
	if process >= 0 && process < len(p.Processes) {
		name = p.Processes[process]
	}
	a := p.Actor(process)
	switch {
	case a == nil && name == "":
		return fmt.Sprintf("process %d", process+1)
	case a == nil || a.Kind != "goroutine" || process == 0 && name != "" || a.ID != "" && strings.HasPrefix(name, a.ID):
		return name
	case a.Name == "" || a.Name == a.ID:
		return a.ID
	}
	return a.ID + " " + a.Name
}

// Short names a process as briefly as its number does: "G1"; "main" and "producer 2"
// stay.
func (p *Picture) Short(process int) string {
	if a := p.Actor(process); a != nil && process > 0 && a.ID != "" && a.Kind == "goroutine" {
		return a.ID
	}
	return p.Who(process)
}

// Dies is what a process does in its [verdict.Fault]: a goroutine panics, others crash.
func (p *Picture) Dies(process int) string {
	if a := p.Actor(process); a != nil && (a.Kind == "thread" || a.Kind == "process") && p.Kind == verdict.GoPicture {
		return "crashes"
	}
	return "panics"
}

// Started is the place of the go statement that started a process, as in "go :51"; ""
// if it is not known or the name of the process says it.
func (p *Picture) Started(process int) string {
	a := p.Actor(process)
	if a == nil || a.Go == nil || a.Go.Position == "" || strings.HasPrefix(a.Name, "go :") || strings.HasPrefix(a.Name, "timer :") {
		return ""
	}
	return started(a.Kind) + p.Place(a.Go.Position)
}

// Place is a position as a text under the name of the main file has it: ":27" in that
// file, "queue.go:27" in another one.
func (p *Picture) Place(position string) string {
	file, line := FileLine(position)
	switch {
	case line == 0:
		return position
	case file == p.File:
		return ":" + strconv.Itoa(line)
	}
	return file + ":" + strconv.Itoa(line)
}

// FileLine takes "file:line" or "file:line:column" apart; the line is 0 in anything
// else.
func FileLine(position string) (file string, line int) {
	file, last, ok := cutLast(position)
	if !ok {
		return "", 0
	}
	if before, middle, ok := cutLast(file); ok {
		return before, middle
	}
	return file, last
}

// cutLast cuts a number behind the last colon off.
func cutLast(s string) (before string, number int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	return s[:i], n, err == nil && n > 0
}

// Line is the text of a line of the source, without the blanks around it, from what
// the trace has of it; "" if it has nothing.
func (p *Picture) Line(position string) string {
	file, line := FileLine(position)
	if line == 0 {
		return ""
	}
	for _, s := range p.Sources {
		if s.File == file && line >= s.First && line < s.First+len(s.Lines) {
			return strings.TrimSpace(s.Lines[line-s.First])
		}
	}
	for _, s := range p.Sites {
		if f, l := FileLine(s.Position); f == file && l == line && s.Text != "" {
			return strings.TrimSpace(s.Text)
		}
	}
	if p.Race != nil {
		for _, a := range p.Race.Accesses {
			if f, l := FileLine(a.Position); f == file && l == line {
				return strings.TrimSpace(a.Text)
			}
		}
	}
	return ""
}

// Caller is the call that leads to a site out of the function in which it is, "" if
// none is known. For one in the user's module it is one there.
func Caller(s verdict.Site) string {
	file, line := FileLine(s.Position)
	for i, f := range s.Frames {
		if at, l := FileLine(f.Position); at != file || l != line {
			continue
		}
		for _, c := range s.Frames[i+1:] {
			if at, _ := FileLine(c.Position); dependency(file) || !dependency(at) {
				return c.Position
			}
		}
		return ""
	}
	return ""
}

// Blocked are those who wait, without a first process that waits only for the end of
// the others, unless nobody else waits.
func (p *Picture) Blocked() []Waiting {
	var out []Waiting
	for _, w := range p.Waiting {
		if w.Process != 0 || !p.IsA(w.Object, "waitgroup", "thread") {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return p.Waiting
	}
	return out
}

// many is from how many on those who wait are not told in the order of their numbers.
const many = 5

// Foremost are those who wait, in the order in which they matter, if they are many: who
// has what another one waits for comes first, and who waits for a timer last.
func (p *Picture) Foremost(waiting []Waiting) []Waiting {
	if len(waiting) < many {
		return waiting
	}
	has := map[int]bool{}
	for _, w := range waiting {
		if w.Holder != nil {
			has[*w.Holder] = true
		}
	}
	rank := func(w Waiting) int {
		switch {
		case has[w.Process]:
			return 0
		case w.Op == "sleep":
			return 2
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(waiting), func(a, b Waiting) int { return rank(a) - rank(b) })
}

// started is how a process of a kind is begun: those of a C program are created, or forked.
func started(kind string) string {
	switch kind {
	case "thread":
		return "created "
	case "process":
		return "forked "
	}
	return "go "
}
