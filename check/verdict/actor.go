package verdict

// Actor is who acts in a trace: a goroutine, a process of a model or of the
// operating system, a client of a history, or the clock.
type Actor struct {
	ID   string `json:"id"`             // short: G3, P1, clock; the number is that of replay lines
	Name string `json:"name,omitempty"` // of the function that it runs
	Kind string `json:"kind,omitempty"` // goroutine, process, client, thread or clock
	// Go is the go statement or the call that started a goroutine.
	Go     *Start `json:"go,omitempty"`
	Parent *int   `json:"parent,omitempty"` // the process that started it
	Born   int    `json:"born,omitempty"`   // the last step before it was started
	Ended  int    `json:"ended,omitempty"`  // its last step, if it has ended; of one without steps, the last one before it was started, at least 1
}

// Start is where an actor was started.
type Start struct {
	Position string `json:"position"`
	Func     string `json:"func,omitempty"`
	Text     string `json:"text,omitempty"` // as written, one line
	// Frames are the calls that lead there, as those of a [Site].
	Frames []Frame `json:"frames,omitempty"`
}

// Object is what steps work on: a channel, a lock, a variable.
type Object struct {
	Name     string `json:"name"`           // the variable, field or call: empty, Store.mu, time.After(limit)
	Kind     string `json:"kind,omitempty"` // chan, mutex, rwmutex, cond, waitgroup, once, atomic, timer, pipe, subtest or variable
	Type     string `json:"type,omitempty"`
	Declared string `json:"declared,omitempty"` // file:line of the declaration of its name
	Made     string `json:"made,omitempty"`     // file:line at which it was made
	Cap      *int   `json:"cap,omitempty"`      // of a channel
	// Tokens: the items of the channel say nothing but how many there are.
	Tokens  bool     `json:"tokens,omitempty"`
	Aliases []string `json:"aliases,omitempty"` // other names that it has in the run
}

// Site is a place in a program at which operations happen.
type Site struct {
	Op        string  `json:"op,omitempty"`
	Label     string  `json:"label"`            // the call as written: wg.Done(), empty.P()
	Inside    string  `json:"inside,omitempty"` // the operation as written, where Label is a call of a dependency that leads to it
	Position  string  `json:"position"`         // file:line:column
	Func      string  `json:"func,omitempty"`
	Text      string  `json:"text,omitempty"`   // the line of the source
	Frames    []Frame `json:"frames,omitempty"` // the calls that lead there, innermost first, of the user's code
	Deferred  bool    `json:"deferred,omitempty"`
	Unwinding bool    `json:"unwinding,omitempty"` // while a panic goes up
	// Case is which case of a select was taken there, from 1 in the order of the source.
	Case int `json:"case,omitempty"`
	// Nth is, where the position has no column, which of several calls on the line it
	// is, from 1 in the order of the code, of those that were executed.
	Nth int `json:"nth,omitempty"`
	// Column is that of the call, where it is known, and no part of the position.
	Column int `json:"column,omitempty"`
}

// Frame is a call on the stack.
type Frame struct {
	Func     string `json:"func"`
	Position string `json:"position"`
}

// Race are the two accesses of a data race.
type Race struct {
	Variable string     `json:"variable,omitempty"`
	Declared string     `json:"declared,omitempty"`
	Accesses []RaceSide `json:"accesses"` // the later one first
}

// RaceSide is one access of a data race.
type RaceSide struct {
	Process  *int     `json:"process,omitempty"`
	Write    bool     `json:"write"`
	Op       string   `json:"op,omitempty"` // of one that is an operation on a primitive: close, send, wait, add; of a C program also free, and use, initialise and destroy of a lock or the like
	Position string   `json:"position"`
	Func     string   `json:"func,omitempty"`
	Text     string   `json:"text,omitempty"`
	Frames   []Frame  `json:"frames,omitempty"`
	Holds    []string `json:"holds,omitempty"` // locks, by name
	After    int      `json:"after,omitempty"` // the last step of its process before it
}

// Verb says what the access does: "writes", "closes".
func (s *RaceSide) Verb() string {
	switch {
	case s.Op == "close":
		return "closes"
	case s.Op == "send":
		return "sends on"
	case s.Op == "wait":
		return "waits for"
	case s.Op == "add":
		return "adds to"
	case s.Op == "free":
		return "frees"
	case s.Op == "use":
		return "uses"
	case s.Op == "initialise":
		return "initialises"
	case s.Op == "destroy":
		return "destroys"
	case s.Write:
		return "writes"
	}
	return "reads"
}
