package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/space"
)

// progress tells on stderr how far long work has come: on a terminal in
// one line that is written again, elsewhere in a line now and then. Several
// goroutines may use it.
type progress struct {
	w        io.Writer
	terminal bool
	silent   bool   // nothing is written
	what     string // begins each message; empty: nothing does
	now      func() time.Time

	mu    sync.Mutex
	next  time.Time // nothing is written before
	shown bool
}

// How long it is silent, at first and between two messages.
const (
	terminalDelay = time.Second
	terminalPause = 200 * time.Millisecond
	fileDelay     = 10 * time.Second
	filePause     = 30 * time.Second
)

func newProgress(w io.Writer, terminal bool, what string) *progress {
	p := &progress{w: w, terminal: terminal, what: what, now: time.Now}
	delay := fileDelay
	if terminal {
		delay = terminalDelay
	}
	p.next = p.now().Add(delay)
	return p
}

// newNote tells which of several things is under way: on a terminal only, and
// soon.
func newNote(w io.Writer, on bool) *progress {
	return &progress{w: w, terminal: true, silent: !on, now: time.Now, next: time.Now().Add(terminalDelay / 2)}
}

func (p *progress) update(s space.Progress) {
	p.say(func() string {
		return fmt.Sprintf("level %d, %d states, %d transitions", s.Level, s.Distinct, s.Transitions)
	})
}

// sayf is say with a format.
func (p *progress) sayf(format string, args ...any) {
	p.say(func() string { return fmt.Sprintf(format, args...) })
}

// say tells how far it is, if it is time to.
func (p *progress) say(how func() string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.silent || now.Before(p.next) {
		return
	}
	text := how()
	if p.what != "" {
		text = p.what + ": " + text
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r%s\x1b[K", text)
		p.next = now.Add(terminalPause)
	} else {
		fmt.Fprintln(p.w, text)
		p.next = now.Add(filePause)
	}
	p.shown = true
}

// clear takes the line away.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
