package format

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/grade/result"
	"github.com/ipccheck/ipccheck/check/internal/report"
)

func init() {
	register(50, Format{Name: "classroom", Help: "what a runner of GitHub Classroom reports, as JSON", Extension: ".json", One: classroom})
	register(51, Format{Name: "classroom-env", Help: "the same for $GITHUB_ENV, a runner a property: ITEMS_RESULTS=...", Extension: ".env", One: classroomEnv})
	register(52, Format{Name: "annotations", Help: "annotations of GitHub Actions", Extension: ".txt", One: annotations})
}

// classroomResult is what a runner hands to the reporter. Its log counts tests that
// pass, and GitHub Classroom gets the sum of the scores.
type classroomResult struct {
	Version int             `json:"version"`
	Status  string          `json:"status"` // pass, fail, error
	Max     float64         `json:"max_score"`
	Tests   []classroomTest `json:"tests"`
}

type classroomTest struct {
	Name     string  `json:"name"`
	Status   string  `json:"status"`
	Score    float64 `json:"score"`
	Message  string  `json:"message"`
	TestCode string  `json:"test_code"`
	Filename string  `json:"filename"`
	Line     int     `json:"line_no"`
	Duration int     `json:"duration"`
}

func classroom(r *result.Result) ([]byte, error) { return object(classroomOf(r, r.Properties)) }

// classroomOf is the result of a runner that looks at some of the properties.
func classroomOf(r *result.Result, properties []result.Item) classroomResult {
	c := classroomResult{Version: 1, Status: "pass", Tests: []classroomTest{}}
	for _, p := range properties {
		t := classroomTest{Name: uncommanded(heading(p)), Status: classroomStatus[p.Outcome], Score: p.Points}
		if r.Status != result.Graded {
			t.Message = uncommanded(summary(r))
		} else if p.Outcome != result.Passed {
			t.Message = uncommanded(told(p))
		}
		t.Filename, t.Line = place(p)
		if t.Status == "fail" || c.Status == "pass" {
			c.Status = t.Status
		}
		c.Max += p.Max
		c.Tests = append(c.Tests, t)
	}
	return c
}

var classroomStatus = map[result.Outcome]string{result.Passed: "pass", result.Lost: "fail", result.Undecided: "error"}

// classroomEnv writes a line for each property: the variable in which the reporter looks
// for the results of the runner of that name, in base64, so that nothing of a submission
// can be taken for a line.
func classroomEnv(r *result.Result) ([]byte, error) {
	var b bytes.Buffer
	for _, p := range r.Properties {
		text, err := json.Marshal(classroomOf(r, []result.Item{p}))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s_RESULTS=%s\n", strings.ToUpper(Runner(p.Name)), base64.StdEncoding.EncodeToString(text))
	}
	return b.Bytes(), nil
}

// Runner is the name of the runner of GitHub Classroom that a property has: as a name of
// a variable may be.
func Runner(property string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, property)
}

// annotations writes an error for each property that is lost, a warning for each that is
// not decided, and an error for each line that breaks a rule or does not compile.
func annotations(r *result.Result) ([]byte, error) {
	var b bytes.Buffer
	for _, v := range r.Violations {
		b.WriteString(report.Annotation("error", v.File, v.Line, 0, r.Message, v.Text) + "\n")
	}
	for _, p := range r.Properties {
		level := "error"
		switch {
		case p.Outcome == result.Passed || len(r.Violations) > 0:
			continue
		case p.Outcome == result.Undecided:
			level = "warning"
		}
		file, line := place(p)
		b.WriteString(report.Annotation(level, file, line, 0, heading(p), told(p)) + "\n")
	}
	b.WriteString(report.Annotation("notice", "", 0, 0, "Points", number(r.Points)+"/"+number(r.Max)) + "\n")
	return b.Bytes(), nil
}
