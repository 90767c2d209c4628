package prim

import (
	"iter"
	"time"
)

// Choice is what happens at one step of an execution: the thread that executes its
// operation, and the outcome of that.
type Choice struct{ G, Alt int32 }

// Sleeper is a thread asleep, and what its operation turned out to be: it is not
// picked until somebody has executed an operation that depends on that.
type Sleeper struct {
	G    int32
	Op   Op
	Left []int32 // outcomes that have not been explored, for others that slept before
}

// Plan says how an execution is to be made.
type Plan struct {
	// Choices are made first. Where one cannot be made the execution ends there,
	// unless Lenient is set: then it goes on without them.
	Choices []Choice
	Lenient bool
	// Sleep are the threads asleep before event SleepAt.
	Sleep   []Sleeper
	SleepAt int
	// Policy makes the choices after those; nil: the thread goes on that executed
	// the last operation, or else the first one that can and is not asleep.
	Policy Policy
	// KeepEnabled has the execution keep who was enabled before each event from
	// number KeepFrom on.
	KeepEnabled bool
	KeepFrom    int

	// OrderSums makes additions to one count depend on each other. Sums do not depend
	// on the order, and additions commute, as long as no order of them takes the
	// count below zero; a search that finds such an order begins anew with this.
	OrderSums bool

	// Anew numbers the threads in the order in which this execution spawns them, and
	// those of the next one as if this had not been, unless it was the first.
	// Otherwise a thread has the number that it had in the executions before: it is
	// known by its parent, and by which child of it it is.
	Anew bool

	Steps     int           // bound on the number of events; 0: none
	Until     time.Time     // when it is given up, if the executor can; zero: never
	Threads   int           // bound on the number of threads that live at once; 0: MaxThreads
	SignalAny bool          // Signal wakes any waiter, not the one that waits longest
	Delay     time.Duration // by how much time may pass while somebody can go on; 0: the clock jumps only when nobody can
	// Early has the clock go on to the next timer though threads can go on: once, in
	// the phase of that number, from 0; and once more so many phases later, and so on.
	// Phases end with the operations that wait until nobody can go on. What sets or stops a timer or
	// looks at the clock is an event then.
	Early []int
	// LooksInTurn has looks at the clock be operations, of which each depends on the others.
	LooksInTurn bool
	// Elapses has time pass in the phase of Early, though no timer is set that would be next.
	Elapses bool
	Details bool // events keep their [Detail]
	// Late has the threads that others spawn begin with an operation of their own. Otherwise
	// they run up to the first that others could see when they are spawned: so no order of
	// what they do before is left to choose, and it matters to nobody but the race detector,
	// which forgets. So have places where a thread may do much before its next operation.
	Late bool
	// Waits are places of loops that are known to wait while they write: see
	// [Execution] Waits.
	Waits []string
	// ConfirmSpins has a loop go round much longer before it counts as one that
	// spins.
	ConfirmSpins bool
	// Beyond has the others go on when a thread does what the program fails by: in an
	// execution of their own each of their operations may come before that. See
	// [Execution] Beyond.
	Beyond bool
	// Ahead, if not nil, yields plans that will be asked for whatever the execution of this
	// one shows, as long as the search goes on. An executor may make their executions with
	// it. What is yielded is valid until the next one is.
	Ahead iter.Seq[*Plan]
	// Settled: a fault has been found, and its choices are those of executions with the
	// accesses that are operations by now. Which others race is not learned any more.
	Settled bool
	// Loose says what of the standard library's own orders nobody for the race detector, as
	// if it had been the other way round. See [Execution] Locked and Published.
	Loose Loose
}

// Loose says what of the standard library's own orders nobody for the race detector.
type Loose int8

// What orders nobody.
const (
	Strict       Loose = iota // nothing
	LooseLocks                // what it does under its locks
	LooseAtomics              // nor what it does with its atomics
)

// FreeTurns is how often a goroutine goes round a loop that waits before it lets the
// others go on first.
const FreeTurns = 3

