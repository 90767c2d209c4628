package verdict

// TraceFormat is the version of the JSON form of a [Trace]. A reader of version 2
// also reads version 1, which has none of the fields that may be absent in 2 beside
// those that both have.
const TraceFormat = "ipccheck-trace/2"

// ReadsTrace reports whether a [Trace] can be read from JSON of this format: the
// newest, or one before it.
func ReadsTrace(format string) bool { return format == TraceFormat || format == "ipccheck-trace/1" }

// Picture is the kind of run that a trace shows.
type Picture string

// Pictures.
const (
	GoPicture      Picture = "go"      // operations of goroutines
	ModelPicture   Picture = "model"   // statements of the processes of a model
	HistoryPicture Picture = "history" // operations that take time, of clients
	StressPicture  Picture = "stress"  // the same, of processes of the operating system
)

// Trace is a run that shows a fault: the start, the steps in order, and who
// waits for what at the end.
//
// Objects, sites and steps are referred to by number, counted from 1; 0 is none.
// Actors are referred to by the index in Processes. What is absent is not known.
type Trace struct {
	Format    string     `json:"format"`
	Picture   Picture    `json:"kind,omitempty"`
	Subject   string     `json:"subject"`
	Params    []Param    `json:"params,omitempty"`
	Processes []string   `json:"processes"`        // names; the index is Step.Process
	Actors    []Actor    `json:"actors,omitempty"` // of Processes, in their order
	Objects   []Object   `json:"objects,omitempty"`
	Sites     []Site     `json:"sites,omitempty"`
	Initial   []Variable `json:"initial,omitempty"`
	Steps     []Step     `json:"steps"`
	Waiting   []Waiting  `json:"waiting,omitempty"` // at the end of the trace
	Pending   []Waiting  `json:"pending,omitempty"` // those that could have gone on there
	Holds     []Hold     `json:"holds,omitempty"`   // locks held there
	Fault     *Fault     `json:"fault,omitempty"`   // the step that panics
	Race      *Race      `json:"race,omitempty"`
	// LeftOut is how many steps the run has where Steps has none of them, to keep a line
	// short: Replay makes them again.
	LeftOut int `json:"left_out,omitempty"`
	// Unavoidable: every execution ends so, and no step is critical.
	Unavoidable bool     `json:"unavoidable,omitempty"`
	Sources     []Source `json:"sources,omitempty"` // lines of the files that positions name
	// Of histories: the operations, an order of them as far as one goes, and why it
	// goes no further.
	Operations  []Operation  `json:"operations,omitempty"`
	Points      []Point      `json:"points,omitempty"`
	Constraints []Constraint `json:"constraints,omitempty"`
	// Replay is the argument of ipccheck replay that runs it again, and ReplayFile a
	// file on this machine that has it, where it is too long to be copied.
	Replay     string `json:"replay,omitempty"`
	ReplayFile string `json:"replay_file,omitempty"`
}

// Step is one atomic step of one process.
type Step struct {
	Process  int    `json:"process"`
	Label    string `json:"label"`              // statement label, or the call as written
	Op       string `json:"op,omitempty"`       // a stable word: lock, send, receive, select, wait, …
	Site     int    `json:"site,omitempty"`     // where in the program; Label and Position are as there
	Text     string `json:"text,omitempty"`     // the statement as written
	Position string `json:"position,omitempty"` // file:line or file:line:column
	Alt      int    `json:"alt,omitempty"`      // which alternative, where the step has several
	// Alternatives is how many it had in this run: of a select that could go on with
	// several cases, say. 0: one, or not known, as of models.
	Alternatives int      `json:"alternatives,omitempty"`
	Note         string   `json:"note,omitempty"`
	Object       int      `json:"object,omitempty"`  // what it works on
	Objects      []int    `json:"objects,omitempty"` // all of them, of a select
	Value        string   `json:"value,omitempty"`   // sent, received, loaded or stored, printed
	Changes      []Change `json:"changes,omitempty"`
	Wakes        []int    `json:"wakes,omitempty"`    // processes
	After        []Cause  `json:"after,omitempty"`    // earlier steps that made it possible, or that it meets
	Blocks       bool     `json:"blocks,omitempty"`   // its process waits with this step
	Time         int64    `json:"time,omitempty"`     // virtual, in nanoseconds since the run began
	Critical     bool     `json:"critical,omitempty"` // after this step the fault can no longer be avoided
}

// Cause is an earlier step that a step depends on.
type Cause struct {
	Step int    `json:"step"`
	Kind string `json:"kind"` // item: it sent what is received; room: it received what makes room; meets: its partner; lock: it gave up the lock; wake; done: it brought a counter to zero; overwrites: it wrote what is lost
}

// Variable is a named value, printed.
type Variable struct {
	Name   string   `json:"name"`
	Value  string   `json:"value"`
	Object int      `json:"object,omitempty"`
	Field  string   `json:"field,omitempty"`
	Items  []string `json:"items,omitempty"`
}

// Change is a variable that a step changed, or a part of an object: its owner,
// readers, items, closed, waiting, count or value. Owners and those who wait are told
// by [Actor] ID; "" is nobody.
type Change struct {
	Name   string   `json:"name"`
	From   string   `json:"from"`
	To     string   `json:"to"`
	Object int      `json:"object,omitempty"`
	Field  string   `json:"field,omitempty"`
	Items  []string `json:"items,omitempty"` // after the step, where Field is items
}

// Waiting says for what a process waits.
type Waiting struct {
	Process  int    `json:"process"`
	Label    string `json:"label"`
	For      string `json:"for,omitempty"`
	Position string `json:"position,omitempty"`
	Op       string `json:"op,omitempty"`
	Site     int    `json:"site,omitempty"`
	Object   int    `json:"object,omitempty"`
	Objects  []int  `json:"objects,omitempty"`
	Holder   *int   `json:"holder,omitempty"` // the process that has what is waited for
	Since    int    `json:"since,omitempty"`  // the last step of its own
	Taken    int    `json:"taken,omitempty"`  // the step that took the last of it
	Spins    bool   `json:"spins,omitempty"`  // it goes round in a loop instead
}

// Hold is a lock that a process holds at the end of a trace.
type Hold struct {
	Process int `json:"process"`
	Object  int `json:"object"`
	Since   int `json:"since,omitempty"` // the step that took it
}

// Fault is a panic or another failed step. Steps after it are deferred calls.
type Fault struct {
	Step     int     `json:"step,omitempty"`
	Process  int     `json:"process"`
	Message  string  `json:"message"`
	Position string  `json:"position,omitempty"`
	Frames   []Frame `json:"frames,omitempty"`
}

// Source is a part of a source file.
type Source struct {
	File  string   `json:"file"`
	First int      `json:"first"` // number of the first of the lines
	Lines []string `json:"lines"`
}
