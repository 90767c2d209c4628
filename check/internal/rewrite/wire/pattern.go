package wire

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Pattern selects tests and subtests as go test -run does: alternatives, each of which has
// a regular expression for each level of a name. nil selects all.
type Pattern [][]string

// ParsePattern reads a pattern: levels stand between slashes, alternatives between bars,
// unless these are in brackets or parentheses. The error names the expression.
func ParsePattern(text string) (Pattern, error) {
	p := Pattern{nil}
	end := func(element string) error {
		element = spelled(element)
		if _, err := regexp.Compile(element); err != nil {
			return fmt.Errorf("%s: %w", strconv.Quote(element), err)
		}
		last := &p[len(p)-1]
		*last = append(*last, element)
		return nil
	}
	from, class, group := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '[':
			class++
		case c == ']':
			class = max(class-1, 0)
		case class > 0:
		case c == '(':
			group++
		case c == ')':
			group--
		case group == 0 && (c == '/' || c == '|'):
			if err := end(text[from:i]); err != nil {
				return nil, err
			}
			if from = i + 1; c == '|' {
				p = append(p, nil)
			}
		}
	}
	return p, end(text[from:])
}

// spelled is an expression with spaces and what cannot be printed written as package
// testing writes them in the names of subtests.
func spelled(element string) string {
	var b strings.Builder
	for _, r := range element {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte('_')
		case !strconv.IsPrint(r):
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Matches reports whether a test or subtest is selected, or may have subtests that are.
func (p Pattern) Matches(name string) bool {
	levels := strings.Split(name, "/")
	return p == nil || slices.ContainsFunc(p, func(alternative []string) bool {
		for i, element := range alternative[:min(len(alternative), len(levels))] {
			if ok, err := regexp.MatchString(element, levels[i]); err == nil && !ok {
				return false
			}
		}
		return true
	})
}

// Below is the text of what a pattern says of the subtests of a test; "" if it selects all
// of them.
func (p Pattern) Below(test string) string {
	var alternatives []string
	for _, a := range p {
		if !(Pattern{a[:1]}).Matches(test) {
			continue
		}
		if len(a) == 1 {
			return ""
		}
		alternatives = append(alternatives, strings.Join(a[1:], "/"))
	}
	return strings.Join(alternatives, "|")
}

// Within is the pattern of a test and of what [Pattern.Below] has said of its subtests.
func Within(test, below string) (Pattern, error) {
	top := "^" + regexp.QuoteMeta(test) + "$"
	if below == "" {
		return Pattern{{top}}, nil
	}
	p, err := ParsePattern(below)
	for i := range p {
		p[i] = slices.Insert(p[i], 0, top)
	}
	return p, err
}
