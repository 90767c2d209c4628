package check

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// tell reports the verdict through the test.
func tell(t TB, v *verdict.Verdict) *verdict.Verdict {
	t.Helper()
	if v.Answer == verdict.Pass {
		t.Logf("%s", text(v, ""))
		return v
	}
	t.Errorf("%s", text(v, t.Name()))
	return v
}

// text is the verdict in words; with the name of a test it ends in the command
// that repeats it.
func text(v *verdict.Verdict, test string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.Subject, v.Answer)
	if v.Reason != "" {
		fmt.Fprintf(&b, ": %s", v.Reason)
	}
	b.WriteByte('\n')
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "\n")
		fill(&b, "  ", "         ", fmt.Sprintf("%s %s", f.Code, f.Message))
		if f.Trace == nil {
			continue
		}
		fmt.Fprintf(&b, "    found by: %s", f.Engine)
		for _, p := range f.Trace.Params {
			fmt.Fprintf(&b, ", %s", p.Value)
		}
		b.WriteByte('\n')
		width := 0
		for _, p := range f.Trace.Processes {
			width = max(width, len(p))
		}
		for _, st := range f.Trace.Steps {
			line := fmt.Sprintf("    %-*s  %s %s", width, f.Trace.Processes[st.Process], st.Label, st.Note)
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		for _, w := range f.Trace.Waiting {
			fmt.Fprintf(&b, "    %-*s  waits in %s (%s) %s\n", width, f.Trace.Processes[w.Process], w.Label, w.For, w.Position)
		}
	}
	if len(v.Findings) > 0 {
		b.WriteByte('\n')
	}
	fill(&b, "  covers: ", "    ", v.Coverage)
	for _, u := range v.Unchecked {
		fill(&b, "  not checked: ", "    ", u)
	}
	if test != "" {
		fmt.Fprintf(&b, "  again: IPCCHECK_SEED=%d go test -run '^%s$'\n", v.Seed, strings.ReplaceAll(test, "/", "$/^"))
	}
	return strings.TrimRight(b.String(), "\n")
}

// fill writes the words in lines of at most 80 columns.
func fill(b *strings.Builder, first, rest, words string) {
	line, indent := first, true
	for _, w := range strings.Fields(words) {
		if !indent && len(line)+1+len(w) > 80 {
			b.WriteString(line + "\n")
			line, indent = rest, true
		}
		if !indent {
			line += " "
		}
		line += w
		indent = false
	}
	b.WriteString(line + "\n")
}
