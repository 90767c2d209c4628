package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/space"
)

// progress tells on stderr how far long work has come: on a terminal in
// one line that is written again, elsewhere in a line now and then.
type progress struct {
	w        io.Writer
	terminal bool
	what     string
	next     time.Time // nothing is written before
	shown    bool
	now      func() time.Time
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

func (p *progress) update(s space.Progress) {
	p.say(func() string {
		return fmt.Sprintf("level %d, %d states, %d transitions", s.Level, s.Distinct, s.Transitions)
	})
}

// say tells how far it is, if it is time to.
func (p *progress) say(how func() string) {
	now := p.now()
	if now.Before(p.next) {
		return
	}
	text := p.what + ": " + how()
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
	if p.terminal && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
