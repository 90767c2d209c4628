package search

// TimeoutRule says what the complaint of a test is in an execution in which a timer has
// fired early.
type TimeoutRule string

// Rules for timeouts.
const (
	TimeoutsAssume TimeoutRule = ""       // a premise
	TimeoutsStrict TimeoutRule = "strict" // a failure
)
