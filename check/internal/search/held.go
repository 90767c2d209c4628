package search

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// heldUp says who was held up, where, and for how long, when timers fired early.
func (e *explorer) heldUp() string {
	var each []string
	for _, h := range slices.Concat(e.x.Held, e.x.Overtaken) {
		if text := e.held(h); !slices.Contains(each, text) {
			each = append(each, text)
		}
	}
	if n := len(each) - mostHolds; n > 0 {
		each = append(each[:mostHolds], fmt.Sprintf("so on, %d times more", n))
	}
	return strings.Join(each, ", and ")
}

// onlyEarly is what a fault says that shows only where one fires early.
const onlyEarly = ", only where a timer fires early"

// mostHolds is how many times of being held up are told.
const mostHolds = 3

func (e *explorer) held(h prim.Hold) string {
	x := e.x
	var c clocks
	c.compute(x, 0)
	var all, some []string
	for g, t := range x.Threads {
		if !h.Threads.Has(g) {
			continue
		}
		text, position, after := e.who(g), t.Position, true
		for i := int(h.Event) + 1; i < len(x.Events); i++ {
			if ev := &x.Events[i]; int(ev.G) == g {
				position, after = ev.Detail.Place(), c.before(int(h.Event), c.ev[i])
				break
			}
		}
		if position != "" {
			text += " is held up at " + position
		} else {
			text += " is held up"
		}
		all = append(all, text)
		if after {
			some = append(some, text)
		}
	}
	if len(some) == 0 {
		some = all
	}
	if len(some) == 0 {
		return fmt.Sprintf("%v pass", round(h.For))
	}
	return fmt.Sprintf("%v pass while %s", round(h.For), strings.Join(some, " and "))
}

// round leaves out what looks at the clock have added.
func round(d time.Duration) time.Duration {
	if d > time.Microsecond {
		return d.Round(time.Microsecond)
	}
	return d
}
