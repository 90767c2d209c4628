package prim

import (
	"fmt"
	"slices"
	"time"
)

// Event is an operation that was executed.
type Event struct {
	G    int32 // thread
	Seq  int32 // number among the thread's events, from 0
	Op   Op    // as it turned out
	Full Op    // as it was announced
	Alt  int32
	Alts int32 // how many outcomes it had; 0 or 1: one

	// Outcomes are, by outcome, what [Op.Also] would have been; those that are left
	// out at the end would have changed nothing besides.
	Outcomes [][]int32

	// The threads whose continuation this event causes: see [Execution.Wakes].
	wakesAt, wakes int32
	// After and Partner are other events that come before what follows this one,
	// -1 if there is none: the send of the item received, or the receive that
	// made room, happen before this event; the arrival of the partner in a
	// rendezvous happens before the thread goes on.
	After, Partner int32
	// Chan is the channel that a select sent on or received from, -1 if none.
	Chan int32
	Sent bool // the select's case sends
	Turn bool // before it the thread has come round in a loop whose turns nothing counts
	Same bool // it left its object as it was
	// Condition is that of an update; of one without, it says the cell. Before is what
	// was in the cell.
	Condition Condition
	Before    uint64
	// Since says when it was seen that the thread waits with the operation for a
	// channel with a buffer: the smaller, the earlier; 0: never.
	Since int32
	// Objects is how many objects the execution had met before.
	Objects int32
	// TimerSends are the channels that timers sent on, in a tick of the clock.
	TimerSends []int32
	// Detail is what else is known of it, if the execution keeps that.
	Detail *Detail
}

// Thread is a goroutine, thread or process of an execution.
type Thread struct {
	ID     int
	Called string // its name, if it has one
	Op     Op     // announced, if it has not ended
	Seq    int32  // events executed
	Since  int32  // when it was seen to wait with the operation: see Event
	// Condition is that of the operation, if it is an update.
	Condition Condition
	Position  string  // of the operation, if the execution keeps details
	Detail    *Detail // of the operation, or the last one, if the execution keeps details

	Parent  int32     // thread that spawned it, -1 for the body
	SpawnAt int32     // events of the execution by then
	Started string    // the place where it was spawned, if the execution keeps details
	Stack   []uintptr // there; see [Detail]
	Joined  bool      // the test waits for it: left over, it is a deadlock and no leak
	Daemon  bool      // it was there before the test, and may be there after it
	Clock   bool      // it is the clock, or a timer that has fired: no goroutine
	Ended   bool      // or never there
	Before  int       // it ended: how many events there were before that
	Circles string    // the loop that it goes round for ever, though it does something there
	Woken   bool      // a wake that was waited for has come
	Stalled bool      // it waits for time to pass, or for all others to wait, in a bubble where that does not come
	Turned  bool      // since its last event: see Event
}

// Spinning reports whether the thread waits in a loop, and nothing changes.
//
//go:norace
func (t *Thread) Spinning() bool { return !t.Ended && (t.Op.Spin || t.Circles != "") }

// Completion is a select that waited and was completed by its partner's event: it
// might have gone on by itself before, if a case of its own was ready.
type Completion struct {
	Event  int32
	G, Seq int32
	Op     Op
	Since  int32 // of the thread, then
}

// End is how an execution ended.
type End uint8

// Ends of an execution.
const (
	Done           End = iota // every thread has ended
	Deadlock                  // those that have not ended are blocked forever
	Bound                     // the step bound was reached
	Stopped                   // the plan has nobody to go on with: who is enabled is asleep
	Panicked                  // a thread panicked, or did what the program dies of
	Failed                    // the body reported a failure and gave up
	TooManyThreads            // more lived at once than the plan allows
	NoProgress                // a thread ran for too many loop iterations without an operation
	LivesOn                   // only what is left behind goes on, on timers
	Escaped                   // the body does what is not to be controlled, a suite of package check
	OutOfTime                 // the time of the plan was over
	Again                     // for executors: it must be made again
)

// Report is what the body of an execution says of it: that it failed, and why.
type Report struct {
	Name   string // of the test
	Failed bool
	Log    []string
	more   int // lines that are not in it
}

// Say adds a line to the log. Of more than [mostLines] only the number is kept.
//
//go:norace
func (r *Report) Say(line string) {
	if r.more == 0 && len(r.Log) < mostLines {
		r.Log = append(r.Log, Cut(line, longestLine))
		return
	}
	r.more++
	r.Log = append(r.Log[:mostLines], fmt.Sprintf("… and %d more lines", r.more))
}

// Limits of what a report keeps of what a test says.
const (
	mostLines   = 1000
	longestLine = 16 << 10 // in bytes
)

