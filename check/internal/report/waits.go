package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// waits is the table of those who cannot go on: where, for what, and since which step.
// Those who wait alike share a row.
func (s *story) waits() {
	if len(s.p.Waiting) == 0 {
		return
	}
	s.heading("WHO WAITS" + s.files())
	type same struct{ started, at, what string }
	var order []same
	who := map[same][]string{}
	since := map[same]int{}
	for _, w := range s.p.Foremost(s.p.Waiting) {
		k := same{s.p.Started(w.Process), s.waitsAt(w), s.here(waitsFor(w.Waiting)) + s.heldSince(w)}
		if who[k] == nil {
			order = append(order, k)
		}
		who[k] = append(who[k], s.p.Who(w.Process))
		since[k] = max(since[k], w.Since)
	}
	g := &grid{head: []string{"who", "at", "for", "since"}, right: make([]bool, 4), indent: "  "}
	for _, k := range order {
		name := some(who[k])
		if k.started != "" {
			name += " (" + k.started + ")"
		}
		last := ""
		switch {
		case since[k] > 0:
			last = fmt.Sprintf("step %d", since[k])
		case len(s.p.Actors) > 0:
			last = "its start"
		}
		g.rows = append(g.rows, []string{name, k.at, k.what, last})
	}
	g = g.without(1, 3)
	if _, ok := g.fit(s.width); !ok && g.head[len(g.head)-1] == "since" {
		g = g.merged()
	}
	s.table(g)
}

// heldSince is where what somebody waits for was taken, if it is a lock that one holds of
// whom the cause says nothing, or a semaphore that is used as one.
func (s *story) heldSince(w picture.Waiting) string {
	if x := s.p.At(w.Taken); x != nil && w.Holder != nil && s.p.IsA(w.Object, "semaphore") {
		return ", taken by " + s.p.Who(*w.Holder) + " at " + s.p.Place(x.Position)
	}
	if w.Holder == nil || slices.ContainsFunc(s.p.Blocked(), func(o picture.Waiting) bool { return o.Process == *w.Holder }) {
		return ""
	}
	for _, h := range s.p.Holds {
		if x := s.p.At(h.Since); h.Process == *w.Holder && h.Object == w.Object && x != nil && x.Position != "" {
			return ", taken at " + s.p.Place(x.Position)
		}
	}
	return ""
}

// some names those who do the same: all, or the first ones and how many there are.
func some(who []string) string {
	if len(who) <= fewCalls {
		return words.List(who, "and")
	}
	return fmt.Sprintf("%s, %s and %s others", who[0], who[1], group(uint64(len(who)-2)))
}

// waitsAt is the call in which somebody waits, and the call that leads there.
func (s *story) waitsAt(w picture.Waiting) string {
	text := joined(s.p.Place(w.Position), s.deferred(w.Site)+s.waitingCall(w))
	if caller := picture.Caller(w.Site); caller != "" {
		text += ", from " + s.p.Place(caller)
	}
	return text
}

// here is a text with the positions of the main file as numbers of lines.
func (s *story) here(text string) string {
	if s.p.File == "" {
		return text
	}
	parts := strings.Split(text, s.p.File+":")
	out := parts[0]
	for i, part := range parts[1:] {
		if before := parts[i]; before != "" && !strings.ContainsAny(before[len(before)-1:], " (\t\n") {
			out += s.p.File // it is the end of a longer name
		}
		out += ":" + part
	}
	return out
}

// table writes a grid; as sentences if there is no room for columns.
func (p *printer) table(g *grid) {
	if w, ok := g.fit(p.width); ok {
		g.print(p, w)
		return
	}
	for i, r := range g.rows {
		var rest []string
		for k, c := range r[1:] {
			if c != "" && g.head[k+1] != "" {
				c = g.head[k+1] + " " + c
			}
			if c != "" {
				rest = append(rest, c)
			}
		}
		p.paragraph(g.styles[i], g.indent, g.indent+"  ", r[0]+": "+strings.Join(rest, ", "))
	}
}
