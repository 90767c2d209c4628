package wire

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/spelling"
)

// Pattern matches names of tests and subtests as go test does: alternatives, each of which
// has a regular expression for each level of a name.
type Pattern [][]string

// ParsePattern reads a pattern: levels stand between slashes, alternatives between bars,
// unless these are in brackets or parentheses. The error names the expression.
func ParsePattern(text string) (Pattern, error) {
	p := Pattern{nil}
	end := func(element string) error {
		element = spelling.Subtest(element)
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

// Selection says which tests and subtests are asked for.
type Selection struct {
	Run  Pattern // as go test -run has it
	Skip Pattern // as go test -skip has it; nil skips none
}

// Matches reports whether a test or subtest is selected, or may have subtests that are.
func (s Selection) Matches(name string) bool {
	return (s.Run == nil || s.Run.first(name) != nil) && !s.Skip.covers(name)
}

// first is the first alternative whose levels match those of a name, as far as both go.
func (p Pattern) first(name string) []string {
	levels := strings.Split(name, "/")
	i := slices.IndexFunc(p, func(alternative []string) bool {
		for i, element := range alternative[:min(len(alternative), len(levels))] {
			if ok, err := regexp.MatchString(element, levels[i]); err == nil && !ok {
				return false
			}
		}
		return true
	})
	if i < 0 {
		return nil
	}
	return p[i]
}

// covers reports whether the first alternative that matches a name goes no further.
func (p Pattern) covers(name string) bool {
	alternative := p.first(name)
	return alternative != nil && len(alternative) <= strings.Count(name, "/")+1
}

// Below is the text of what a selection says of the subtests of a test that it selects;
// "" if it selects all of them. The pattern of those to be skipped stands behind a space,
// which a pattern does not have.
func (s Selection) Below(test string) string {
	run, skip := s.Run.below(test), s.Skip.below(test)
	if slices.Contains(run, "") {
		run = nil
	}
	text := strings.Join(run, "|")
	if len(skip) > 0 {
		text += " " + strings.Join(skip, "|")
	}
	return text
}

// below are what the alternatives that match a test say of its subtests.
func (p Pattern) below(test string) (alternatives []string) {
	for _, a := range p {
		if (Pattern{a[:1]}).first(test) != nil {
			alternatives = append(alternatives, strings.Join(a[1:], "/"))
		}
	}
	return alternatives
}

// Within is the selection of a test and of what [Selection.Below] has said of its subtests.
func Within(test, below string) (s Selection, err error) {
	top := "^" + regexp.QuoteMeta(test) + "$"
	s.Run = Pattern{{top}}
	run, skip, skips := strings.Cut(below, " ")
	if run != "" {
		if s.Run, err = within(top, run); err != nil {
			return s, err
		}
	}
	if skips {
		s.Skip, err = within(top, skip)
	}
	return s, err
}

func within(top, below string) (Pattern, error) {
	p, err := ParsePattern(below)
	for i := range p {
		p[i] = slices.Insert(p[i], 0, top)
	}
	return p, err
}
