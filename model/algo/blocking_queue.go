package algo

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Whom a process of the blocking queue notifies.
const (
	notifyOne = iota // any waiting process
	notifyTwo        // any waiting process of the other kind
	notifyAll
)

// queueState is the state of the blocking queue, 32 bytes.
type queueState struct {
	Buf  [24]uint8 // producers' numbers, from 1, oldest first; 0 behind the last
	Wait uint32    // wait set: a bit for each process
	N    uint8     // items held
	_    [3]uint8
}

func blockingQueue() step.Entry {
	return step.Entry{
		Name:    "blocking-queue",
		Summary: "monitor with one wait set; notifying one process may deadlock",
		Doc: `P producers and C consumers share a buffer of capacity K and one wait set, as
in the TLA+ tutorial BlockingQueue. A step is one whole put or get by a process
that does not wait: if it cannot go on it joins the wait set, otherwise it
appends its own number or removes the oldest, and notifies: one waiting process,
one of the other kind (two), or all. Nobody ever finishes, so a state in which
all wait is a deadlock. With "one" there is such a state if and only if
P + C > 2K.`,
		Params: []step.Param{
			processes("producers", "producers", 2, 16),
			processes("consumers", "consumers", 1, 16),
			{Name: "capacity", Help: "items the buffer holds", Default: 1, Min: 1, Max: 24},
			{Name: "notify", Help: "whom a put or get notifies", Default: notifyOne, Words: []string{"one", "two", "all"}},
			{Name: "identities", Help: "whether items are told apart", Default: 0, Words: []string{"yes", "no"}},
		},
		Build: func(a step.Args) (step.Program, error) {
			return buildQueue(a["producers"], a["consumers"], a["capacity"], a["notify"], a["identities"] == 0), nil
		},
		Expect: func(a step.Args) []model.Code {
			if a["notify"] == notifyOne && a["producers"]+a["consumers"] > 2*a["capacity"] {
				return []model.Code{model.Deadlock}
			}
			return nil
		},
	}
}

func buildQueue(producers, consumers, capacity, notify int, identities bool) step.Program {
	m := step.New[queueState]("blocking-queue")
	kinds := kinds{producers}
	m.Show(func(s *queueState) []step.Variable {
		var waiting []string
		for set := s.Wait; set != 0; set &= set - 1 {
			waiting = append(waiting, kinds.tag(bits.TrailingZeros32(set)))
		}
		return []step.Variable{
			{Name: "Buf", Value: fmt.Sprint(s.Buf[:capacity])}, {Name: "Wait", Value: "[" + strings.Join(waiting, " ") + "]"}, {Name: "N", Value: fmt.Sprint(s.N)},
		}
	})
	m.Accept(func(*queueState) bool { return false })
	allProducers := uint32(1)<<producers - 1
	allConsumers := (uint32(1)<<consumers - 1) << producers
	wake := func(s *queueState, c *step.Ctx, others uint32) {
		switch w := s.Wait; notify {
		case notifyAll:
			s.Wait = 0
		case notifyTwo:
			kinds.wakeOne(s, c, w&others)
		default:
			kinds.wakeOne(s, c, w)
		}
	}
	awake := func(s *queueState, c *step.Ctx) bool { return s.Wait>>c.Pid&1 == 0 }

	m.Process("producer", producers).Stmt("put", "put(item)").
		When(awake).
		Do(func(s *queueState, c *step.Ctx) {
			if int(s.N) == capacity {
				s.Wait |= 1 << c.Pid
				c.Note("the buffer is full: joins the wait set")
				return
			}
			s.Buf[s.N] = 1
			if identities {
				s.Buf[s.N] = uint8(c.Index) + 1
			}
			s.N++
			wake(s, c, allConsumers)
		}).
		WaitsFunc(func(s *queueState, c *step.Ctx) string {
			if int(s.N) < capacity {
				return fmt.Sprintf("a notification that never comes, though there is room (%d of %d)", s.N, capacity)
			}
			return fmt.Sprintf("a notification: the buffer is full (%d of %d)", s.N, capacity)
		})
	m.Process("consumer", consumers).Stmt("get", "get()").
		When(awake).
		Do(func(s *queueState, c *step.Ctx) {
			if s.N == 0 {
				s.Wait |= 1 << c.Pid
				c.Note("the buffer is empty: joins the wait set")
				return
			}
			s.N--
			copy(s.Buf[:s.N], s.Buf[1:])
			s.Buf[s.N] = 0
			wake(s, c, allProducers)
		}).
		WaitsFunc(func(s *queueState, c *step.Ctx) string {
			if s.N > 0 {
				return fmt.Sprintf("a notification that never comes, though there are items (%d of %d)", s.N, capacity)
			}
			return fmt.Sprintf("a notification: the buffer is empty (0 of %d)", capacity)
		})
	return m
}

// kinds says of which kind a process is: the first ones are producers.
type kinds struct{ producers int }

// tag is the short name of a process: P1, C2.
func (k kinds) tag(pid int) string {
	if pid < k.producers {
		return fmt.Sprintf("P%d", pid+1)
	}
	return fmt.Sprintf("C%d", pid-k.producers+1)
}

// wakeOne removes any one of the set from the wait set; each is an alternative.
func (k kinds) wakeOne(s *queueState, c *step.Ctx, set uint32) {
	if set == 0 {
		return
	}
	for range c.Choose(bits.OnesCount32(set)) {
		set &= set - 1
	}
	s.Wait &^= set & -set
	c.NoteFunc(func() string { return "notifies " + k.tag(bits.TrailingZeros32(set)) })
}

func init() { entries.Add(50, blockingQueue()) }
