package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// changes says what one step changes, and what else comes of it.
func (s *story) changes(i int) string {
	x := s.p.Steps[i]
	var parts []string
	for _, d := range s.deltas[i] {
		parts = append(parts, d.text(s.p))
	}
	if s.p.Kind == verdict.ModelPicture { // in words first
		return joinedBy(", ", append([]string{s.note(x)}, parts...))
	}
	if (x.Op == "store" || x.Op == "update") && s.stays[i] != "" {
		parts = append(parts, s.stays[i])
	}
	switch {
	case len(x.Wakes) > 0:
		parts = append(parts, s.wakes(x))
	case (x.Op == "signal" || x.Op == "broadcast") && len(s.p.Actors) > 0 && !s.p.IsA(x.Object, "pipe"):
		parts = append(parts, "nobody waits")
	}
	if d := s.passes(i); x.Op == "clock" && d > 0 && x.Note == "" {
		parts = append(parts, "time +"+rounded(d).String())
	}
	if n := s.note(x); !slices.Contains(parts, n) {
		parts = append(parts, n)
	}
	if x.Site.Unwinding && i != s.panics {
		parts = append(parts, "while it panics")
	}
	return joinedBy(", ", parts)
}

// passes is how much time passes in a step, 0 if that is not known.
func (s *story) passes(i int) time.Duration {
	before := int64(0)
	if i > 0 {
		before = s.p.Steps[i-1].Time
	}
	return time.Duration(s.p.Steps[i].Time - before)
}

func (s *story) wakes(x picture.Step) string {
	var who []string
	for _, w := range x.Wakes {
		who = append(who, s.p.Short(w))
	}
	return "wakes " + some(who)
}

// note is what a step says of itself that its call does not say.
func (s *story) note(x picture.Step) string {
	switch {
	case answer(x) != "": // the step says it
		return ""
	case x.Note == "default", x.Note == "waits", len(x.Wakes) > 0 && strings.HasPrefix(x.Note, "wakes "):
		return ""
	case x.Note == "" && x.Alt > 0 && s.p.Kind == verdict.ModelPicture:
		return fmt.Sprintf("alternative %d", x.Alt+1)
	}
	return x.Note
}

// rounded is a duration in five digits: clocks that are read move on by a little.
func rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for unit*100_000 <= d {
		unit *= 10
	}
	return d.Round(unit)
}
