package linear

import (
	"context"
	"time"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Answer says whether a history can be explained.
type Answer int

// Answers.
const (
	Unknown Answer = iota // the search was cut short
	Explained
	Unexplained // no order of the operations explains the results
)

// String is the answer in words.
func (a Answer) String() string {
	switch a {
	case Explained:
		return "explained"
	case Unexplained:
		return "unexplained"
	}
	return "unknown"
}

// Budget bounds a search. When a bound is met the answer is [Unknown].
type Budget struct {
	Steps int64         // steps of the specification or of the search; 0: a bound that grows with the history
	Bytes int64         // memory of porcupine, estimated; 0: 1 GiB
	Wall  time.Duration // 0: no bound. It guards against a step that hangs
}

// Finding is a fault that a history shows.
type Finding struct {
	Code    verdict.Code
	Message string
	// Witness are the operations that prove it, in the order in which the
	// message speaks of them.
	Witness []record.Call
	// Denied says that the object refuses what it holds by its own account. No history
	// shows that: who asks the object sets it.
	Denied bool
}

// Decision is the answer about a history.
type Decision struct {
	Answer   Answer
	Findings []Finding // what is wrong if it is unexplained: each code once
	Engine   string    // what decided
	Reason   string    // why it is unknown
	// Behaves is a capacity with which the history would be explained, where the
	// capacity is what is wrong; 0 if there is none.
	Behaves int
}

// Options are what a decision may depend on besides specification and history.
type Options struct {
	Budget Budget
	// Name is an item in words; "item 7" by default.
	Name func(v int64) string
	// Drained says that after everything else somebody took what was left and
	// then found nothing.
	Drained bool
	// Context ends the work early; the answer is then unknown.
	Context context.Context
	// Progress is called now and then during a long search.
	Progress func(done, all int)
}
