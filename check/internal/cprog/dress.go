//go:build linux && amd64

package cprog

import (
	"regexp"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// dress gives a trace the names and places of the source: its calls as they are written,
// its threads by their functions, its objects by their variables.
func (s *session) dress(t *verdict.Trace) {
	are := map[string]string{} // what they were called, and are
	for i := range t.Actors {
		was := t.Actors[i].ID
		s.actor(&t.Actors[i], t.Processes[i])
		are[was] = t.Actors[i].ID
	}
	for i := range t.Objects {
		o := &t.Objects[i]
		for _, noun := range nouns {
			o.Name = strings.TrimPrefix(o.Name, noun)
		}
		if o.Kind == "atomic" {
			o.Kind = "variable"
			if n, ok := strings.CutPrefix(o.Name, "atomic "); ok { // it has no name
				o.Name = "memory " + n
			}
		}
	}
	for i := range t.Sites {
		s.site(&t.Sites[i])
	}
	for i := range t.Steps {
		step := &t.Steps[i]
		step.Label, step.Position = s.told(t, step.Site, step.Label, step.Position, step.Op, step.Object)
		for k := range step.Changes {
			if c := &step.Changes[k]; c.Field == "owner" || c.Field == "waiting" {
				c.From, c.To = threads(c.From, are), threads(c.To, are)
			}
		}
		if callOn(step.Label, step.Op, 0) != "" && strings.HasPrefix(step.Label, "ipc_") && step.Value != "" {
			step.Note = "item " + step.Value
		}
	}
	for _, list := range [][]verdict.Waiting{t.Waiting, t.Pending} {
		for i := range list {
			w := &list[i]
			w.Label, w.Position = s.told(t, w.Site, w.Label, w.Position, w.Op, w.Object)
			w.For = inC(w.For)
			if w.Op == "lock" && w.Object > 0 && t.Objects[w.Object-1].Kind == "rwmutex" && w.Holder == nil {
				w.For, w.Op = readers(t, w.Object, w.For), "locked"
			}
		}
	}
}

// readers says for what somebody waits who wants a lock that others read.
func readers(t *verdict.Trace, object int, otherwise string) string {
	var who []string
	for _, h := range t.Holds {
		if h.Object == object {
			who = append(who, t.Processes[h.Process])
		}
	}
	if len(who) == 0 {
		return otherwise
	}
	return "the readers of " + t.Objects[object-1].Name + " to leave: " + words.List(who, "and")
}

// threads is a text with other identifiers of threads.
func threads(text string, are map[string]string) string {
	return identifier.ReplaceAllStringFunc(text, func(was string) string {
		if is, ok := are[was]; ok {
			return is
		}
		return was
	})
}

var identifier = regexp.MustCompile(`\bG\d+\b`)

// actor names a thread, or the first thread of a process.
func (s *session) actor(a *verdict.Actor, name string) {
	a.Kind = "thread"
	id, function, ok := strings.Cut(name, " ")
	switch {
	case id == "child":
		a.Kind, a.ID, a.Name = "process", "P"+function, name
	case ok:
		a.ID, a.Name = id, function
	default:
		a.ID, a.Name = "T"+strings.TrimPrefix(a.ID, "G"), name
	}
	if a.Go == nil {
		return
	}
	a.Go.Frames = nil
	a.Go.Text = s.program.Line(a.Go.Position)
}

// site gives a site the call as it is written, and the line of the source.
func (s *session) site(t *verdict.Site) {
	if len(t.Frames) > 0 && t.Frames[0].Position == "" {
		t.Frames = t.Frames[1:] // of the library
	}
	if t.Position == "" {
		return
	}
	t.Text = s.program.Line(t.Position)
	call, known := callAt(s.program.whole(t.Position), t.Op, t.Column)
	if of := s.program.wrappers.call(s.program.whole(t.Position), t.Column); of != "" {
		call, known = of, true
	}
	if !known {
		call = callOn(t.Text, t.Op, t.Nth)
	}
	if call != "" {
		t.Label = call
	}
	t.Nth = 0
}

func (s *session) told(t *verdict.Trace, site int, label, position, op string, object int) (string, string) {
	if site == 0 {
		return inC(label), position
	}
	at := &t.Sites[site-1]
	name := ""
	if object > 0 {
		name = t.Objects[object-1].Name
	}
	if call, _ := callAt(s.program.whole(at.Position), "", at.Column); name == standardInput && call != "" {
		return call, at.Position
	}
	if does, ok := memoryWords[op]; ok && name != "" && !strings.Contains(at.Label, "(") {
		return does + " " + name, at.Position
	}
	if strings.Contains(at.Label, "(") {
		return at.Label, at.Position
	}
	if does, ok := earlyWords[op]; ok && s.config.Early && callOn(at.Text, "time out", 0) != "" {
		return does, at.Position
	}
	if does, ok := wakeupWords[op]; ok && callOn(at.Text, "woken", 0) != "" {
		return does, at.Position
	}
	if op == "sigmask" {
		if call, _ := callAt(s.program.whole(at.Position), "write", at.Column); performs(call, "write") {
			return call + ": SIGPIPE", at.Position
		}
	}
	if does, ok := signalWords[op]; ok {
		return does, at.Position
	}
	return strings.TrimSpace(op + " " + name), at.Position
}

// signalWords say what a thread does about signals without a call that says it.
var signalWords = map[string]string{"interrupted": "a signal comes", "sigmask": "the handler has returned", "kill": "the parent gets SIGCHLD"}

// wakeupWords say what a wait does that may end without a signal.
var wakeupWords = map[string]string{"choose": "waits for a signal, or wakes up without", "unlock": "wait that ends without a signal"}

// earlyWords say what a wait does whose time may be over though others can go on.
var earlyWords = map[string]string{"choose": "waits, or its time is over", "unlock": "its time is over"}
