package step

import "slices"

// Program is the erased form of a model, as engines read it. A state is Words()
// words. Methods other than Initial and Expand are for reports and may
// allocate. All methods may be called concurrently; a [Batch] belongs to one
// goroutine.
type Program interface {
	// Name is the model's name.
	Name() string
	// Words is the size of a state in 64-bit words.
	Words() int
	// Processes lists the processes; the index is the process number.
	Processes() []ProcessInfo
	// Statements lists all statements; Move.Stmt is an index into it.
	Statements() []StatementInfo
	// Initial writes the initial state.
	Initial(state []uint64)
	// Expand appends all successors of state to b, in a fixed order.
	Expand(state []uint64, b *Batch)
	// Broken returns the first property that the state itself breaks, if
	// any. The message is filled in only if explain is set.
	Broken(state []uint64, explain bool) (Fault, bool)
	// Accepting reports whether a state without successors is a legal end.
	Accepting(state []uint64) bool
	// Apply repeats the move from the state, into next, and says what it
	// does. The error tells why the move does not fit the state.
	Apply(state []uint64, mv Move, next []uint64) (Effect, error)
	// Waiting says who cannot go on in the state, and for what they wait.
	// Processes that have ended are not listed.
	Waiting(state []uint64) []Wait
	// Variables lists the state's variables in declaration order, control
	// state included under the name of its field.
	Variables(state []uint64) []Variable
	// Location gives the label at which a process stands, "end" if it has
	// ended, "" if the program keeps no control state.
	Location(state []uint64, pid int) string
}

// ProcessInfo describes one process.
type ProcessInfo struct {
	Kind  string // "producer"
	Index int    // among its kind, from 0
	Name  string // "producer 1", or the kind alone where it has but one
}

// StatementInfo describes one statement.
type StatementInfo struct {
	Kind  string // kind of process it belongs to
	Label string
	Text  string // the statement as a reader would write it
	File  string // base name of the file that declares it
	Line  int
	// Guarded statements have a guard that may be false.
	Guarded bool
}

// Move identifies a transition from a given state: process, statement, and
// which alternative of its choices (0 if it makes none).
type Move struct {
	Pid  uint16
	Stmt uint16
	Alt  uint32
}

// Effect says what a move did.
type Effect struct {
	Note   string
	Broken bool
	Fault  Fault // the property the step itself broke, if Broken
}

// Wait says for what a process waits.
type Wait struct {
	Pid   int
	Label string
	Stmt  int    // a statement whose guard is false, -1 if there is none
	For   string // "a free slot"; empty if the model does not say
}

// Variable is a named value of a state, printed.
type Variable struct {
	Name  string
	Value string
}

// Batch collects the successors of one or more states. The zero value is not
// ready: use [NewBatch].
type Batch struct {
	States []uint64 // Words() words for each successor
	Moves  []Move
	Failed []bool // the step broke a property

	Enabled  []uint64 // by statement: times its guard was true
	Disabled []uint64 // by statement: times its guard was false

	ctx Ctx
}

// NewBatch returns an empty batch for the program.
func NewBatch(p Program) *Batch {
	n := len(p.Statements())
	return &Batch{
		Enabled:  make([]uint64, n),
		Disabled: make([]uint64, n),
		ctx:      Ctx{choice: make([]int, 0, 8), width: make([]int, 0, 8)},
	}
}

// Reset empties the batch and keeps its counters and memory.
func (b *Batch) Reset() {
	b.States = b.States[:0]
	b.Moves = b.Moves[:0]
	b.Failed = b.Failed[:0]
}

// Len is the number of successors collected.
func (b *Batch) Len() int { return len(b.Moves) }

// grow makes room for one more state of w words and returns its offset.
func (b *Batch) grow(w int) int {
	n := len(b.States)
	b.States = slices.Grow(b.States, w)[:n+w]
	return n
}
