package search

import (
	"fmt"
	"strconv"
	"strings"
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
	if !strings.HasPrefix(text, "t") {
		return nil, text, nil
	}
	list, rest, _ := strings.Cut(text[1:], ",")
	for _, f := range strings.Split(list, ".") {
		p, err := strconv.Atoi(f)
		if err != nil || p < 0 || p > longestReplay {
			return nil, "", fmt.Errorf("the run to be replayed: %q: expected phases in which a timer fires early, as in t0 or t0.2", "t"+list)
		}
		phases = append(phases, p)
	}
	return phases, rest, nil
}