// Cut is a text, without what it has beyond so many bytes.
//
//go:norace
func Cut(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	n := bytes
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return fmt.Sprintf("%s… (cut: %d bytes in all)", text[:n], len(text))
}

// Name names an object in a way that does not depend on who meets it first: the
// allocation that it lies in, numbered in the order in which the execution met the
// first object of each, its place there, and how many others had been there before,
// which the program has overwritten. Every execution that begins in the same
// way uses the same names for what it meets until it goes another one.
type Name struct {
	Alloc      int32 // [Static]: it was not allocated, and its address is its name
	Generation int32
	At         uintptr
	Size       uintptr // of the allocation; 0: not known
	Origin     Origin  // of the allocation
}

// Origin is where an allocation comes from: the Nth, from 0, that thread G has made between
// the event before its number Seq and that one. Known is false of those of which an
// execution is not told: these are found when what lies in them is met.
type Origin struct {
	G, Seq, Nth int32
	Known       bool
}

// Is reports whether two names are those of one object, in executions that went the same way
// until they met it. Of what size its allocation is may be known in one of them only.
//
//go:norace
func (n *Name) Is(m *Name) bool {
	return n.Alloc == m.Alloc && n.Generation == m.Generation && n.At == m.At
}

// MayBe reports whether two objects of which nothing is known but their names, in different
// executions, may be one: it lies at one place in an allocation of one size.
//
//go:norace
func (n *Name) MayBe(m *Name) bool {
	return n.At == m.At && (n.Size == m.Size || n.Size == 0 || m.Size == 0)
}

// Static is the allocation of what was not allocated.
const Static = -1

// Execution is what an execution did.
type Execution struct {
	Events    []Event
	Threads   []*Thread    // by number; 0 is the body
	Spawned   []int32      // the threads, in the order in which they were spawned
	Completed []Completion // selects that a partner completed, in order
	First     []State      // by object: its state when the execution first saw it
	End       End
	Panic     any       // with Panicked
	Stack     string    // with Panicked, if the execution keeps details
	Calling   []uintptr // with Panicked, if the execution keeps details: the stack; see [Detail]
	Where     int       // with Panicked, Failed and NoProgress: the thread
	Position  string    // with NoProgress, and Panicked if the execution keeps details: the place in the code
	Report    Report
	Internal  bool // with Panicked: it was not the program that panicked
	Timed     bool // it had timers
	Raced     bool // the race detector has reported a race in it
	Racer     int  // with Raced: the thread whose access was reported first, behind its
	RacerSeq  int  // RacerSeq'th event; -1: it is not known
	Locked    bool // threads have met at locks of the standard library, which order them for the race detector
	Published bool // one has come to an atomic of the standard library's own that another had written
	Queued    bool // some thread was seen to wait for a channel with a buffer; see [Event] Since

	// Names, if not nil, appends the names of the objects, by number.
	Names func(to []Name) []Name
	// Calls, if not nil, are those on a stack of the program.
	Calls func(stack []uintptr) Calls

	// Misfit is the first choice of the plan that could not be made, -1 if all
	// could.
	Misfit int
	// Choosable is who was enabled before each event from which the plan asks for
	// that.
	Choosable []Set
	// Enabled is who could have gone on at the end.
	Enabled Set

	// Reached names what the executions so far have reached that is not controlled,
	// and Untrusted says that this one has reached something.
	Reached   []string
	Untrusted bool
	// Signalled: with a deadlock, or at its bound, somebody who waits is told of signals
	// from outside.
	Signalled bool
	// Doubtful: somebody waits in a loop that was cut short, and might come to an end if it
	// went round more often.
	Doubtful bool
	// Waits are the places of loops that are known to wait while they write.
	Waits []string
	// Differs is how many events there were when somebody last looked at the clock, or
	// went round a loop that counts its rounds: what is done again after that may come
	// to an end.
	Differs int
	// Counting are the places of loops that have been cut short and count their rounds.
	Counting []string
	// Untold are the places in loops that have been cut short, of which it is not known
	// whether they count their rounds: the code is not rewritten.
	Untold []string
	// InTurn are the places where a timer is stopped or set again that has fired before
	// another: the runtime may run that one first, and then this one was still set.
	InTurn []string
	// Tried are the places where a TryLock has succeeded, which might have failed.
	Tried []string
	// Dumped are the places where a dump of all goroutines has shown others.
	Dumped []string
	// Looked is where somebody has looked at the clock in the moment in which another one
	// had: either may be the first. "": nobody.
	Looked string
	// Measured is where somebody has looked at the clock again. "": nobody.
	Measured string
	// Exact: in no moment can time pass while somebody could go on, for there was a bubble.
	Exact bool
	// Beyond: it has gone on behind a fault as its plan says.
	Beyond bool
	// Learned is how much is known that executions find out: how many loops spin, and
	// how many tests goroutines log to which do not end them. When it grows a search
	// must begin anew.
	Learned int

	// Variables are those that are watched, if the execution keeps details.
	Variables []Watched

	// Parts are the events before each further part of what is executed, such as a
	// subtest: nobody who runs in a part waits when the next one begins, but for
	// threads that are left behind.
	Parts []int32

	// Held is when time passed though threads could go on.
	Held []Hold
	// Overtaken is when it passed though threads went round loops that let others go on.
	Overtaken []Hold
	// Waited is how much time has passed since the last operation of the first thread, as
	// nobody could go on; none if there are bubbles, in which it is no real one.
	Waited time.Duration
	// Advanced is how often the clock has made use of [Plan] Early. Phases is how often,
	// since then and up to the end of the body, an operation was executed that waits
	// until nobody can go on.
	Advanced int
	Phases   int32

	woken []int32 // by the events, in order
}

