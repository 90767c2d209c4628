package printed

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Judge judges what the executions of a run print.
type Judge struct {
	patterns []pattern
	rules    []rule
}

// pattern is a kind of lines.
type pattern struct {
	name   string
	fields []string
	line   *regexp.Regexp
}

// rule is a [Rule] with its numbers worked out.
type rule struct {
	*Rule
	number   int
	name     string // of the verb
	lines    []string
	of       map[string][2]int
	where    map[string]int
	limit    int
	expected []string // combinations, of each
}

// Fault is what is wrong with the lines of an execution.
type Fault struct {
	Rule    int
	Code    verdict.Code
	Message string
	// Missing: a line is not there. It may yet come, as far as the execution has got.
	Missing bool
}

// Told is what an execution has printed.
type Told struct {
	Faults  []Fault
	Known   bool // there is a line of a pattern
	Reached []bool
	// endOfFile: a read of a pipe has met its end.
	endOfFile bool
}

var (
	field  = regexp.MustCompile(`\{([a-z][a-z_]*)\}`)
	blanks = regexp.MustCompile(`\s+`)
	span   = regexp.MustCompile(`^(.+?)\.\.(.+)$`)
)

// mostCombinations bounds the lines of each.
const mostCombinations = 50_000

// New makes the judge of a run with arguments. The error says what is wrong with the
// rules.
func New(lines Lines, rules []Rule, args []string) (*Judge, error) {
	j := new(Judge)
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		p, err := compile(name, lines[name])
		if err != nil {
			return nil, err
		}
		j.patterns = append(j.patterns, p)
	}
	for i := range rules {
		r, err := j.rule(i, &rules[i], args)
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
		j.rules = append(j.rules, r)
	}
	return j, nil
}

func compile(name, text string) (p pattern, err error) {
	p.name = name
	if strings.TrimSpace(text) == "" {
		return p, fmt.Errorf("the line %q has no pattern", name)
	}
	expression, at := "", 0
	for _, m := range field.FindAllStringSubmatchIndex(text, -1) {
		expression += regexp.QuoteMeta(text[at:m[0]]) + `(-?\d{1,9})`
		f := text[m[2]:m[3]]
		if slices.Contains(p.fields, f) {
			return p, fmt.Errorf("the line %q has two fields %s", name, f)
		}
		p.fields = append(p.fields, f)
		at = m[1]
	}
	expression += regexp.QuoteMeta(text[at:])
	p.line = regexp.MustCompile(`^\s*` + blanks.ReplaceAllString(expression, `\s+`) + `\s*$`)
	return p, nil
}

// rule works out a rule.
func (j *Judge) rule(i int, from *Rule, args []string) (rule, error) {
	r := rule{Rule: from, number: i, of: map[string][2]int{}, where: map[string]int{}}
	if r.name, r.lines = from.verb(); r.name == "" {
		return r, fmt.Errorf("it has not exactly one of each, once, ascending, in_order, inside, reaches and take_turns")
	}
	two := r.name == "in_order" || r.name == "inside" || r.name == "reaches"
	if two != (len(r.lines) == 2) {
		return r, fmt.Errorf("%s is about %d kinds of lines", r.name, len(r.lines))
	}
	var needs []string
	switch r.name {
	case "each":
		for f := range from.Of {
			needs = append(needs, f)
		}
	case "once":
		for f := range from.Where {
			needs = append(needs, f)
		}
	case "ascending", "in_order":
		needs = from.By
		if len(needs) == 0 {
			return r, fmt.Errorf("by is missing: it says which fields count")
		}
	case "inside":
		if p := j.pattern(r.lines[0]); from.Says != "" && (p == nil || !slices.Contains(p.fields, from.Says)) {
			return r, fmt.Errorf("the line %q has no field %s", r.lines[0], from.Says)
		}
	}
	if from.Per != "" {
		needs = append(slices.Clone(needs), from.Per)
	} else if r.name == "take_turns" {
		return r, fmt.Errorf("per is missing: it says by which field lines take turns")
	}
	for _, name := range r.lines {
		p := j.pattern(name)
		if p == nil {
			return r, fmt.Errorf("there is no line %q", name)
		}
		for _, f := range needs {
			if !slices.Contains(p.fields, f) {
				return r, fmt.Errorf("the line %q has no field %s", name, f)
			}
		}
	}
	if from.EndOfFile && r.name != "once" {
		return r, fmt.Errorf("end_of_file is of a rule with once")
	}
	if from.After != "" && j.pattern(from.After) == nil {
		return r, fmt.Errorf("there is no line %q", from.After)
	}
	return r, r.numbers(args)
}

