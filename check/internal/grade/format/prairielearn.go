package format

import (
	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(70, Format{Name: "prairielearn", Help: "results.json of PrairieLearn", Extension: ".json", One: prairielearn})
}

// prairielearnResults is the form of /grade/results/results.json.
type prairielearnResults struct {
	Gradable bool               `json:"gradable"`
	Score    float64            `json:"score"` // 0 to 1
	Message  string             `json:"message"`
	Errors   []string           `json:"format_errors,omitempty"`
	Output   string             `json:"output"`
	Tests    []prairielearnTest `json:"tests"`
}

type prairielearnTest struct {
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Points      float64 `json:"points"`
	Max         float64 `json:"max_points"`
	Message     string  `json:"message"`
	Output      string  `json:"output"`
}

// maxPrairieLearn is how long the file may be, in bytes: a megabyte.
const maxPrairieLearn = 1_000_000

// prairielearn writes results; those of what could not be graded are not gradable, so
// that they cost no attempt.
func prairielearn(r *result.Result) ([]byte, error) {
	all := prairielearnResults{Gradable: !ungraded(r), Message: safe(r.Message), Tests: []prairielearnTest{}}
	if !all.Gradable {
		for _, v := range r.Violations {
			all.Errors = append(all.Errors, safe(Place(v)))
		}
		if len(all.Errors) == 0 {
			all.Errors = []string{all.Message}
		}
		return object(all)
	}
	all.Score = fraction(r)
	all.Output = summary(r)
	for _, p := range r.Properties {
		t := prairielearnTest{Name: safe(p.Name), Description: safe(p.What), Points: p.Points, Max: p.Max, Output: told(p)}
		if p.Outcome != result.Passed && len(p.Faults) > 0 {
			t.Message = safe(p.Faults[0].Title + " (" + string(p.Faults[0].Code) + ")")
		}
		all.Tests = append(all.Tests, t)
	}
	text, err := object(all)
	for i := len(all.Tests) - 1; i >= 0 && len(text) > maxPrairieLearn && err == nil; i-- {
		all.Tests[i].Output = "It is left out: the report would be too long."
		text, err = object(all)
	}
	return text, err
}

// fraction is the part of the points that there are, from 0 to 1.
func fraction(r *result.Result) float64 {
	if r.Max == 0 {
		return 0
	}
	return r.Points / r.Max
}
