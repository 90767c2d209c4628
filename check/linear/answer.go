package linear

import "time"

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
