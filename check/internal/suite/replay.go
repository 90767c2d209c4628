package suite

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/exec"
)

// Under a command each finding has a text that runs again what has shown it: the suite,
// by the name of its test and its number there, the part of it, the seed, and of the
// exhaustive part the scope and the choices. Of the concurrent part it repeats the
// operations; how they interleave is chance.

// What the parts of that text are marked with.
const (
	separator     = ","
	choicesFollow = ";"
)

// past is a run of a part of a suite.
type past struct {
	test          string
	number        int // of the suite in the test, from 1
	part          string
	seed          uint64
	capacity, nth int // of a scope
	choices       string
}

// scope reports whether it is one of that scope.
func (p *past) scope(capacity, nth int) bool { return p.capacity == capacity && p.nth == nth }

// replay is the text for a finding of the part that is running.
func (s *Suite) replay(scope string) string {
	if exec.Suites == nil {
		return ""
	}
	text := exec.RunOfSuite + strings.Join([]string{url.PathEscape(s.Test), fmt.Sprint(s.number), url.PathEscape(s.part), fmt.Sprint(s.Seed)}, separator)
	if scope != "" {
		text += separator + scope
	}
	return text
}

// parsePast reads such a text.
func parsePast(text string) (*past, error) {
	wrong := fmt.Errorf("%q is no run of a suite", text)
	rest, ok := strings.CutPrefix(text, exec.RunOfSuite)
	head, choices, explored := strings.Cut(rest, choicesFollow)
	f := strings.Split(head, separator)
	if !ok || len(f) != 4 && !(explored && len(f) == 6) {
		return nil, wrong
	}
	p := &past{choices: choices}
	var errs [6]error
	p.test, errs[0] = url.PathUnescape(f[0])
	p.number, errs[1] = strconv.Atoi(f[1])
	p.part, errs[2] = url.PathUnescape(f[2])
	p.seed, errs[3] = strconv.ParseUint(f[3], 10, 64)
	if explored {
		p.capacity, errs[4] = strconv.Atoi(f[4])
		p.nth, errs[5] = strconv.Atoi(f[5])
	}
	for _, err := range errs {
		if err != nil {
			return nil, wrong
		}
	}
	return p, nil
}

// repeats has the suite run again what the text says, which is one of it.
func (s *Suite) repeats(text string) {
	p, err := parsePast(text)
	if err != nil {
		s.Inconclusive(err.Error())
		return
	}
	s.again, s.Seed, s.verdict.Seed = p, p.seed, p.seed
}

// Repeated reports whether the suite of that test that comes next is to be run: always,
// unless another one is to be run again.
func Repeated(test string) bool {
	host := exec.Suites
	if host == nil || host.Replay == "" {
		return true
	}
	p, err := parsePast(host.Replay)
	if err != nil || p.test == test && p.number == made[test]+1 {
		return true
	}
	made[test]++
	return false
}
