package algo

import (
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// ringState is the state of the textbook's circular queue.
type ringState struct {
	Ledger step.Ledger // ghost: what was accepted and delivered
	Buffer [16]step.Item
	Next   [8]step.Item // by process: the item in its hands
	Sent   [4]uint8     // by producer: items accepted
	PC     [8]uint8
	In     uint8
	Out    uint8
	_      [2]uint8
}

func circularQueue() step.Entry {
	return step.Entry{
		Name:    "circular-queue",
		Summary: "the textbook ring with in and out; right for one producer and one consumer",
		Doc: `The bounded buffer of the operating systems textbooks, with busy waiting, one
statement a step:

  producer: while (((in + 1) % N) == out);   consumer: while (in == out);
            buffer[in] = next_produced;                next_consumed = buffer[out];
            in = (in + 1) % N;                         out = (out + 1) % N;

It holds N-1 items. An item is accepted when its producer moves in, and delivered
when the consumer that read it moves out. Producers send a number of items each;
consumers never end, so a run ends well when the buffer is empty and they wait.`,
		Params: []step.Param{
			{Name: "size", Help: "slots, N; one stays free", Default: 4, Min: 2, Max: 16},
			processes("producers", "producers", 1, 4),
			processes("consumers", "consumers", 1, 4),
			{Name: "items", Help: "items each producer sends", Default: 3, Min: 1, Max: 8},
		},
		Build: func(a step.Args) (step.Program, error) {
			return buildRing(a["size"], a["producers"], a["consumers"], a["items"]), nil
		},
		Expect: expectRing,
	}
}

func buildRing(size, producers, consumers, items int) step.Program {
	n := uint8(size)
	m := step.New[ringState]("circular-queue")
	m.PC(func(s *ringState, pid int) *uint8 { return &s.PC[pid] })
	m.Use("Buffer", size)
	m.Use("Next", producers+consumers)
	m.Use("Sent", producers)
	held := func(s *ringState, it step.Item) bool {
		for i := s.Out; i != s.In; i = (i + 1) % n {
			if s.Buffer[i] == it {
				return true
			}
		}
		for c := producers; c < producers+consumers; c++ {
			if s.Next[c] == it {
				return true
			}
		}
		return false
	}
	name := itemName(producers, items)
	track := step.Buffer(m, step.Props[ringState]{
		Ledger:   func(s *ringState) *step.Ledger { return &s.Ledger },
		Capacity: size - 1,
		Holds:    held,
		Name:     name,
		Why: func(s *ringState, it step.Item) string {
			slot := (s.In + n - 1) % n
			switch {
			case s.In == s.Out:
				return "in has caught up with out, and the queue looks empty"
			case it != s.Ledger.Live[s.Ledger.N-1]:
				return "it is in no slot between out and in"
			default:
				return fmt.Sprintf("in has moved past slot %d for it, and that slot holds %s", slot, name(s.Buffer[slot]))
			}
		},
	})

	p := m.Process("producer", producers)
	p.Stmt("test", "while (((in + 1) % N) == out);").
		When(func(s *ringState, c *step.Ctx) bool { return (s.In+1)%n != s.Out }).
		Do(func(s *ringState, c *step.Ctx) {
			s.Next[c.Pid] = step.Item(c.Index*items + int(s.Sent[c.Index]) + 1)
		}).
		Waits("a free slot")
	p.Stmt("write", "buffer[in] = next_produced;").
		Do(func(s *ringState, c *step.Ctx) {
			if old := s.Buffer[s.In]; old != 0 {
				c.NoteFunc(func() string { return fmt.Sprintf("overwrites %s in slot %d", name(old), s.In) })
			}
			s.Buffer[s.In] = s.Next[c.Pid]
		})
	advance := func(s *ringState, c *step.Ctx) {
		s.In = (s.In + 1) % n
		s.Ledger.Accept(c, s.Next[c.Pid])
		s.Next[c.Pid] = 0
		s.Sent[c.Index]++
	}
	more := func(s *ringState, c *step.Ctx) bool { return int(s.Sent[c.Index]) < items-1 }
	p.Stmt("advance", "in = (in + 1) % N;").When(more).Do(advance).Goto("test")
	p.Stmt("advance", "in = (in + 1) % N;").
		When(func(s *ringState, c *step.Ctx) bool { return !more(s, c) }).Do(advance).End()

	q := m.Process("consumer", consumers)
	q.Stmt("test", "while (in == out);").
		When(func(s *ringState, c *step.Ctx) bool { return s.In != s.Out }).
		Waits("an item")
	q.Stmt("read", "next_consumed = buffer[out];").
		Do(func(s *ringState, c *step.Ctx) { s.Next[c.Pid] = s.Buffer[s.Out] })
	q.Stmt("advance", "out = (out + 1) % N;").
		Do(func(s *ringState, c *step.Ctx) {
			track.Deliver(s, c, s.Next[c.Pid])
			s.Next[c.Pid] = 0
			s.Out = (s.Out + 1) % n
		}).Goto("test")

	m.Accept(func(s *ringState) bool { return s.In == s.Out && s.Ledger.N == 0 })
	return m
}

func expectRing(a step.Args) []model.Code {
	var codes []model.Code
	many, greedy := a["producers"] > 1, a["consumers"] > 1
	if many {
		codes = append(codes, model.LostItem)
	}
	if greedy {
		codes = append(codes, model.DuplicatedItem)
	}
	if many && greedy && a["producers"]*a["items"] > 2 {
		// Two consumers let a third item overtake, or where there is
		// only one slot let it in too early.
		if a["size"] > 2 {
			codes = append(codes, model.ReorderedItem)
		} else {
			codes = append(codes, model.Overflow)
		}
	}
	if greedy {
		codes = append(codes, model.InventedItem)
	}
	slices.Sort(codes)
	return codes
}

func init() { entries.Add(10, circularQueue()) }
