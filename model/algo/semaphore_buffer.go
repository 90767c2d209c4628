package algo

import (
	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// semState is the state of the buffer with three semaphores.
type semState struct {
	Ledger step.Ledger // ghost
	Buffer [8]step.Item
	PC     [8]uint8
	Sent   [4]uint8 // by producer: items put
	In     uint8
	Out    uint8
	Empty  uint8 // semaphore: free slots
	Full   uint8 // semaphore: items
	Mutex  uint8 // semaphore
	_      [7]uint8
}

func semaphoreBuffer() step.Entry {
	return step.Entry{
		Name:    "semaphore-buffer",
		Summary: "bounded buffer with three semaphores; taking the mutex first deadlocks",
		Doc: `The bounded buffer with the semaphores empty, full and mutex (Dijkstra 1965),
one semaphore operation or one buffer access a step:

  producer: wait(empty); wait(mutex); put; signal(mutex); signal(full);
  consumer: wait(full);  wait(mutex); get; signal(mutex); signal(empty);

With -order mutex-first both take the mutex before they wait for the other
semaphore, and one that waits inside keeps everybody else out. Consumers never
end: a run ends well when the producers have and the buffer is empty.`,
		Params: []step.Param{
			processes("producers", "producers", 2, 4),
			processes("consumers", "consumers", 2, 4),
			{Name: "capacity", Help: "items the buffer holds", Default: 2, Min: 1, Max: 8},
			{Name: "items", Help: "items each producer sends", Default: 2, Min: 1, Max: 5},
			{Name: "order", Help: "which semaphore is taken first", Words: []string{"right", "mutex-first"}},
		},
		Build: func(a step.Args) (step.Program, error) { return buildSemaphores(a), nil },
		Expect: func(a step.Args) []model.Code {
			if a["order"] == 1 {
				return []model.Code{model.Deadlock}
			}
			return nil
		},
	}
}

func buildSemaphores(a step.Args) step.Program {
	producers, consumers, capacity, items := a["producers"], a["consumers"], a["capacity"], a["items"]
	n := uint8(capacity)
	m := step.New[semState]("semaphore-buffer")
	m.PC(func(s *semState, pid int) *uint8 { return &s.PC[pid] })
	m.Use("Buffer", capacity)
	m.Use("Sent", producers)
	m.Init(func(s *semState) { s.Empty, s.Mutex = n, 1 })
	track := step.Buffer(m, step.Props[semState]{
		Ledger:   func(s *semState) *step.Ledger { return &s.Ledger },
		Capacity: capacity,
		Holds: func(s *semState, it step.Item) bool {
			for _, b := range s.Buffer {
				if b == it {
					return true
				}
			}
			return false
		},
		Name: itemName(producers, items),
	})

	wait := func(p *step.Process[semState], name string, sem func(*semState) *uint8, what string) {
		p.Stmt("wait("+name+")", "wait("+name+");").
			When(func(s *semState, c *step.Ctx) bool { return *sem(s) > 0 }).
			Do(func(s *semState, c *step.Ctx) { *sem(s)-- }).
			Waits(what)
	}
	signal := func(p *step.Process[semState], name string, sem func(*semState) *uint8) *step.Stmt[semState] {
		return p.Stmt("signal("+name+")", "signal("+name+");").
			Do(func(s *semState, c *step.Ctx) { *sem(s)++ })
	}
	empty := func(s *semState) *uint8 { return &s.Empty }
	full := func(s *semState) *uint8 { return &s.Full }
	mutex := func(s *semState) *uint8 { return &s.Mutex }
	enter := func(p *step.Process[semState], name string, sem func(*semState) *uint8, what string) {
		if a["order"] == 1 {
			wait(p, "mutex", mutex, "the mutex")
			wait(p, name, sem, what)
			return
		}
		wait(p, name, sem, what)
		wait(p, "mutex", mutex, "the mutex")
	}

	first := func(name string) string {
		if a["order"] == 1 {
			name = "mutex"
		}
		return "wait(" + name + ")"
	}

	p := m.Process("producer", producers)
	enter(p, "empty", empty, "a free slot")
	p.Stmt("put", "buffer[in] = item; in = (in+1) % N;").
		Do(func(s *semState, c *step.Ctx) {
			it := step.Item(c.Index*items + int(s.Sent[c.Index]) + 1)
			s.Sent[c.Index]++
			s.Buffer[s.In] = it
			s.In = (s.In + 1) % n
			s.Ledger.Accept(c, it)
		})
	signal(p, "mutex", mutex)
	more := func(s *semState, c *step.Ctx) bool { return int(s.Sent[c.Index]) < items }
	signal(p, "full", full).When(more).Goto(first("empty"))
	signal(p, "full", full).When(func(s *semState, c *step.Ctx) bool { return !more(s, c) }).End()

	q := m.Process("consumer", consumers)
	enter(q, "full", full, "an item")
	q.Stmt("get", "item = buffer[out]; out = (out+1) % N;").
		Do(func(s *semState, c *step.Ctx) {
			it := s.Buffer[s.Out]
			s.Buffer[s.Out] = 0
			s.Out = (s.Out + 1) % n
			track.Deliver(s, c, it)
		})
	signal(q, "mutex", mutex)
	signal(q, "empty", empty).Goto(first("full"))

	m.Accept(func(s *semState) bool {
		for _, n := range s.Sent[:producers] {
			if int(n) < items {
				return false
			}
		}
		return s.Ledger.N == 0
	})
	return m
}

func init() { entries.Add(30, semaphoreBuffer()) }
