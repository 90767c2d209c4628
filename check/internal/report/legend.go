package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

func place(label, position string) string {
	switch {
	case label != "" && position != "":
		return fmt.Sprintf(" (%s, %s)", label, position)
	case label+position != "":
		return fmt.Sprintf(" (%s)", label+position)
	}
	return ""
}

// legend lists the statements of the trace with their positions. Without always it
// does so only if there is a position to name.
func (p *printer) legend(t *verdict.Trace, always bool) {
	type statement struct{ kind, label, text, position string }
	var order []statement
	for _, s := range t.Steps {
		st := statement{kindOf(processName(t, s.Process)), s.Label, s.Text, s.Position}
		if (st.text != "" || st.position != "") && (always || st.position != "") && !slices.Contains(order, st) {
			order = append(order, st)
		}
	}
	if len(order) == 0 {
		return
	}
	p.line("")
	p.line(p.paint(bold, "Statements"))
	for _, s := range order {
		text := s.kind + " " + s.label + ": " + s.text
		if s.position != "" {
			text += " (" + s.position + ")"
		}
		p.paragraph("", "  ", "    ", text)
	}
}

// kindOf is the name of a process without its number.
func kindOf(name string) string {
	if i := strings.LastIndexByte(name, ' '); i > 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			return name[:i]
		}
	}
	return name
}

// shortNames abbreviates "producer 1" to "p1", with as many letters as it takes
// to tell the kinds apart, and says so. The key is empty if the names stay.
func shortNames(names []string) (short []string, key string) {
	var kinds []string
	for _, n := range names {
		if k := kindOf(n); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	abbreviate := prefixes(kinds, 1)
	var keys []string
	for _, n := range names {
		k := kindOf(n)
		s := abbreviate[k] + strings.TrimPrefix(n[len(k):], " ")
		short = append(short, s)
		if s != n {
			keys = append(keys, s+" is "+n)
		}
	}
	return short, strings.Join(keys, ", ")
}

// prefixes returns for each word its shortest prefix of at least n letters that
// no other word begins with.
func prefixes(words []string, n int) map[string]string {
	out := map[string]string{}
	for _, w := range words {
		r := []rune(w)
		for l := min(n, len(r)); l <= len(r); l++ {
			p := string(r[:l])
			alone := !slices.ContainsFunc(words, func(o string) bool { return o != w && strings.HasPrefix(o, p) })
			if alone || l == len(r) {
				out[w] = p
				break
			}
		}
	}
	return out
}
