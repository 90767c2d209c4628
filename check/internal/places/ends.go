package places

import (
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// endKey is the same for ends that are one outcome: those with the same code in which
// goroutines wait in the same calls of the same functions. Where nobody waits, what is
// said of them tells them apart, but for numbers.
func endKey(code verdict.Code, message string, waiting []verdict.Site) string {
	var parts []string
	for _, s := range waiting {
		parts = append(parts, s.Func+"|"+s.Label)
	}
	if len(parts) == 0 {
		parts = append(parts, digits.ReplaceAllString(message, "0"))
	}
	slices.Sort(parts)
	return string(code) + "\n" + strings.Join(slices.Compact(parts), "\n")
}

// shown is the key of the end that a finding shows.
func (n *namer) shown(f *verdict.Finding) string {
	var waiting []verdict.Site
	for _, w := range n.t.Waiting {
		if w.Site > 0 {
			waiting = append(waiting, n.t.Sites[w.Site-1])
		}
	}
	return endKey(f.Code, f.Message, waiting)
}