// MaxThreads is how many threads may live at once, if a plan does not say it.
const MaxThreads = 1000

// Policy makes choices while an execution is under way.
type Policy interface {
	// Begin is called before every execution. One may be begun again before it has
	// ended; the same choices must then be made again.
	Begin()
	// Pick returns the thread whose announced operation is executed next, one of
	// those that are enabled.
	Pick(x *Execution, enabled Set) int
	// Alt returns a number in [0, n): which outcome the operation under way has. n
	// is at least 2.
	Alt(x *Execution, n int) int
}

// Executor makes executions of one program, one after the other. The same plan has
// the same execution, unless the program is not deterministic.
type Executor interface {
	// Execute makes one execution. What it returns is valid until the next one. An
	// error says that no execution can be made.
	Execute(p *Plan) (*Execution, error)
	// Close gives up what the executor holds.
	Close()
}

// Player makes the choices of a plan, for an executor that can ask at every step.
type Player struct {
	plan   *Plan
	x      *Execution
	asleep []Sleeper
	strays bool // a choice did not fit
}

// Begin begins an execution, or begins it again.
func (p *Player) Begin(plan *Plan, x *Execution) {
	p.plan, p.x, p.strays = plan, x, false
	p.asleep = append(p.asleep[:0], plan.Sleep...)
	if plan.Policy != nil {
		plan.Policy.Begin()
	}
}

// Chosen is the thread that Pick would return if it is enabled, whoever else is; -1 if
// Pick has to be asked.
func (p *Player) Chosen() int {
	i := len(p.x.Events)
	switch {
	case i >= len(p.plan.Choices), p.strays, p.plan.KeepEnabled && i >= p.plan.KeepFrom, len(p.asleep) > 0 && i > p.plan.SleepAt:
		return -1
	}
	return int(p.plan.Choices[i].G)
}

// Pick returns the thread that executes the next event, one of those enabled; -1 if
// the execution ends here.
func (p *Player) Pick(enabled *Set) int {
	x := p.x
	i := len(x.Events)
	if p.plan.KeepEnabled && i >= p.plan.KeepFrom {
		x.keep(i, enabled)
	}
	if len(p.asleep) > 0 && i > p.plan.SleepAt {
		p.wake(&x.Events[i-1])
	}
	if i < len(p.plan.Choices) && !p.strays {
		if g := int(p.plan.Choices[i].G); enabled.Has(g) {
			return g
		}
		x.Misfit, p.strays = i, true
		if !p.plan.Lenient {
			return -1
		}
	}
	if p.plan.Policy != nil {
		return p.plan.Policy.Pick(x, *enabled)
	}
	awake := enabled
	if len(p.asleep) > 0 {
		without := *enabled
		for i := range p.asleep {
			without.Remove(int(p.asleep[i].G))
		}
		awake = &without
	}
	if i > 0 {
		if last := int(x.Events[i-1].G); awake.Has(last) {
			return last
		}
	}
	return awake.First()
}

// wake wakes who depends on an event.
func (p *Player) wake(e *Event) {
	n := 0
	for k := range p.asleep {
		if s := &p.asleep[k]; s.G != e.G && !strangers(&s.Op, &e.Op) && !Depends(&s.Op, &e.Op) {
			p.asleep[n] = *s
			n++
		}
	}
	p.asleep = p.asleep[:n]
}

// strangers reports whether an operation that sleeps, of an earlier execution, has
// to do with the object of an event that is of another sort: so the program is not
// deterministic. The strategy will see that the execution diverges.
//
//go:norace
func strangers(sleeps, e *Op) bool {
	return e.Obj >= 0 && sleeps.Touches(e.Obj) && !CanMeet(sleeps, e)
}

// Alt returns which of n outcomes the last event has.
func (p *Player) Alt(n int) int {
	i := len(p.x.Events) - 1
	switch {
	case i < len(p.plan.Choices) && !p.strays:
		return min(int(p.plan.Choices[i].Alt), n-1)
	case p.plan.Policy != nil:
		return p.plan.Policy.Alt(p.x, n)
	}
	return 0
}