// numbers works out the formulas of a rule.
func (r *rule) numbers(args []string) (err error) {
	for f, text := range r.Of {
		low, high := text, text
		if m := span.FindStringSubmatch(text); m != nil {
			low, high = m[1], m[2]
		}
		var bounds [2]int
		for k, t := range []string{low, high} {
			if bounds[k], err = Number(t, args); err != nil {
				return fmt.Errorf("of %s: %w", f, err)
			}
		}
		r.of[f] = bounds
	}
	for f, text := range r.Where {
		if r.where[f], err = Number(text, args); err != nil {
			return fmt.Errorf("where %s: %w", f, err)
		}
	}
	if r.name == "inside" || r.name == "reaches" {
		if r.limit, err = Number(r.Most, args); err != nil {
			return fmt.Errorf("most: %w", err)
		}
	}
	return r.combine()
}

// fieldsOf are the fields whose values each combines, in a fixed order.
func (r *rule) fieldsOf() []string {
	return slices.Sorted(maps.Keys(r.of))
}

// combine lists the combinations of each.
func (r *rule) combine() error {
	if r.name != "each" {
		return nil
	}
	all := [][]int{nil}
	for _, f := range r.fieldsOf() {
		var longer [][]int
		for _, c := range all {
			for v := r.of[f][0]; v <= r.of[f][1]; v++ {
				if longer = append(longer, append(slices.Clone(c), v)); len(longer) > mostCombinations {
					return fmt.Errorf("each has more than %d lines", mostCombinations)
				}
			}
		}
		all = longer
	}
	for _, c := range all {
		r.expected = append(r.expected, key(c))
	}
	return nil
}

func key(values []int) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strconv.Itoa(v))
	}
	return b.String()
}

func (j *Judge) pattern(name string) *pattern {
	for i := range j.patterns {
		if j.patterns[i].name == name {
			return &j.patterns[i]
		}
	}
	return nil
}

// line is one that was printed.
type line struct {
	text   string
	of     string // the name of its pattern
	fields map[string]int
}

// Look judges what an execution has printed. EndOfFile: a read of a pipe has met its end.
func (j *Judge) Look(output string, endOfFile bool) *Told {
	var lines []line
	for text := range strings.Lines(output) {
		for i := range j.patterns {
			p := &j.patterns[i]
			m := p.line.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			l := line{strings.TrimSpace(text), p.name, map[string]int{}}
			for k, f := range p.fields {
				l.fields[f], _ = strconv.Atoi(m[k+1])
			}
			lines = append(lines, l)
			break
		}
	}
	t := &Told{Known: len(lines) > 0, Reached: make([]bool, len(j.rules)), endOfFile: endOfFile}
	for i := range j.rules {
		r := &j.rules[i]
		c := check{rule: r, lines: lines, told: t}
		switch r.name {
		case "each":
			c.each()
		case "once":
			c.once()
		case "ascending":
			c.ascending()
		case "in_order":
			c.inOrder()
		case "inside":
			c.inside()
		case "reaches":
			t.Reached[i] = c.most() >= r.limit
		case "take_turns":
			t.Reached[i] = c.turns()
		}
	}
	return t
}

// Searched are the rules that some execution must meet, by number.
func (j *Judge) Searched() (list []int) {
	for i := range j.rules {
		if j.rules[i].name == "reaches" || j.rules[i].name == "take_turns" {
			list = append(list, i)
		}
	}
	return list
}

// Unmet is what is wrong if no execution meets such a rule.
func (j *Judge) Unmet(number int) Fault {
	r := &j.rules[number]
	f := Fault{Rule: number, Code: r.Codes()[0], Message: fmt.Sprintf("there are never %d inside, between %s and %s", r.limit, r.lines[0], r.lines[len(r.lines)-1])}
	if r.name == "take_turns" {
		f.Message = fmt.Sprintf("the lines %s of one %s come all together: those of another one are never between them", r.lines[0], r.Per)
	}
	return f
}
