package format

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(120, Format{Name: "tap", Help: "Test Anything Protocol, version 14", Extension: ".tap", One: tap})
}

// tap writes a test point for each property. What is not decided is not ok: a TODO would
// count as passed.
func tap(r *result.Result) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "TAP version 14\n1..%d\n", len(r.Properties))
	for line := range strings.SplitSeq(summary(r), "\n") {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	description := strings.NewReplacer(`\`, `\\`, `#`, `\#`)
	for i, p := range r.Properties {
		ok := "not ok"
		if p.Outcome == result.Passed {
			ok = "ok"
		}
		fmt.Fprintf(&b, "%s %d - %s\n", ok, i+1, description.Replace(heading(p)))
		fmt.Fprintf(&b, "  ---\n  points: %s\n  max_points: %s\n  outcome: %s\n  message: |2\n", number(p.Points), number(p.Max), p.Outcome)
		for line := range strings.SplitSeq(told(p), "\n") {
			fmt.Fprintf(&b, "    %s\n", line)
		}
		b.WriteString("  ...\n")
	}
	return b.Bytes(), nil
}
