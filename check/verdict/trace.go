package verdict

// TraceFormat is the version of the JSON form of a [Trace].
const TraceFormat = "ipccheck-trace/1"

// Trace is a run that shows a fault: the start, the steps in order, and who
// waits for what at the end.
type Trace struct {
	Format    string     `json:"format"`
	Subject   string     `json:"subject"`
	Params    []Param    `json:"params,omitempty"`
	Processes []string   `json:"processes"` // names; the index is Step.Process
	Initial   []Variable `json:"initial,omitempty"`
	Steps     []Step     `json:"steps"`
	Waiting   []Waiting  `json:"waiting,omitempty"` // at the end of the trace
	// Replay is the argument of ipccheck replay that runs it again.
	Replay string `json:"replay,omitempty"`
}

// Step is one atomic step of one process.
type Step struct {
	Process  int      `json:"process"`
	Label    string   `json:"label"`              // statement label or operation
	Text     string   `json:"text,omitempty"`     // the statement as written
	Position string   `json:"position,omitempty"` // file:line
	Alt      int      `json:"alt,omitempty"`      // which alternative, where the step has several
	Note     string   `json:"note,omitempty"`
	Changes  []Change `json:"changes,omitempty"`
	Critical bool     `json:"critical,omitempty"` // after this step the fault can no longer be avoided
}

// Variable is a named value, printed.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Change is a variable that a step changed.
type Change struct {
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Waiting says for what a process waits.
type Waiting struct {
	Process  int    `json:"process"`
	Label    string `json:"label"`
	For      string `json:"for,omitempty"`
	Position string `json:"position,omitempty"`
}
