package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// maxCombinations bounds a sweep.
const maxCombinations = 10_000

// parseValues reads the values of a parameter: one, a list as in 1,2,4 or
// one,two, a range as in 1..4, or a list of both. It reports whether it was
// written as more than one value.
func parseValues(model string, p step.Param, text string) (values []int, sweep bool, err error) {
	bad := func(format string, args ...any) error {
		return usagef("-%s %s: %s", p.Name, words.Quote(text), fmt.Sprintf(format, args...))
	}
	for _, part := range strings.Split(text, ",") {
		from, to, ranged := strings.Cut(part, "..")
		first, err := parseValue(model, p, from)
		if err != nil {
			return nil, false, bad("%v", err)
		}
		last := first
		if ranged {
			sweep = true
			if p.Words != nil {
				return nil, false, bad("a range needs numbers: list the words, as in %s", strings.Join(p.Words, ","))
			}
			if last, err = parseValue(model, p, to); err != nil {
				return nil, false, bad("%v", err)
			}
			if last < first {
				return nil, false, bad("the range is empty: write %d..%d", last, first)
			}
			if last-first >= maxCombinations {
				return nil, false, bad("more than %d values", maxCombinations)
			}
		}
		for v := first; v <= last; v++ {
			if slices.Contains(values, v) {
				return nil, false, bad("%s is given twice", word(p, v))
			}
			values = append(values, v)
		}
		if len(values) > maxCombinations {
			return nil, false, bad("more than %d values", maxCombinations)
		}
	}
	return values, sweep || strings.Contains(text, ","), nil
}

// parseValue reads one value. The error does not name the parameter.
func parseValue(model string, p step.Param, text string) (int, error) {
	if p.Words != nil {
		if i := slices.Index(p.Words, text); i >= 0 {
			return i, nil
		}
		return 0, usagef("there is no %s%s: %s takes %s", words.Quote(text), didYouMean(text, p.Words), model, words.List(p.Words, "or"))
	}
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, usagef("expected a number from %d to %d, a range as in 1..4, or a list as in 1,2,4", p.Min, p.Max)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < p.Min || n > p.Max {
		return 0, usagef("out of range: %s takes %d to %d", model, p.Min, p.Max)
	}
	return n, nil
}

// word is a value as a user writes it.
func word(p step.Param, v int) string {
	if v >= 0 && v < len(p.Words) {
		return p.Words[v]
	}
	return strconv.Itoa(v)
}

// params are the arguments as a verdict carries them.
func params(e step.Entry, a step.Args) []verdict.Param {
	out := make([]verdict.Param, len(e.Params))
	for i, p := range e.Params {
		out[i] = verdict.Param{Name: p.Name, Value: word(p, a[p.Name])}
	}
	return out
}

// combinations are all arguments with one of the values of each parameter, the
// last parameter changing fastest. Parameters without values keep their
// defaults.
func combinations(e step.Entry, values map[string][]int) ([]step.Args, error) {
	total := 1
	for _, p := range e.Params {
		if n := len(values[p.Name]); n > 0 {
			if total *= n; total > maxCombinations {
				return nil, usagef("explore: the sweep has more than %d combinations: sweep over fewer values", maxCombinations)
			}
		}
	}
	out := []step.Args{e.Defaults()}
	for _, p := range e.Params {
		vs := values[p.Name]
		if len(vs) == 0 {
			continue
		}
		var next []step.Args
		for _, a := range out {
			for _, v := range vs {
				b := step.Args{}
				for k, x := range a {
					b[k] = x
				}
				b[p.Name] = v
				next = append(next, b)
			}
		}
		out = next
	}
	return out, nil
}

// entry finds a model by name.
func (t *tool) entry(command, name string) (step.Entry, error) {
	for _, e := range t.entries {
		if e.Name == name {
			return e, nil
		}
	}
	return step.Entry{}, usagef("%s: there is no model %s%s: ipccheck list names them all", command, words.Quote(name), didYouMean(name, t.modelNames()))
}

func (t *tool) modelNames() []string {
	var names []string
	for _, e := range t.entries {
		names = append(names, e.Name)
	}
	return names
}

// param finds a parameter of a model. The error says which models have it.
func (t *tool) param(command string, e step.Entry, name string) (step.Param, error) {
	var own, others []string
	for _, p := range e.Params {
		if p.Name == name {
			return p, nil
		}
		own = append(own, p.Name)
	}
	for _, o := range t.entries {
		if slices.ContainsFunc(o.Params, func(p step.Param) bool { return p.Name == name }) {
			others = append(others, o.Name)
		}
	}
	has := "it has no parameters"
	if len(own) > 0 {
		has = "it has " + words.List(own, "and")
	}
	if len(others) > 0 {
		has += "; " + name + " belongs to " + words.List(others, "and")
	}
	return step.Param{}, usagef("%s: %s has no parameter %s%s: %s", command, e.Name, words.Quote(name), didYouMean(name, own), has)
}
