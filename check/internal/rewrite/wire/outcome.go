package wire

import (
	"fmt"
	"slices"
	"strings"
)

// Outcome is how an execution ended, in a form that does not depend on how it came
// to that: what it noted with T.Attr, by key and in the order in which each key was
// noted; and how it ended.
type Outcome struct {
	Notes  map[string][]string
	End    string // finished: every goroutine has ended; stuck; or "panic: " and what the program dies of
	Failed bool

	// Of a program: what it has written to standard output and standard error, in one
	// text.
	Output string
}

// String is the canonical form. What the other goroutines have noted by the time of
// a panic is left out: it is chance how far they get before the program is dead.
func (o Outcome) String() string {
	end := o.End
	if o.Failed {
		end += ", failed"
	}
	if strings.HasPrefix(o.End, "panic: ") {
		o.Notes = nil
	}
	var keys []string
	for k := range o.Notes {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(k + ": " + strings.Join(o.Notes[k], ", ") + " | ")
	}
	if o.Output != "" {
		b.WriteString(fmt.Sprintf("output %q | ", o.Output))
	}
	return b.String() + end
}
