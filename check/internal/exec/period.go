package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// Where goroutines go round loops that leave nothing behind but what their operations
// do, and one round is like the other, nothing will ever change: nobody else can go
// on, nothing is due, and what the operations find is what they found before. Such an
// execution ends here: see [prim.Thread] Circles. Where time passes in a round, what is due
// after it is due in the order in which it was before, as long after what is due next.

// period compares rounds, each of which ends where the next one begins.
type period struct {
	of     string // where a round ends
	who    int    // and with whom
	before int    // events before the last round that has ended
	begin  int    // events before the one under way
	states uint64 // of the objects then, if the last two rounds were alike
	looked bool   // the states are known
	same   int    // rounds in a row that were like the one before
	words  uint64 // what loops have left behind in the one under way, as a hash
	had    uint64 // and in the one before
	open   bool   // the one under way may go otherwise another time: a loop was gone round that counts, somebody has looked at the clock, or there was a choice
}

// leftBehind is what the rounds of a loop have left behind, as a hash.
type leftBehind struct {
	at    string
	words uint64
}

// ends notes that a round ends, if it is one of those, and returns how many in a row
// were like the one before. Objects are looked at, which takes its time, only where what
// was done is alike: whether the first such round has left them as it found them is not
// known.
//
//go:norace
func (p *period) ends(events []prim.Event, of string, who int, states func() uint64) int {
	if p.of == "" {
		p.of, p.who = of, who
	}
	if p.of != of || p.who != who {
		return 0
	}
	n := len(events)
	alike := !p.open && p.words == p.had && p.begin > 0 && likewise(events[p.before:p.begin], events[p.begin:n])
	p.before, p.begin, p.open = p.begin, n, false
	p.had, p.words = p.words, 0
	if !alike {
		p.same, p.looked = 0, false
		return 0
	}
	now := states()
	if p.same++; p.looked && now != p.states {
		p.same = 0
	}
	p.states, p.looked = now, true
	return p.same
}

// likewise reports whether the same was done and found, by goroutines that go round loops:
// one that does not, such as one in a recursion, comes to an end.
//
//go:norace
func likewise(a, b []prim.Event) bool {
	if len(a) != len(b) || len(a) == 0 {
		return false
	}
	var there, turned prim.Set
	for i := range a {
		e, f := &a[i], &b[i]
		if e.G != f.G || e.Full.Kind != f.Full.Kind || e.Op.Kind != f.Op.Kind || e.Op.Obj != f.Op.Obj || e.Op.Arg != f.Op.Arg || e.Before != f.Before || e.Chan != f.Chan || e.Alt != f.Alt {
			return false
		}
		switch f.Op.Kind {
		case prim.OpTick, prim.OpAdvance, prim.OpExpire:
			continue // by the clock
		}
		there.Add(int(f.G))
		if f.Turn {
			turned.Add(int(f.G))
		}
	}
	return there.Len() == turned.Len()
}
