package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Table writes the verdicts of one subject with different parameters as a
// table: a column for each parameter that differs, then the answer, the codes
// with the lengths of their traces, and the counts. Below it stands why some are
// inconclusive, and the command that runs the shortest counterexample again.
func Table(w io.Writer, vs []*verdict.Verdict, o Options) error {
	p := newPrinter(w, o)
	if len(vs) == 0 {
		return nil
	}
	vary, same := split(vs)
	p.paragraph(bold, vs[0].Subject, "  ", params(same))
	p.line("")
	names := vary
	g := sweep(vs, vary, names)
	widths, ok := g.fit(p.width)
	if !ok {
		short := prefixes(vary, 3)
		names = nil
		var key []string
		for _, n := range vary {
			names = append(names, short[n])
			key = append(key, short[n]+" is "+n)
		}
		g = sweep(vs, vary, names)
		if widths, ok = g.fit(p.width); ok {
			p.paragraph(bold, "Columns:", "  ", strings.Join(key, ", "))
			p.line("")
		}
	}
	if ok {
		g.printRuled(p, widths)
	} else {
		p.sweepList(vs, vary)
	}
	p.line("")
	p.totals(vs)
	return p.err
}

// split tells parameters that differ from those that are the same in all.
func split(vs []*verdict.Verdict) (vary []string, same []verdict.Param) {
	for i, q := range vs[0].Params {
		if slices.ContainsFunc(vs, func(v *verdict.Verdict) bool { return i >= len(v.Params) || v.Params[i] != q }) {
			vary = append(vary, q.Name)
		} else {
			same = append(same, q)
		}
	}
	return vary, same
}

func value(v *verdict.Verdict, name string) string {
	for _, q := range v.Params {
		if q.Name == name {
			return q.Value
		}
	}
	return ""
}

// results are the columns that every sweep has.
var results = []string{"verdict", "codes", "states", "transitions", "depth", "shortest"}

func sweepRow(v *verdict.Verdict) []string {
	var codes, lengths []string
	for _, f := range v.Findings {
		codes = append(codes, string(f.Code))
		if f.Trace != nil {
			lengths = append(lengths, strconv.Itoa(len(f.Trace.Steps)))
		}
	}
	return []string{
		string(v.Answer), strings.Join(codes, " "),
		group(v.Counts.Distinct), group(v.Counts.Transitions), strconv.Itoa(v.Counts.Depth),
		strings.Join(lengths, " "),
	}
}

func sweep(vs []*verdict.Verdict, vary, names []string) *grid {
	g := &grid{head: append(slices.Clone(names), results...)}
	g.right = make([]bool, len(g.head))
	for i := range g.right {
		g.right[i] = i != len(names) && i != len(names)+1
	}
	for _, v := range vs {
		var r []string
		for _, n := range vary {
			r = append(r, value(v, n))
		}
		g.rows = append(g.rows, append(r, sweepRow(v)...))
	}
	return g
}

// sweepList is the form for tables that are too wide.
func (p *printer) sweepList(vs []*verdict.Verdict, vary []string) {
	for _, v := range vs {
		var parts []string
		for _, n := range vary {
			parts = append(parts, n+"="+value(v, n))
		}
		text := strings.Join(parts, " ")
		for i, c := range sweepRow(v) {
			switch {
			case i == 0:
				text += ": " + c
			case c != "":
				text += "; " + results[i] + " " + c
			}
		}
		p.paragraph("", "-", "  ", text)
	}
}

// totals says how many had which answer, and what to look at.
func (p *printer) totals(vs []*verdict.Verdict) {
	n := map[verdict.Answer]int{}
	var reasons []string
	because := map[string]int{}
	var shortest *verdict.Trace
	for _, v := range vs {
		n[v.Answer]++
		if v.Answer == verdict.Inconclusive {
			if because[v.Reason] == 0 {
				reasons = append(reasons, v.Reason)
			}
			because[v.Reason]++
		}
		for _, f := range v.Findings {
			if t := f.Trace; t != nil && t.Replay != "" && (shortest == nil || len(t.Steps) < len(shortest.Steps)) {
				shortest = t
			}
		}
	}
	text := fmt.Sprintf("%d pass, %d fail, %d inconclusive", n[verdict.Pass], n[verdict.Fail], n[verdict.Inconclusive])
	p.paragraph(bold, plural(len(vs), "combination")+":", "  ", text)
	for _, r := range reasons {
		p.paragraph("", "Inconclusive:", "  ", fmt.Sprintf("%s (%s)", r, plural(because[r], "combination")))
	}
	if shortest != nil {
		p.line(fmt.Sprintf("The shortest counterexample, %s:", plural(len(shortest.Steps), "step")))
		p.line(ReplayCommand(shortest))
	}
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
