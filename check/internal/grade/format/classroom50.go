package format

import (
	"math"
	"os"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
)

func init() {
	register(60, Format{Name: "classroom50", Help: "result.json of Classroom 50, with what its runner says in the environment", Extension: ".json", One: classroom50})
}

// classroom50Result is classroom50/result/v1. The runner adds when it was submitted, by
// whom, and in what kind of assignment.
type classroom50Result struct {
	Schema     string            `json:"schema"`
	Classroom  string            `json:"classroom"`
	Assignment string            `json:"assignment"`
	Type       string            `json:"assignment_type,omitempty"`
	Owner      string            `json:"owner,omitempty"`
	Submission string            `json:"submission"`
	Commit     string            `json:"commit"`
	Release    string            `json:"release"`
	Review     string            `json:"review"`
	Score      int               `json:"score"`
	Max        int               `json:"max-score"`
	Tests      []classroom50Test `json:"tests"`
}

type classroom50Test struct {
	Name    string `json:"test-name"`
	Passed  bool   `json:"passed"`
	Score   int    `json:"score"`
	Max     int    `json:"max-score"`
	Message string `json:"message"`
}

func classroom50(r *result.Result) ([]byte, error) {
	all := classroom50Result{
		Schema: "classroom50/result/v1", Classroom: os.Getenv("CLASSROOM"), Assignment: os.Getenv("ASSIGNMENT"), Type: os.Getenv("ASSIGNMENT_TYPE"),
		Owner: os.Getenv("OWNER"), Submission: os.Getenv("SUBMISSION_TAG"), Commit: os.Getenv("COMMIT_URL"), Release: os.Getenv("RELEASE_URL"), Review: os.Getenv("REVIEW_URL"),
		Tests: []classroom50Test{},
	}
	if all.Review == "" {
		all.Review = all.Commit
	}
	unit := whole(r)
	points := func(p float64) int { return int(math.Round(p * unit)) }
	for _, p := range r.Properties {
		t := classroom50Test{Name: heading(p), Passed: p.Outcome == result.Passed, Score: points(p.Points), Max: points(p.Max), Message: told(p)}
		all.Score, all.Max = all.Score+t.Score, all.Max+t.Max
		all.Tests = append(all.Tests, t)
	}
	return object(all)
}

// whole is by what points are multiplied so that all are whole numbers: one, ten or a
// hundred.
func whole(r *result.Result) float64 {
	unit := 1.0
	for _, p := range r.Properties {
		for _, n := range []float64{p.Points, p.Max} {
			for unit < 100 && math.Abs(n*unit-math.Round(n*unit)) > 1e-9 {
				unit *= 10
			}
		}
	}
	return unit
}
