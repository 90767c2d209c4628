package places

import (
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// ends names where goroutines wait in the outcomes of a verdict, and joins those that
// are the same by these names. The one that a finding shows comes first.
func (s *Sources) ends(v *verdict.Verdict, home, shown string) {
	var out []verdict.Outcome
	index := map[string]int{}
	for _, o := range v.Outcomes {
		if len(o.Waiting) > 0 {
			t := &verdict.Trace{Processes: make([]string, 1), Actors: make([]verdict.Actor, 1), Sites: o.Waiting}
			for i := range t.Sites {
				t.Steps = append(t.Steps, verdict.Step{Site: i + 1})
			}
			n := &namer{Sources: s, t: t, home: home}
			n.name()
		}
		key := endKey(o.Code, o.Message, o.Waiting)
		if i, ok := index[key]; ok {
			out[i].Executions += o.Executions
			continue
		}
		index[key] = len(out)
		out = append(out, o)
	}
	if i, ok := index[shown]; ok && i > 0 {
		first := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, first)
	}
	v.Outcomes = out
}

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
