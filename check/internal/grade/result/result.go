// Package result says what became of one submission: the points of each property, and
// the faults that cost them. Every output of the grader is made from it.
package result

import (
	"bytes"
	"encoding/json"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// Format is the version of the JSON form of a [Result].
const Format = "ipccheck-grade/1"

// Status is what became of a submission.
type Status string

// What may become of a submission.
const (
	Graded  Status = "graded"
	Refused Status = "refused" // it breaks a rule, or does not have what is to be handed in
	Unbuilt Status = "unbuilt" // the compiler does not take it
	Failed  Status = "failed"  // the grader could not do its work: no points are meant by it
	// Unfinished: the grader was stopped at its work. What was not checked to its end has
	// no points.
	Unfinished Status = "unfinished"
)

// Outcome is what became of a property.
type Outcome string

// What may become of a property.
const (
	Passed    Outcome = "passed"
	Lost      Outcome = "failed"
	Undecided Outcome = "undecided" // neither was shown: staff look at it
)

// Result is what became of one submission. It has no times: the same submission, the
// same assignment and the same version give the same bytes.
type Result struct {
	Format     string   `json:"format"`
	Assignment string   `json:"assignment"`
	Title      string   `json:"title,omitempty"`
	Submission string   `json:"submission"`
	Digest     string   `json:"digest"`  // of what was handed in and of the assignment
	Version    string   `json:"version"` // of ipccheck
	Status     Status   `json:"status"`
	Message    string   `json:"message"` // a sentence or two, for the student
	Points     float64  `json:"points"`
	Max        float64  `json:"max_points"`
	Seed       uint64   `json:"seed"`
	Budget     uint64   `json:"budget"` // executions of each scenario
	Properties []Item   `json:"properties"`
	Violations []Place  `json:"violations,omitempty"` // rules that are broken, or what the compiler says
	Notes      []string `json:"notes,omitempty"`      // what was left out, and what only warns
	// ForStaff is what students need not see: what the machine did not isolate, and
	// which scenarios were not judged, and why.
	ForStaff []string `json:"for_staff,omitempty"`
}

// Item is what became of a property.
type Item struct {
	Name    string         `json:"name"`
	What    string         `json:"what"`
	Points  float64        `json:"points"`
	Max     float64        `json:"max_points"`
	Outcome Outcome        `json:"outcome"`
	Codes   []verdict.Code `json:"codes,omitempty"`  // that cost it
	Reason  string         `json:"reason,omitempty"` // why it is undecided, or not earned though nothing failed
	Faults  []Fault        `json:"faults,omitempty"` // the one of the smallest scenario first
	// Held are the scenarios in which it holds in every execution, in words, and Others
	// how many more there are.
	Held   []string `json:"held,omitempty"`
	Others int      `json:"held_others,omitempty"`
	// Hidden: students see that it failed and the kind of fault, and no more.
	Hidden bool `json:"hidden,omitempty"`
}

// Fault is one fault, in one scenario.
type Fault struct {
	Code     verdict.Code   `json:"code"`
	Title    string         `json:"title"` // of the code: lost item
	Scenario string         `json:"scenario"`
	Words    string         `json:"words"` // of the scenario
	Message  string         `json:"message"`
	Run      string         `json:"run,omitempty"`  // the interleaving, as a table
	Hint     string         `json:"hint,omitempty"` // one, and not the solution
	Place    string         `json:"place,omitempty"`
	Output   string         `json:"output,omitempty"` // what the submission wrote
	Steps    int            `json:"steps,omitempty"`
	Trace    *verdict.Trace `json:"-"`
}

// Place is a line of a submission, with what is wrong there.
type Place struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Text string `json:"text"`
}

// Encode is the JSON form, with the end of a line.
func (r *Result) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(r)
	return b.Bytes(), err
}

// Decode reads the JSON form.
func Decode(text []byte) (*Result, error) {
	r := new(Result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, err
	}
	return r, nil
}
