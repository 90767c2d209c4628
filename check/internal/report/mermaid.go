package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(Format{
		Name: "mermaid", Help: "a sequence diagram of each run in Mermaid, instead of text",
		Stream: func(w io.Writer, _ Options) Stream { return &mermaidStream{w: w} },
	})
}

// mermaidStream writes diagrams, with an empty line between two.
type mermaidStream struct {
	w     io.Writer
	begun bool
}

func (s *mermaidStream) Result(r Result) error {
	var runs []*verdict.Trace
	var about []string
	if r.Trace != nil {
		runs, about = append(runs, r.Trace), append(about, r.Verdict.Subject)
	}
	for _, f := range r.Verdict.Findings {
		if f.Trace != nil {
			runs, about = append(runs, f.Trace), append(about, title(f.Code)+", "+r.Verdict.Subject)
		}
	}
	for i, t := range runs {
		text := mermaid(t, about[i])
		if s.begun {
			text = "\n" + text
		}
		s.begun = true
		if _, err := io.WriteString(s.w, text); err != nil {
			return err
		}
	}
	return nil
}

func (*mermaidStream) End([]*verdict.Verdict) error { return nil }

// longestDiagram is how many steps a diagram shows: with more it cannot be read, and
// renderers refuse it.
const longestDiagram = 80

// mermaid is a run as a sequence diagram: processes and the objects that are shared are
// the participants.
func mermaid(t *verdict.Trace, about string) string {
	var b strings.Builder
	b.WriteString("sequenceDiagram\n")
	if about != "" {
		fmt.Fprintf(&b, "  %%%% %s\n", clean(strings.ReplaceAll(about, "%", "")))
	}
	shown := fold(t, longestDiagram)
	processes, objects := map[int]bool{}, map[int]bool{}
	for _, i := range shown {
		processes[t.Steps[i].Process] = true
		objects[t.Steps[i].Object] = true
	}
	if t.Fault != nil {
		processes[t.Fault.Process] = true
	}
	for _, w := range t.Waiting {
		processes[w.Process] = true
		objects[w.Object] = true
	}
	known := max(len(t.Processes), len(t.Actors))
	for i := range known {
		if processes[i] || len(processes) == 0 {
			fmt.Fprintf(&b, "  participant p%d as %s\n", i, mermaidText(actorName(t, i)))
		}
	}
	for i := range t.Objects {
		if objects[i+1] {
			fmt.Fprintf(&b, "  participant o%d as %s\n", i+1, mermaidText(objectTitle(&t.Objects[i])))
		}
	}
	arrow := func(process, object int, arrow, text string) {
		switch {
		case process < 0 || process >= known:
		case objectName(t, object) != "":
			fmt.Fprintf(&b, "  p%d%so%d: %s\n", process, arrow, object, mermaidText(text))
		default:
			fmt.Fprintf(&b, "  Note over p%d: %s\n", process, mermaidText(text))
		}
	}
	last := -1
	for k := 0; k < len(shown); k++ {
		i := shown[k]
		s := t.Steps[i]
		if gap := i - last - 1; gap > 0 && s.Process >= 0 && s.Process < known {
			fmt.Fprintf(&b, "  Note over p%d: … %s left out\n", s.Process, plural(gap, "step"))
		}
		site := siteOf(t, s)
		number, times := fmt.Sprint(i+1), ""
		n := alike(t, shown[k:])
		if n > 1 {
			number = fmt.Sprintf("%d–%d", i+1, i+n)
			if calls := calls(t.Steps[i : i+n]); calls > 1 {
				times = fmt.Sprintf(" ×%d", calls)
			}
			k += n - 1
		}
		last = i + n - 1
		does := site.Label
		if s.Text != "" {
			does = s.Text
		}
		text := number + " " + does + times
		if what := Changes(summed(t.Steps[i : last+1])); what != "" {
			text += " / " + what
		}
		arrow(s.Process, s.Object, "->>", text)
		if s.Critical && !t.Unavoidable && s.Process >= 0 && s.Process < known {
			fmt.Fprintf(&b, "  Note over p%d: from here on it cannot be avoided\n", s.Process)
		}
	}
	if t.Fault != nil {
		arrow(t.Fault.Process, 0, "", t.Fault.Message)
	}
	for _, w := range t.Waiting {
		arrow(w.Process, w.Object, "-x", "waits for "+waitsFor(w))
	}
	return b.String()
}

// objectTitle is an object with its kind, which the name of one without a name in the
// source begins with.
func objectTitle(o *verdict.Object) string {
	if strings.HasPrefix(o.Name, o.Kind+" ") {
		return o.Name
	}
	return o.Kind + " " + o.Name
}

// summed is the last of some steps, with what they change together.
func summed(steps []verdict.Step) verdict.Step {
	s := steps[len(steps)-1]
	s.Changes = slices.Clone(s.Changes)
	for i := range s.Changes {
		c := &s.Changes[i]
		same := func(d verdict.Change) bool { return d.Object == c.Object && d.Field == c.Field && d.Name == c.Name }
		for _, earlier := range steps {
			if k := slices.IndexFunc(earlier.Changes, same); k >= 0 {
				c.From = earlier.Changes[k].From
				break
			}
		}
	}
	return s
}

// alike is how many of the steps that are shown, from the first on, follow each other and
// are the same statement of the same process.
func alike(t *verdict.Trace, shown []int) int {
	n := 1
	first := t.Steps[shown[0]]
	for n < len(shown) && shown[n] == shown[0]+n {
		s := t.Steps[shown[n]]
		if s.Process != first.Process || s.Object != first.Object || s.Critical || first.Critical ||
			siteOf(t, s).Position != siteOf(t, first).Position || siteOf(t, s).Label != siteOf(t, first).Label {
			break
		}
		n++
	}
	return n
}

// calls is how many calls the steps are that are one statement: to lock for writing takes
// two.
func calls(steps []verdict.Step) (n int) {
	for _, s := range steps {
		if s.Op != "locked" {
			n++
		}
	}
	return n
}

// mermaidText is text in a diagram: characters with a meaning there are entities.
func mermaidText(s string) string {
	s = strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#lt;", ">", "#gt;", "%", "#37;").Replace(strings.TrimSpace(clean(s)))
	if s == "" {
		return "-"
	}
	return s
}
