package format

import (
	"strconv"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/verdict"
)

func init() {
	register(40, Format{Name: "gradescope", Help: "results.json of Gradescope", Extension: ".json", One: gradescope})
}

// gradescopeResults is the form of results/results.json. It has no score of its own:
// that is the sum of the tests'.
type gradescopeResults struct {
	Output           string           `json:"output"`
	OutputFormat     string           `json:"output_format"`
	TestOutputFormat string           `json:"test_output_format"`
	TestNameFormat   string           `json:"test_name_format"`
	Visibility       string           `json:"visibility"`
	StdoutVisibility string           `json:"stdout_visibility"`
	ExtraData        gradescopeData   `json:"extra_data"`
	Tests            []gradescopeTest `json:"tests"`
}

type gradescopeData struct {
	Version    string           `json:"ipccheck"`
	Assignment string           `json:"assignment"`
	Digest     string           `json:"digest"`
	Seed       uint64           `json:"seed"`
	Status     result.Status    `json:"status"`
	Lost       []gradescopeLost `json:"lost,omitempty"`
}

type gradescopeLost struct {
	Property string         `json:"property"`
	Codes    []verdict.Code `json:"codes,omitempty"`
}

// gradescopeTest is always visible: one that is hidden hides the total from students.
type gradescopeTest struct {
	Name         string   `json:"name"`
	Number       string   `json:"number"`
	Score        float64  `json:"score"`
	MaxScore     float64  `json:"max_score"`
	Status       string   `json:"status"`
	Output       string   `json:"output"`
	OutputFormat string   `json:"output_format"`
	Visibility   string   `json:"visibility"`
	Tags         []string `json:"tags"`
}

// gradescope writes text only: Gradescope changes the HTML that it gets, and students
// need the columns of runs.
func gradescope(r *result.Result) ([]byte, error) {
	all := gradescopeResults{
		Output: summary(r), OutputFormat: "text", TestOutputFormat: "text", TestNameFormat: "text", Visibility: "visible", StdoutVisibility: "hidden",
		ExtraData: gradescopeData{Version: r.Version, Assignment: r.Assignment, Digest: r.Digest, Seed: r.Seed, Status: r.Status},
		Tests:     []gradescopeTest{},
	}
	for i, p := range r.Properties {
		status := "passed"
		if p.Outcome != result.Passed {
			status = "failed"
			all.ExtraData.Lost = append(all.ExtraData.Lost, gradescopeLost{Property: p.Name, Codes: p.Codes})
		}
		all.Tests = append(all.Tests, gradescopeTest{
			Name: heading(p), Number: strconv.Itoa(i + 1), Score: p.Points, MaxScore: p.Max, Status: status,
			Output: told(p), OutputFormat: "text", Visibility: "visible", Tags: []string{p.Name},
		})
	}
	return object(all)
}
