package report

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// history shows operations that take time: when each began and ended, why no order of
// them fits, and how far one goes.
func (s *story) history() {
	s.waits()
	s.bars()
	s.constraints()
	s.points()
	if s.verbose {
		s.steps()
	}
}

// witness are the operations that contradict each other; all if nothing says which.
func (s *story) witness() []verdict.Operation {
	var out []verdict.Operation
	for _, o := range s.p.Operations {
		if o.Witness || s.verbose {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		out = slices.Clone(s.p.Operations)
	}
	slices.SortStableFunc(out, func(a, b verdict.Operation) int {
		switch {
		case a.From < b.From:
			return -1
		case a.From > b.From:
			return 1
		}
		return a.ID - b.ID
	})
	return out
}

// Bounds of the width of bars.
const (
	leastBar = 12
	mostBar  = 72
)

// longTime is a time that readers would rather not compare digit by digit: those of a run
// are then told from the first one on.
const longTime = 1_000_000

// bars draws a bar for each operation, from its call to its return. What is between two
// times that are next to each other has the same width everywhere: the order counts, not
// the duration.
func (s *story) bars() {
	ops := s.witness()
	title := "THE OPERATIONS"
	if slices.ContainsFunc(ops, func(o verdict.Operation) bool { return o.Witness }) {
		title = "THE OPERATIONS THAT CONTRADICT EACH OTHER"
	}
	if of := shown(s.p.Params); of != "" {
		title += ", " + strings.TrimSuffix(of, " operations")
	} else if all := len(s.p.Operations); len(ops) < all {
		title += fmt.Sprintf(", %d of %d", len(ops), all)
	}
	var times []int64
	for _, o := range ops {
		times = append(times, o.From)
		if o.To != nil {
			times = append(times, *o.To)
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	if n := len(times); n > 0 && times[0] > longTime && times[n-1]-times[0] < times[0] {
		s.since = times[0]
		title += fmt.Sprintf(", times after t=%d", s.since)
	}
	s.heading(title)
	g := &grid{head: []string{"who", "does", "", "time"}, right: make([]bool, 4), indent: "  ", flush: true}
	for _, o := range ops {
		g.rows = append(g.rows, []string{s.p.Who(o.Process), outcome(o), "", s.span(o)})
	}
	natural, _ := g.needs()
	room := min(s.width-len(g.indent)-gap*3-sum(natural), mostBar)
	if room < leastBar {
		s.table(g.without(2))
		return
	}
	column := func(t int64) int {
		i, _ := slices.BinarySearch(times, t)
		if len(times) < 2 {
			return 0
		}
		return i * (room - 1) / (len(times) - 1)
	}
	for _, l := range g.lines(g.head, []int{natural[0], natural[1], room, natural[3]}) {
		s.line(s.paint(bold, l))
	}
	for i, o := range ops {
		from, to, tip := column(o.From), room-1, "…"
		if o.To != nil {
			to, tip = column(*o.To), "┤"
		}
		bar := strings.Repeat(" ", from) + "│"
		if to > from {
			bar = strings.Repeat(" ", from) + "├" + strings.Repeat("─", to-from-1) + tip
		}
		r := g.rows[i]
		s.line(strings.TrimRight(g.indent+pad(clean(r[0]), natural[0])+"  "+pad(clean(r[1]), natural[1])+"  "+pad(bar, room)+"  "+r[3], " "))
	}
}

// span is from when to when an operation takes: one that is open where the history ends
// never returns if nobody could go on there.
func (s *story) span(o verdict.Operation) string {
	switch {
	case o.To != nil:
		return fmt.Sprintf("%d–%d", o.From-s.since, *o.To-s.since)
	case len(s.p.Waiting) > 0:
		return fmt.Sprintf("%d, never returns", o.From-s.since)
	}
	return fmt.Sprintf("%d, goes on", o.From-s.since)
}

// outcome is an operation with what it returned, if that is more than that it was done.
func outcome(o verdict.Operation) string {
	if o.Result == "" || o.Result == "ok" || strings.Contains(o.Label, "→") {
		return o.Label
	}
	return o.Label + " → " + o.Result
}

// shown says how many operations of all there are shown, if not all are.
func shown(ps []verdict.Param) string {
	for _, p := range ps {
		if p.Name == "shown" {
			return p.Value
		}
	}
	return ""
}

// label is an operation in words, by its ID.
func (s *story) label(id int) string {
	for _, o := range s.p.Operations {
		if o.ID == id {
			return outcome(o)
		}
	}
	return fmt.Sprintf("operation %d", id)
}

// constraints says which operation must come before which other one: a circle.
func (s *story) constraints() {
	if len(s.p.Constraints) == 0 {
		return
	}
	s.heading("WHY NO ORDER FITS")
	for _, c := range s.p.Constraints {
		s.paragraph("", "  ", "      ", s.label(c.Before)+" before "+s.label(c.After)+": "+s.sinceFirst(c.Why))
	}
}

// sinceFirst is a text with times as the bars have them.
func (s *story) sinceFirst(text string) string {
	return timeInText.ReplaceAllStringFunc(text, func(m string) string {
		if t, err := strconv.ParseInt(m[len("t="):], 10, 64); err == nil && t >= s.since {
			return fmt.Sprintf("t=%d", t-s.since)
		}
		return m
	})
}

var timeInText = regexp.MustCompile(`\bt=\d+`)

// points shows an order as far as one goes: what the object holds after each operation.
func (s *story) points() {
	if len(s.p.Points) == 0 {
		return
	}
	s.heading("AS FAR AS AN ORDER GOES")
	g := &grid{head: []string{"does", "then it holds", ""}, right: make([]bool, 3), styles: map[int]string{}, indent: "  "}
	for i, p := range s.p.Points {
		state := "[" + strings.Join(p.State, ", ") + "]"
		fault := ""
		if !p.OK {
			g.styles[i] = red
			fault = "✗ does not fit"
			if p.Want == "wait" {
				fault = "✗ must wait, and returned " + p.Got
			} else if p.Want != "" {
				fault = "✗ must return " + p.Want
				if p.Got != "" {
					fault += ", and returned " + p.Got
				}
			}
		}
		g.rows = append(g.rows, []string{s.label(p.Operation), state, fault})
	}
	s.table(g.without(2))
}
