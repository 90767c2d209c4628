package format

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(80, Format{Name: "check50", Help: "what check50 -o json writes", Extension: ".json", One: check50})
}

type check50Results struct {
	Slug    string         `json:"slug"`
	Results []check50Check `json:"results"`
	Version string         `json:"version"`
}

// check50Check passed, did not, or (null) could not be looked at. A string of Log is a line.
type check50Check struct {
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Passed      *bool         `json:"passed"`
	Log         []string      `json:"log"`
	Cause       *check50Cause `json:"cause"`
	Data        check50Data   `json:"data"`
	Dependency  *string       `json:"dependency"`
}

type check50Cause struct {
	Rationale string `json:"rationale"`
	Help      string `json:"help,omitempty"`
}

type check50Data struct {
	Points float64 `json:"points"`
	Max    float64 `json:"max_points"`
}

// check50Version is the version of check50 whose form this is.
const check50Version = "3.3.0"

func check50(r *result.Result) ([]byte, error) {
	all := check50Results{Slug: r.Assignment, Results: []check50Check{}, Version: check50Version}
	for _, p := range r.Properties {
		c := check50Check{
			Name: p.Name, Description: fmt.Sprintf("%s (%s points)", safe(p.What), number(p.Max)), Log: []string{}, Data: check50Data{Points: p.Points, Max: p.Max},
		}
		passed := p.Outcome == result.Passed
		if p.Outcome != result.Undecided {
			c.Passed = &passed
		}
		switch {
		case passed:
			c.Log = strings.Split(told(p), "\n")
		case len(p.Faults) == 0, p.Hidden:
			c.Cause = &check50Cause{Rationale: untagged(told(p))}
		default:
			f := p.Faults[0]
			c.Log = strings.Split(told(p), "\n")
			c.Cause = &check50Cause{Rationale: untagged(safe(fmt.Sprintf("%s (%s): %s", f.Title, f.Code, f.Message))), Help: untagged(safe(f.Hint))}
		}
		all.Results = append(all.Results, c)
	}
	return object(all)
}

// tag is where HTML begins one.
var tag = regexp.MustCompile(`<([A-Za-z/!?])`)

// untagged makes a text one without tags of HTML: the pages of check50 show what is said of
// a cause as it is, and the terminal does so too.
func untagged(text string) string { return tag.ReplaceAllString(text, "< $1") }
