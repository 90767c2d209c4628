package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(Format{Name: "perfetto", Help: "write the runs for ui.perfetto.dev and chrome://tracing as well", File: perfetto})
}

// traceEvent is an event of the trace event format. Times are in microseconds.
type traceEvent struct {
	Phase   string         `json:"ph"`
	Process int            `json:"pid"`
	Thread  int            `json:"tid"`
	Name    string         `json:"name"`
	Time    int64          `json:"ts"`
	Length  int64          `json:"dur,omitempty"`
	ID      int            `json:"id,omitempty"` // of an arrow
	Binds   string         `json:"bp,omitempty"` // where an arrow ends
	Args    map[string]any `json:"args,omitempty"`
}

// stepLength is how long a step is drawn. The real time says nothing.
const stepLength = 1000

// perfetto writes the runs in the trace event format: a process for each run, with a
// thread for each process of the run. Operations of a history have their times.
func perfetto(w io.Writer, r Run) error {
	events := []traceEvent{}
	n := 0
	for _, result := range r.Results {
		for _, f := range result.Verdict.Findings {
			if f.Trace != nil {
				n++
				name := title(f.Code) + ": " + strings.TrimSpace(result.Verdict.Subject+" "+params(result.Verdict.Params))
				events = append(events, traceEvents(n, clean(name), f.Trace)...)
			}
		}
		if result.Trace != nil {
			n++
			events = append(events, traceEvents(n, clean(result.Verdict.Subject), result.Trace)...)
		}
	}
	return json.NewEncoder(w).Encode(map[string]any{"displayTimeUnit": "ms", "traceEvents": events})
}

// traceEvents are the events of a run, which is a process of that number.
func traceEvents(number int, name string, t *verdict.Trace) []traceEvent {
	named := func(what string, thread int, name string) traceEvent {
		return traceEvent{Phase: "M", Process: number, Thread: thread, Name: what, Args: map[string]any{"name": name}}
	}
	events := []traceEvent{named("process_name", 0, name)}
	for i := range max(len(t.Processes), len(t.Actors)) {
		events = append(events, named("thread_name", i+1, actorName(t, i)))
	}
	if len(t.Operations) > 0 {
		return append(events, operationEvents(number, t.Operations)...)
	}
	for i, s := range t.Steps {
		site := siteOf(t, s)
		args := map[string]any{"step": i + 1}
		for key, value := range map[string]string{"position": site.Position, "function": site.Func, "object": objectName(t, s.Object), "changes": Changes(s)} {
			if value != "" {
				args[key] = clean(value)
			}
		}
		what := site.Label
		if s.Text != "" {
			what = s.Text
		}
		events = append(events, traceEvent{Phase: "X", Process: number, Thread: s.Process + 1, Name: clean(what), Time: int64(i) * stepLength, Length: stepLength, Args: args})
		if s.Critical && !t.Unavoidable {
			events = append(events, traceEvent{Phase: "i", Process: number, Thread: s.Process + 1, Name: "from here on it cannot be avoided", Time: int64(i+1) * stepLength})
		}
		for _, c := range s.After {
			if c.Step < 1 || c.Step > len(t.Steps) {
				continue
			}
			from := t.Steps[c.Step-1]
			id := number<<20 + len(events)
			events = append(events,
				traceEvent{Phase: "s", Process: number, Thread: from.Process + 1, Name: c.Kind, Time: int64(c.Step)*stepLength - stepLength/2, ID: id},
				traceEvent{Phase: "f", Process: number, Thread: s.Process + 1, Name: c.Kind, Time: int64(i)*stepLength + stepLength/2, ID: id, Binds: "e"})
		}
	}
	for _, wait := range t.Waiting {
		from := int64(len(t.Steps)) * stepLength
		events = append(events, traceEvent{Phase: "X", Process: number, Thread: wait.Process + 1, Name: clean("waits for " + waitsFor(wait)), Time: from, Length: 2 * stepLength})
	}
	return events
}

// operationEvents are operations with their times, those that have not returned to the
// end.
func operationEvents(number int, operations []verdict.Operation) (events []traceEvent) {
	var last int64
	for _, o := range operations {
		last = max(last, o.From)
		if o.To != nil {
			last = max(last, *o.To)
		}
	}
	for _, o := range operations {
		to, name := last+1, clean(o.Label)
		if o.To != nil {
			to = *o.To
		} else {
			name += " (pending)"
		}
		args := map[string]any{"operation": fmt.Sprint(o.ID)}
		if o.Witness {
			args["witness"] = true
		}
		events = append(events, traceEvent{Phase: "X", Process: number, Thread: o.Process + 1, Name: name, Time: o.From, Length: max(to-o.From, 1), Args: args})
	}
	return events
}
