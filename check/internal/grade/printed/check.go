package printed

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// check holds a rule against what one execution has printed.
type check struct {
	*rule
	lines []line
	told  *Told
}

// bad notes a fault, the first of its code. Where items are wrong, their order follows from
// that. But where each of several has an order of its own, one that begins again is out of it.
func (c *check) bad(code verdict.Code, missing bool, format string, args ...any) {
	if code == verdict.ReorderedItem && slices.ContainsFunc(c.told.Faults, func(f Fault) bool {
		return f.Code == verdict.InventedItem || f.Code == verdict.DuplicatedItem && c.Per == ""
	}) {
		return
	}
	if c.Code != "" {
		code = c.Code
	}
	if !slices.ContainsFunc(c.told.Faults, func(f Fault) bool { return f.Rule == c.number && f.Code == code && f.Missing == missing }) {
		c.told.Faults = append(c.told.Faults, Fault{c.number, code, fmt.Sprintf(format, args...), missing})
	}
}

// values are those of fields of a line.
func (l *line) values(fields []string) []int {
	var list []int
	for _, f := range fields {
		list = append(list, l.fields[f])
	}
	return list
}

func (c *check) each() {
	fields := c.fieldsOf()
	left := map[string]bool{}
	for _, e := range c.expected {
		left[e] = true
	}
	for i := range c.lines {
		l := &c.lines[i]
		if l.of != c.lines0() {
			continue
		}
		switch fresh, there := left[key(l.values(fields))]; {
		case !there:
			c.bad(verdict.InventedItem, false, "%q is printed: there is no such one", l.text)
		case !fresh:
			c.bad(verdict.DuplicatedItem, false, "%q is printed twice", l.text)
		default:
			left[key(l.values(fields))] = false
		}
	}
	for _, e := range c.expected {
		if left[e] {
			c.bad(verdict.LostItem, true, "%s with %s is not printed", c.lines0(), assigned(fields, e))
			return
		}
	}
}

// assigned are the fields of a line with their values.
func assigned(fields []string, values string) string {
	var list []string
	for i, v := range strings.Split(values, ".") {
		if i < len(fields) {
			list = append(list, fields[i]+" "+v)
		}
	}
	return strings.Join(list, " and ")
}

func (c *check) lines0() string { return c.rule.lines[0] }

func (c *check) once() {
	seen, late := 0, ""
	for i := range c.lines {
		l := &c.lines[i]
		switch {
		case l.of == c.After && seen > 0:
			late = l.text
		case l.of != c.lines0():
			continue
		case seen > 0:
			c.bad(verdict.BrokenBoundary, false, "%q is printed though there was such a line before", l.text)
		}
		if l.of != c.lines0() {
			continue
		}
		seen++
		for _, f := range slices.Sorted(maps.Keys(c.where)) {
			if want := c.where[f]; l.fields[f] != want {
				c.bad(verdict.BrokenBoundary, false, "%q is printed: %s has to be %d", l.text, f, want)
			}
		}
	}
	if c.EndOfFile && seen > 0 && !c.told.endOfFile {
		c.bad(verdict.BrokenBoundary, false, "the line %s is printed, and no read has met the end of file", c.lines0())
	}
	if late != "" {
		c.bad(verdict.BrokenBoundary, false, "%q is printed after the line %s", late, c.lines0())
	}
	if seen == 0 {
		c.bad(verdict.BrokenBoundary, true, "the line %s is not printed", c.lines0())
	}
}

func (c *check) ascending() {
	last := map[int]*line{}
	for i := range c.lines {
		l := &c.lines[i]
		if l.of != c.lines0() {
			continue
		}
		group := 0
		if c.Per != "" {
			group = l.fields[c.Per]
		}
		if before := last[group]; before != nil && slices.Compare(l.values(c.By), before.values(c.By)) < 0 {
			c.bad(verdict.ReorderedItem, false, "%q is printed after %q", l.text, before.text)
		}
		last[group] = l
	}
}

func (c *check) inOrder() {
	first := map[string]int{} // where the line of the first pattern is
	var order []string
	for i := range c.lines {
		if l := &c.lines[i]; l.of == c.lines0() {
			if k := key(l.values(c.By)); first[k] == 0 {
				first[k] = i + 1
				order = append(order, k)
			}
		}
	}
	at, before, seen := 0, "", map[string]bool{}
	for i := range c.lines {
		l := &c.lines[i]
		if l.of != c.rule.lines[1] {
			continue
		}
		k := key(l.values(c.By))
		if first[k] > i {
			c.bad(verdict.InventedItem, false, "%q is printed before %q", l.text, c.lines[first[k]-1].text)
		}
		if first[k] == 0 || seen[k] {
			continue
		}
		seen[k] = true
		if place := slices.Index(order, k); place < at {
			c.bad(verdict.ReorderedItem, false, "%q is printed after %q, and was first in", l.text, before)
		} else {
			at, before = place, l.text
		}
	}
}

func (c *check) inside() {
	n := 0
	for i := range c.lines {
		l := &c.lines[i]
		switch l.of {
		case c.lines0():
			n++
		case c.rule.lines[1]:
			n--
		default:
			continue
		}
		if n > c.limit {
			c.bad(verdict.Overflow, false, "with %q there are %d inside: at most %d may be", l.text, n, c.limit)
			return
		}
		if said, says := l.fields[c.Says]; says && said != n {
			if c.Code == "" {
				c.bad(verdict.InventedItem, false, "%q is printed when there are %d inside", l.text, n)
			}
			return
		}
	}
}

// most is how many were inside at most.
func (c *check) most() (most int) {
	n := 0
	for i := range c.lines {
		switch c.lines[i].of {
		case c.lines0():
			n++
		case c.rule.lines[1]:
			n--
		}
		most = max(most, n)
	}
	return most
}

// turns reports whether between two lines with the same value there is another one.
func (c *check) turns() bool {
	var values []int
	for i := range c.lines {
		if l := &c.lines[i]; l.of == c.lines0() {
			values = append(values, l.fields[c.Per])
		}
	}
	for i, v := range values {
		for k := i + 2; k < len(values); k++ {
			if values[k] == v && slices.ContainsFunc(values[i+1:k], func(w int) bool { return w != v }) {
				return true
			}
		}
	}
	return false
}
