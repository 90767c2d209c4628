package algo

import (
	"fmt"
	"math/bits"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Variants of the buffer with condition variables.
const (
	twoSignal = iota
	oneSignal
	oneBroadcast
	ifForWhile
)

// monitorState is the state of the buffer with a mutex and condition variables.
type monitorState struct {
	Ledger   step.Ledger  // ghost
	Buffer   [8]step.Item // oldest first; 0 behind the last
	PC       [8]uint8
	Sent     [4]uint8 // by producer: items put
	N        uint8    // items held
	Owner    uint8    // of the mutex: process+1, 0 nobody
	NotFull  uint8    // wait set: a bit for each process
	NotEmpty uint8    // wait set
}

func condvarBuffer() step.Entry {
	return step.Entry{
		Name:    "condvar-buffer",
		Summary: "bounded buffer with a mutex and condition variables, four ways",
		Doc: `A monitor (Hoare 1974) with the semantics of Mesa (Lampson and Redell 1980): a
process that is woken competes for the mutex again. One step is: take the mutex;
test and join the wait set, which gives the mutex up; come back with the mutex;
put or get; signal; give the mutex up.

  two-signal            condition variables notFull and notEmpty, signal: right
  one-signal            one for both, signal: the signal may wake the wrong kind
  one-broadcast         one for both, broadcast: right
  if-instead-of-while   notFull and notEmpty, and no second test after waking

A signal wakes any one waiter. Consumers never end: a run ends well when the
producers have and the buffer is empty.`,
		Params: []step.Param{
			processes("producers", "producers", 2, 4),
			processes("consumers", "consumers", 2, 4),
			{Name: "capacity", Help: "items the buffer holds", Default: 1, Min: 1, Max: 4},
			{Name: "items", Help: "items each producer sends", Default: 2, Min: 1, Max: 4},
			{Name: "variant", Help: "how waiting is done", Words: []string{"two-signal", "one-signal", "one-broadcast", "if-instead-of-while"}},
		},
		Build:  func(a step.Args) (step.Program, error) { return buildMonitor(a), nil },
		Expect: expectMonitor,
	}
}

func buildMonitor(a step.Args) step.Program {
	producers, consumers, capacity, items, variant := a["producers"], a["consumers"], a["capacity"], a["items"], a["variant"]
	m := step.New[monitorState]("condvar-buffer")
	m.PC(func(s *monitorState, pid int) *uint8 { return &s.PC[pid] })
	m.Use("Buffer", capacity)
	m.Use("Sent", producers)
	track := step.Buffer(m, step.Props[monitorState]{
		Ledger:   func(s *monitorState) *step.Ledger { return &s.Ledger },
		Capacity: capacity,
		Holds: func(s *monitorState, it step.Item) bool {
			for _, b := range s.Buffer {
				if b == it {
					return true
				}
			}
			return false
		},
		Name: itemName(producers, items),
	})
	notFull := func(s *monitorState) *uint8 { return &s.NotFull }
	notEmpty := func(s *monitorState) *uint8 { return &s.NotEmpty }
	nameFull, nameEmpty := "notFull", "notEmpty"
	if variant == oneSignal || variant == oneBroadcast {
		notEmpty = notFull
		nameFull, nameEmpty = "changed", "changed"
	}
	wake := func(set *uint8, c *step.Ctx) {
		if variant == oneBroadcast {
			*set = 0
			return
		}
		w := *set
		if w == 0 {
			return
		}
		for range c.Choose(bits.OnesCount8(w)) {
			w &= w - 1
		}
		*set &^= w & -w
		c.NoteFunc(func() string { return "wakes " + kindOf(bits.TrailingZeros8(w), producers) })
	}
	lock := func(p *step.Process[monitorState], label, text string) *step.Stmt[monitorState] {
		return p.Stmt(label, text).
			Do(func(s *monitorState, c *step.Ctx) { s.Owner = uint8(c.Pid) + 1 })
	}
	free := func(s *monitorState, c *step.Ctx) bool { return s.Owner == 0 }
	holder := func(s *monitorState, c *step.Ctx) string {
		return "the mutex, held by " + kindOf(int(s.Owner)-1, producers)
	}
	// monitor writes down one loop of put or get.
	monitor := func(p *step.Process[monitorState], must func(*monitorState) bool, cond, set func(*monitorState) *uint8,
		test, name, other string, missing func(*monitorState) string, act func(*monitorState, *step.Ctx), label, text string) {
		lock(p, "lock", "lock()").When(free).WaitsFunc(holder)
		p.Stmt("test", test+" wait("+name+")").
			When(func(s *monitorState, c *step.Ctx) bool { return must(s) }).
			Do(func(s *monitorState, c *step.Ctx) {
				*cond(s) |= 1 << c.Pid
				s.Owner = 0
			}).Goto("woken")
		p.Stmt("test", test+" go on").
			When(func(s *monitorState, c *step.Ctx) bool { return !must(s) }).Goto(label)
		after := "test"
		if variant == ifForWhile {
			after = label
		}
		lock(p, "woken", "return from wait("+name+")").
			When(func(s *monitorState, c *step.Ctx) bool { return *cond(s)>>c.Pid&1 == 0 && s.Owner == 0 }).
			WaitsFunc(func(s *monitorState, c *step.Ctx) string {
				switch {
				case *cond(s)>>c.Pid&1 == 0:
					return holder(s, c)
				case must(s):
					return fmt.Sprintf("a signal of %s: %s", name, missing(s))
				default:
					return fmt.Sprintf("a signal of %s that never comes (%d of %d held)", name, s.N, capacity)
				}
			}).Goto(after)
		p.Stmt(label, text).Do(act)
		p.Stmt("signal", "signal("+other+")").Do(func(s *monitorState, c *step.Ctx) { wake(set(s), c) })
	}
	unlock := func(p *step.Process[monitorState]) *step.Stmt[monitorState] {
		return p.Stmt("unlock", "unlock()").Do(func(s *monitorState, c *step.Ctx) { s.Owner = 0 })
	}

	p := m.Process("producer", producers)
	monitor(p, func(s *monitorState) bool { return int(s.N) >= capacity }, notFull, notEmpty, "while full:", nameFull, nameEmpty,
		func(s *monitorState) string { return fmt.Sprintf("the buffer is full (%d of %d)", s.N, capacity) },
		func(s *monitorState, c *step.Ctx) {
			it := step.Item(c.Index*items + int(s.Sent[c.Index]) + 1)
			s.Sent[c.Index]++
			s.Buffer[s.N] = it
			s.N++
			s.Ledger.Accept(c, it)
		}, "put", "put(item)")
	more := func(s *monitorState, c *step.Ctx) bool { return int(s.Sent[c.Index]) < items }
	unlock(p).When(more).Goto("lock")
	unlock(p).When(func(s *monitorState, c *step.Ctx) bool { return !more(s, c) }).End()

	q := m.Process("consumer", consumers)
	monitor(q, func(s *monitorState) bool { return s.N == 0 }, notEmpty, notFull, "while empty:", nameEmpty, nameFull,
		func(s *monitorState) string { return fmt.Sprintf("the buffer is empty (0 of %d)", capacity) },
		func(s *monitorState, c *step.Ctx) {
			track.Deliver(s, c, s.Buffer[0])
			if s.N > 0 {
				copy(s.Buffer[:], s.Buffer[1:s.N])
				s.N--
				s.Buffer[s.N] = 0
			}
		}, "get", "item = get()")
	unlock(q).Goto("lock")

	m.Accept(func(s *monitorState) bool {
		for _, n := range s.Sent[:producers] {
			if int(n) < items {
				return false
			}
		}
		return s.Ledger.N == 0
	})
	return m
}

// kindOf names a process, where producers come first.
func kindOf(pid, producers int) string {
	if pid < producers {
		return fmt.Sprintf("producer %d", pid+1)
	}
	return fmt.Sprintf("consumer %d", pid-producers+1)
}

// expectMonitor states what exploring finds. The shared condition variable with
// signal deadlocks if and only if P + C > 2K, as in the blocking queue, and the
// producers have items enough to get there. Without a second test a consumer
// finds nothing when another was faster, and a producer finds no room when the
// buffer was filled by another: that takes K items, one to make room and one
// for each of both.
func expectMonitor(a step.Args) []model.Code {
	p, c, k, items := a["producers"], a["consumers"], a["capacity"], a["items"]
	var codes []model.Code
	switch a["variant"] {
	case oneSignal:
		if p+c > 2*k && items >= itemsToDeadlock(p, c, k) {
			codes = append(codes, model.Deadlock)
		}
	case ifForWhile:
		if c > 1 {
			codes = append(codes, model.InventedItem)
		}
		if p > 1 && p*items >= k+2 {
			codes = append(codes, model.Overflow)
		}
	}
	return codes
}

// itemsToDeadlock is the number of items that each producer must send for the
// deadlock of one signalled condition variable, where P + C > 2K.
func itemsToDeadlock(p, c, k int) int {
	switch {
	case k == 2 && p == 1:
		return 3
	case k == 1 && p+c > 3 && p > 1, k == 2 && p+c > 6:
		return 1
	default:
		return 2
	}
}

func init() { entries.Add(40, condvarBuffer()) }