// Hold is that time passed in an event of the clock though threads could go on: so
// these were held up.
type Hold struct {
	Event   int32
	For     time.Duration
	Threads Set
}

// Reset makes it empty, for a new execution. What holds for several stays.
//
//go:norace
func (x *Execution) Reset() {
	x.Events, x.Threads, x.Spawned, x.Completed, x.First, x.Parts = x.Events[:0], x.Threads[:0], x.Spawned[:0], x.Completed[:0], x.First[:0], x.Parts[:0]
	x.End, x.Panic, x.Stack, x.Calling, x.Where, x.Position = Done, nil, "", nil, 0, ""
	x.Report = Report{Name: x.Report.Name}
	x.Internal, x.Timed, x.Raced, x.Locked, x.Published, x.Queued, x.Untrusted, x.Signalled, x.Doubtful, x.Beyond, x.Exact, x.Misfit = false, false, false, false, false, false, false, false, false, false, false, -1
	x.Differs = 0
	x.Choosable, x.woken = x.Choosable[:0], x.woken[:0]
	x.Held, x.Waited, x.Advanced, x.Phases = x.Held[:0], 0, 0, 0
	x.Overtaken = x.Overtaken[:0]
}

// Reach notes that the execution has reached something that is not controlled. It
// reports whether no execution has before.
//
//go:norace
func (x *Execution) Reach(what string) (isNew bool) {
	x.Untrusted = true
	for _, r := range x.Reached {
		if r == what {
			return false
		}
	}
	x.Reached = append(x.Reached, what)
	return true
}

// Append adds the event of an operation that a thread executes, and returns it.
//
//go:norace
func (x *Execution) Append(t *Thread, op *Op) *Event {
	n := len(x.Events)
	if n == cap(x.Events) {
		x.Events = append(x.Events, Event{})
	}
	x.Events = x.Events[:n+1]
	e := &x.Events[n] // filled in where it lies: it is large
	e.G, e.Seq, e.Alt, e.Alts = int32(t.ID), t.Seq, 0, 0
	e.Op, e.Full = *op, *op
	e.Objects = int32(len(x.First))
	e.wakesAt, e.wakes, e.After, e.Partner, e.Chan = 0, 0, -1, -1, -1
	e.Turn, t.Turned = t.Turned, false
	e.Sent, e.Same, e.TimerSends, e.Detail, e.Outcomes = false, false, nil, t.Detail, nil
	e.Since, t.Since = t.Since, 0
	e.Condition = t.Condition
	t.Seq++
	return e
}

// Wake notes that the last event lets a thread go on.
//
//go:norace
func (x *Execution) Wake(thread int32) {
	x.Threads[thread].Woken = true
	x.Causes(thread)
}

// Causes notes that the last event causes a thread to go on.
//
//go:norace
func (x *Execution) Causes(thread int32) {
	e := &x.Events[len(x.Events)-1]
	if e.wakes == 0 {
		e.wakesAt = int32(len(x.woken))
	}
	e.wakes++
	x.woken = append(x.woken, thread)
}

// Wakes are the threads whose continuation an event causes.
//
//go:norace
func (x *Execution) Wakes(e *Event) []int32 { return x.woken[e.wakesAt : e.wakesAt+e.wakes] }

// AnyWakes reports whether an event causes that a thread goes on.
//
//go:norace
func (x *Execution) AnyWakes() bool { return len(x.woken) > 0 }

// PartOf is the number of the part, from 1, to which an event belongs.
//
//go:norace
func (x *Execution) PartOf(event int) int {
	n, _ := slices.BinarySearch(x.Parts, int32(event)+1)
	return n + 1
}

// keep keeps who is enabled before event i.
//
//go:norace
func (x *Execution) keep(i int, enabled *Set) {
	if n := i - len(x.Choosable); n > 0 {
		x.Choosable = slices.Grow(x.Choosable, n)
	}
	x.Choosable = append(x.Choosable[:i], *enabled)
}
