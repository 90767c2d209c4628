package exec

// Report is what the body of an execution says of it: that it failed, and why.
type Report struct {
	Name   string // of the test
	Failed bool
	Log    []string
}

// Say adds a line to the log.
//
//go:norace
func (r *Report) Say(line string) { r.Log = append(r.Log, line) }
