package verdict

import "slices"

// Schema is the version of the JSON form of a [Verdict].
const Schema = "ipccheck/1"

// Answer is pass, fail or inconclusive.
type Answer string

// Answers.
const (
	Pass         Answer = "pass"
	Fail         Answer = "fail"
	Inconclusive Answer = "inconclusive" // neither: Reason says why
)

// Kind is the kind of thing that was judged.
type Kind string

// Kinds of subjects.
const (
	Model   Kind = "model"
	Test    Kind = "test"
	History Kind = "history"
	Stress  Kind = "stress"
)

// InternalError begins the reason of a verdict that is inconclusive because of an
// internal error of ipccheck. What follows says which.
const InternalError = "an internal error of ipccheck: "

// Verdict is the answer about one subject. Two equal runs give
// equal verdicts but for ElapsedMS.
type Verdict struct {
	Schema    string    `json:"schema"`
	Subject   string    `json:"subject"`
	Kind      Kind      `json:"kind"`
	Answer    Answer    `json:"verdict"`
	Reason    string    `json:"reason"`   // why inconclusive, else empty
	Coverage  string    `json:"coverage"` // what the answer covers, in words
	Findings  []Finding `json:"findings"` // never null
	Counts    Counts    `json:"counts"`
	Engine    string    `json:"engine"` // what decided: "search" of schedules, "space" of states, "suite", …
	Seed      uint64    `json:"seed"`
	ElapsedMS int64     `json:"elapsed_ms"`

	// Assumes lists what the answer takes for granted. A pass that assumes nothing
	// holds for every run.
	Assumes []Assumption `json:"assumes,omitempty"`

	// Params are the parameters of the subject, in their order.
	Params []Param `json:"params,omitempty"`
	// Complete: the search was exhaustive, even if the answer is not pass.
	Complete bool `json:"complete,omitempty"`
	// Outcomes lists the ways in which executions end, with a failure first, and
	// AllOutcomes says that there are no others.
	Outcomes    []Outcome   `json:"outcomes,omitempty"`
	AllOutcomes bool        `json:"outcomes_complete,omitempty"`
	Invocation  *Invocation `json:"invocation,omitempty"`
	// Unreached lists statements of a model that never executed, and Unchecked
	// what a suite did not look at, in words.
	Unreached []string `json:"unreached,omitempty"`
	Unchecked []string `json:"unchecked,omitempty"`
}

// Param is a parameter with its value.
type Param struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Finding is one fault.
type Finding struct {
	Code    Code   `json:"code"`
	Message string `json:"message"` // one line, in the user's terms
	Trace   *Trace `json:"trace,omitempty"`
	Engine  string `json:"engine,omitempty"` // the part of a suite that found it
	// Severity is [Warning] where the finding does not make the answer fail, else "".
	Severity string `json:"severity,omitempty"`
	// Accesses are the two of a data race, the later one first, if they are known.
	Accesses []Access `json:"accesses,omitempty"`
	// Cause says how the fault comes about, with the names and places of the source:
	// one clause a goroutine.
	Cause string `json:"cause,omitempty"`
	Hint  *Hint  `json:"hint,omitempty"`
	// Fingerprint is the same for the same fault after edits elsewhere in the source.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Executions, of Of, end with this fault, as far as is known.
	Executions uint64 `json:"executions,omitempty"`
	Of         uint64 `json:"of,omitempty"`
}

// Warning is the severity of a finding that does not make the answer fail.
const Warning = "warning"

// Access is an access to memory by a goroutine.
type Access struct {
	Write    bool   `json:"write"`
	Position string `json:"position"`           // file:line in the user's code
	Function string `json:"function,omitempty"` // what accesses it there: a function of the user's, or one it calls
	// Op is the operation on a primitive that the access is part of: close or send of a
	// channel, wait or add of a WaitGroup. "": it is none.
	Op string `json:"op,omitempty"`
	// Started is the file:line of the go statement that started the goroutine, "a
	// timer" if that did, "" for the one that runs the test.
	Started string `json:"started,omitempty"`
	// Process is the goroutine, where that is known, and Own how many steps of its own it
	// has made before.
	Process *int `json:"process,omitempty"`
	Own     int  `json:"own,omitempty"`
}

// EarlyTimers begins the premise of a pass that there are no more of them in an execution
// than were looked at.
const EarlyTimers = "timers that fire while others could go on"

// Assumption is something that an engine did not look into.
type Assumption struct {
	Premise  string `json:"premise"`         // in words: "no data race: not judged (…)"
	Position string `json:"place,omitempty"` // file:line that relies on it
}

// Assume adds an assumption, once.
func (v *Verdict) Assume(a Assumption) {
	if !slices.Contains(v.Assumes, a) {
		v.Assumes = append(v.Assumes, a)
	}
}

// Counts are the sizes of what was looked at. Those that do not belong to the
// kind of subject are 0.
type Counts struct {
	// Models.
	Distinct           uint64 `json:"distinct"`             // states
	Transitions        uint64 `json:"transitions"`          // successors generated, the initial state not counted
	Depth              int    `json:"depth"`                // breadth-first levels; the initial state is level 1
	DeadlockStates     uint64 `json:"deadlock_states"`      // stuck states that are no legal end
	FirstDeadlockLevel int    `json:"first_deadlock_level"` // 0: none

	// Schedules.
	Executions uint64 `json:"executions"`
	Blocked    uint64 `json:"blocked"`           // executions given up as another one shows the same
	Deadlocked uint64 `json:"deadlocked"`        // executions that end in a deadlock
	Steps      uint64 `json:"steps"`             // operations of all executions
	Failing    uint64 `json:"failing,omitempty"` // executions that end with a failure
	Cut        uint64 `json:"cut,omitempty"`     // executions that were cut short

	// Histories.
	Operations  uint64 `json:"operations"`
	Overlapping uint64 `json:"overlapping"` // those that overlap another one
}
