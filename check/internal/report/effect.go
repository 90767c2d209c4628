package report

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// effect says what a step did, for forms that do not read the rest of the trace: its
// note, then the variables it changed.
func effect(s verdict.Step) string {
	parts := []string{s.Note}
	if s.Note == "" && s.Alt > 0 {
		parts[0] = fmt.Sprintf("alternative %d", s.Alt+1)
	}
	for _, c := range s.Changes {
		switch {
		case c.Name == control:
		case c.Field == "closed":
			parts = append(parts, c.Name+" closed")
		default:
			parts = append(parts, assign(c.Name, c.From, c.To))
		}
	}
	return joinedBy(", ", parts)
}

func processName(t *verdict.Trace, i int) string {
	if i < 0 || i >= len(t.Processes) {
		return fmt.Sprintf("process %d", i+1)
	}
	return t.Processes[i]
}

// waitsFor is what somebody waits for.
func waitsFor(w verdict.Waiting) string {
	if w.For != "" {
		return w.For
	}
	return fmt.Sprintf("%q to become possible", w.Label)
}
