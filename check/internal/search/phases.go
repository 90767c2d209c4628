package search

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// phasesText stands before the choices of a run in which timers fire early: "t0.1,".
func phasesText(phases []int) string {
	if len(phases) == 0 {
		return ""
	}
	var each []string
	for _, p := range phases {
		each = append(each, strconv.Itoa(p))
	}
	return "t" + strings.Join(each, ".") + ","
}

// cutPhases takes what phasesText has written from the front of a text.
func cutPhases(text string) (phases []int, rest string, err error) {
	list, rest, ok := strings.Cut(strings.TrimPrefix(text, "t"), ",")
	if !ok || list == "" || !strings.HasPrefix(text, "t") {
		return nil, text, nil
	}
	for _, f := range strings.Split(list, ".") {
		p, err := strconv.Atoi(f)
		if err != nil || p < 0 || p > longestReplay {
			return nil, "", fmt.Errorf("the run to be replayed: %q: expected phases in which a timer fires early, as in t0 or t0.2", "t"+list)
		}
		phases = append(phases, p)
	}
	return phases, rest, nil
}

// anyTime, before the choices of a random run, says that timers may fire early in any
// phase.
const anyTime = "t,"

// looksInTurn, before that, says that looks at the clock are operations.
const looksInTurn = "c,"

// elapses, before the phases, says that time passes though no timer is set.
const elapses = "l,"

// looksText says which of these was so in the last execution.
func (e *explorer) looksText() string {
	switch {
	case e.base.LooksInTurn:
		return looksInTurn
	case e.base.Elapses:
		return elapses
	}
	return ""
}

// timeText says when timers may fire early in the last execution.
func (e *explorer) timeText() string {
	if len(e.base.Early) == 0 && len(e.x.Held) > 0 {
		return anyTime
	}
	return phasesText(e.base.Early)
}

// longest is how much time may pass in a random execution while somebody can go on: as
// much as a program might wait for.
const longest = time.Hour

// delay is that, for an execution of a random strategy: every second one lets timers
// fire early.
func delay(execution uint64) time.Duration {
	if execution%2 == 0 {
		return 0
	}
	return longest
}
