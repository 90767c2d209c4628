package client_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/client"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
	"github.com/ipccheck/ipccheck/model/step/steptest"
)

func build(t *testing.T, name string, change step.Args) step.Program {
	t.Helper()
	_, _, p, err := steptest.Build(client.Entries(), name, change)
	require.NoError(t, err)
	return p
}

// sweep lists all arguments out of the ranges that keep a model small.
func sweep(e step.Entry) []step.Args {
	all := []step.Args{{}}
	for _, p := range e.Params {
		least, most := p.Min, min(p.Max, 2)
		if p.Words != nil {
			least, most = 0, len(p.Words)-1
		}
		var longer []step.Args
		for _, a := range all {
			for v := least; v <= most; v++ {
				b := maps.Clone(a)
				b[p.Name] = v
				longer = append(longer, b)
			}
		}
		all = longer
	}
	return all
}

func TestEntriesGiveTheVerdictTheyExpect(t *testing.T) {
	for _, e := range client.Entries() {
		t.Run(e.Name, func(t *testing.T) {
			n := 0
			for _, a := range sweep(e) {
				if _, err := e.Build(a); err != nil {
					assert.ErrorContains(t, err, "never meet", "%v", a)
					continue
				}
				n++
				require.NoError(t, steptest.Verify(e, a))
			}
			t.Logf("%d models", n)
		})
	}
}

func TestEveryStatementIsExecuted(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs on one thread: the race detector has nothing to see")
	}
	for _, e := range client.Entries() {
		for _, a := range sweep(e) {
			p, err := e.Build(a)
			if err != nil {
				continue
			}
			b := step.NewBatch(p)
			explore(p, b, func([]uint64) {})
			for i, st := range p.Statements() {
				// With try-send or try-recv everywhere some refusals cannot come up:
				// an unbounded buffer is never full.
				if !strings.Contains(st.Text, "told") {
					require.NotZero(t, b.Enabled[i], "%s %v: %s: %s", e.Name, a, st.Label, st.Text)
				}
			}
		}
	}
}

// explore visits all states that steps which do not fail reach.
func explore(p step.Program, b *step.Batch, visit func([]uint64)) {
	seen := map[string]bool{}
	var todo [][]uint64
	push := func(s []uint64) {
		if k := fmt.Sprint(s); !seen[k] {
			seen[k] = true
			todo = append(todo, slices.Clone(s))
		}
	}
	init := make([]uint64, p.Words())
	p.Initial(init)
	push(init)
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		visit(s)
		b.Reset()
		p.Expand(s, b)
		for i := range b.Len() {
			if !b.Failed[i] {
				push(b.States[i*p.Words() : (i+1)*p.Words()])
			}
		}
	}
}

// reference counts the states and transitions of producers and consumers on a
// first-in-first-out buffer, written down without package model. A state is how
// much each producer has sent and what is in the buffer.
func reference(producers, consumers, capacity, items int) (states, transitions, levels int) {
	type state struct {
		sent  [4]int
		queue string
	}
	seen := map[state]bool{{}: true}
	for front := []state{{}}; len(front) > 0; levels++ {
		var next []state
		reach := func(s state) {
			transitions++
			if !seen[s] {
				seen[s] = true
				next = append(next, s)
			}
		}
		for _, s := range front {
			for p := range producers {
				to := s
				to.sent[p]++
				to.queue += fmt.Sprintf("%c", 'a'+p)
				switch {
				case s.sent[p] == items:
				case capacity == 0:
					to.queue = ""
					for range consumers {
						reach(to)
					}
				case capacity < 0 || len(s.queue) < capacity:
					reach(to)
				}
			}
			if s.queue != "" {
				s.queue = s.queue[1:]
				for range consumers {
					reach(s)
				}
			}
		}
		front = next
	}
	return len(seen), transitions, levels
}

func TestCountsAgainstReference(t *testing.T) {
	for producers := 1; producers <= 3; producers++ {
		for consumers := 1; consumers <= 2; consumers++ {
			for items := 1; items <= 5-producers; items++ {
				for _, capacity := range []int{-1, 0, 1, 2, 3} {
					name := map[int]string{-1: "unbounded-buffer", 0: "rendezvous"}[capacity]
					a := step.Args{"producers": producers, "consumers": consumers, "items": items}
					if capacity > 0 {
						name = "bounded-buffer"
						a["capacity"] = capacity
					}
					states, transitions, levels := reference(producers, consumers, capacity, items)
					want := steptest.Counts{Distinct: states, Transitions: transitions, Levels: levels, Faults: map[model.Code]int{}}
					require.Equal(t, want, steptest.Explore(build(t, name, a)), "%s %v", name, a)
					// An indirect mailbox is the same buffer behind a number.
					a["capacity"] = capacity
					require.Equal(t, want, steptest.Explore(build(t, "mailbox", a)), "mailbox %v", a)
				}
			}
		}
	}
}

func TestOutOfRange(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change step.Args
		want   string
	}{
		{"unbounded-buffer", step.Args{"producers": 3, "items": 8}, "up to 24 items are held at once: want at most 23, so a smaller capacity or fewer items"},
		{"bounded-buffer", step.Args{"producers": 7, "items": 10}, "7 producers with 10 items each send 70 items: want at most 63 in all"},
		{"mailbox", step.Args{"producers": 7, "consumers": 7, "items": 7, "capacity": 0, "addressing": 1}, "49 links: want at most 21, so fewer producers or consumers"},
		{"mailbox", step.Args{"capacity": 0, "mode": 3}, "mode try with capacity 0: two non-blocking operations never meet; make one side blocking, or the capacity 1 or more"},
	} {
		_, _, _, err := steptest.Build(client.Entries(), tt.name, tt.change)
		assert.EqualError(t, err, tt.want)
	}
	_, err := client.New(client.Config{Spec: model.Bounded(1), Producers: 1, Consumers: 1})
	assert.ErrorContains(t, err, "want 1 or more of each")
	_, err = client.New(client.Config{Spec: model.Bounded(1), Producers: 8, Consumers: 9, Items: 1})
	assert.EqualError(t, err, "17 processes: want at most 16")
	_, err = client.New(client.Config{Producers: 1, Consumers: 1, Items: 1})
	assert.EqualError(t, err, "no specification")
}

// broken is a first-in-first-out buffer with a fault.
type broken struct {
	*model.Buffer
	step func(right []model.Outcome, s model.State, op model.Op) []model.Outcome
}

func (b broken) Step(s model.State, op model.Op) []model.Outcome {
	return b.step(b.Buffer.Step(s, op), s, op)
}

func TestFaultySpecificationsAreCaught(t *testing.T) {
	received := func(out []model.Outcome) bool { return len(out) > 0 && out[0].Result.Status == model.OK }
	tests := []struct {
		name string
		code model.Code
		step func(right []model.Outcome, s model.State, op model.Op) []model.Outcome
	}{
		{"a send that finds something is forgotten", model.LostItem, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Send && len(out) > 0 && s.String() != "[]" {
				out[0].Next = s
			}
			return out
		}},
		{"a receive leaves the item", model.DuplicatedItem, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Recv && received(out) {
				out[0].Next = s
			}
			return out
		}},
		{"an item that nobody has sent yet", model.InventedItem, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Recv && received(out) {
				out[0].Result.Value++
			}
			return out
		}},
		{"an item that nobody ever sends", model.InventedItem, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Recv && received(out) {
				out[0].Result.Value += 256
			}
			return out
		}},
		{"a receive waits for a second item", model.Deadlock, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Recv && received(out) && out[0].Next.String() == "[]" {
				return nil
			}
			return out
		}},
		{"closed although nobody closed it", model.BrokenBoundary, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Recv && len(out) == 0 {
				return []model.Outcome{{Next: s, Result: model.Result{Status: model.Closed}}}
			}
			return out
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := client.New(client.Config{
				Name: "broken", Object: "Buffer", Spec: broken{model.Bounded(2), tt.step},
				Producers: 1, Consumers: 1, Items: 3, Capacity: 2,
			})
			require.NoError(t, err)
			assert.Contains(t, steptest.Explore(p).Faults, tt.code)
		})
	}
}

func TestBrokenPromisesAreCaught(t *testing.T) {
	direct := client.Config{
		Spec: model.NewDirect(model.DirectConfig{Capacity: 2, Asymmetric: true}),
		Send: func(p, k int) model.Op { return model.Op{Kind: model.Send, Peer: 2 + k%2} },
		Recv: func(int) []model.Op { return []model.Op{{Kind: model.Recv, Peer: model.AnyPeer}} },
		Lane: func(p, k int) int { return p*2 + k%2 },
	}
	boxes := client.Config{
		Spec:  model.NewMailbox(model.MailboxConfig{Capacity: 2, Order: model.PerProducer, Boxes: []int{0, 1}}),
		Send:  func(p, k int) model.Op { return model.Op{Kind: model.Send, Box: k % 2} },
		Recv:  func(int) []model.Op { return []model.Op{{Kind: model.Recv, Box: 0}, {Kind: model.Recv, Box: 1}} },
		Lane:  func(p, k int) int { return k % 2 },
		Order: model.PerProducer, Capacity: 2, Producers: 2, Consumers: 1, Items: 3,
	}
	direct.Producers, direct.Consumers, direct.Items, direct.Capacity = 2, 2, 4, 1
	tests := []struct {
		name   string
		config client.Config
		want   []model.Code
	}{
		{"more capacity than promised", client.Config{Spec: model.Bounded(2), Capacity: 1}, []model.Code{model.Overflow}},
		{"no order where one is promised", client.Config{Spec: model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.Bag}), Capacity: 2}, []model.Code{model.ReorderedItem}},
		{"no order where one per producer is promised", client.Config{Spec: model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.Bag}), Capacity: 2, Order: model.PerProducer}, []model.Code{model.ReorderedItem}},
		{"order per producer where a total one is promised", client.Config{Spec: model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.PerProducer}), Capacity: 2}, []model.Code{model.ReorderedItem}},
		{"order per producer", client.Config{Spec: model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.PerProducer}), Capacity: 2, Order: model.PerProducer}, nil},
		{"a link holds more than promised", direct, []model.Code{model.Overflow}},
		{"order per producer in each of two boxes, none between them", boxes, nil},
		{"nobody closes mailboxes that are not there", client.Config{Spec: model.NewMailbox(model.MailboxConfig{Capacity: 2}), Capacity: 2}, []model.Code{model.BrokenBoundary}},
		{"links cannot be closed", client.Config{
			Spec: model.NewDirect(model.DirectConfig{Capacity: 1, Asymmetric: true}), Capacity: 1, Close: true,
			Send: func(p, k int) model.Op { return model.Op{Kind: model.Send, Peer: 2} },
			Recv: direct.Recv, Lane: func(p, k int) int { return p }, Producers: 2, Consumers: 1, Items: 1,
		}, []model.Code{model.BrokenBoundary}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.config
			c.Name, c.Object = "broken", "Object"
			if c.Producers == 0 {
				c.Producers, c.Consumers, c.Items = 2, 2, 2
			}
			p, err := client.New(c)
			require.NoError(t, err)
			assert.Equal(t, tt.want, slices.Sorted(maps.Keys(steptest.Explore(p).Faults)))
		})
	}
}

// crooked is a rendezvous that hands over another item, or none.
type crooked struct {
	*model.Buffer
	b model.Result
}

func (c crooked) Joint(s model.State, a, b model.Op) []model.JointOutcome {
	out := c.Buffer.Joint(s, a, b)
	for i := range out {
		out[i].B = c.b
	}
	return out
}

func TestCrookedRendezvousIsCaught(t *testing.T) {
	for code, r := range map[model.Code]model.Result{model.InventedItem: {Value: 3}, model.BrokenBoundary: {Status: model.Empty}} {
		p, err := client.New(client.Config{Name: "crooked", Object: "Object", Spec: crooked{model.Rendezvous(), r}, Producers: 1, Consumers: 1, Items: 2})
		require.NoError(t, err)
		assert.Contains(t, steptest.Explore(p).Faults, code)
	}
}

func TestStuckClientsAreDeadlocks(t *testing.T) {
	for _, tt := range []struct {
		name     string
		capacity int
		close    bool
		step     func(right []model.Outcome, s model.State, op model.Op) []model.Outcome
	}{
		{"a send always waits", 2, false, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Send {
				return nil
			}
			return out
		}},
		{"close does not wake those who receive", 2, true, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Recv && s.String() == "[] closed" {
				return nil
			}
			return out
		}},
		{"receivers are told too early that all is over", 0, true, func(out []model.Outcome, s model.State, op model.Op) []model.Outcome {
			if op.Kind == model.Recv {
				return []model.Outcome{{Next: s, Result: model.Result{Status: model.Closed}}}
			}
			return out
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := client.New(client.Config{
				Name: "stuck", Object: "Buffer", Close: tt.close, Capacity: tt.capacity,
				Spec:      broken{model.NewBuffer(model.BufferConfig{Capacity: tt.capacity}), tt.step},
				Producers: 1, Consumers: 1, Items: 2,
			})
			require.NoError(t, err)
			assert.Equal(t, []model.Code{model.Deadlock}, slices.Sorted(maps.Keys(steptest.Explore(p).Faults)))
		})
	}
}

// run applies moves by process and statement text and returns the notes.
func run(t *testing.T, p step.Program, moves ...string) (notes []string, s []uint64) {
	t.Helper()
	s = make([]uint64, p.Words())
	p.Initial(s)
	names := p.Processes()
	for _, want := range moves {
		b := step.NewBatch(p)
		p.Expand(s, b)
		found := false
		for i, mv := range b.Moves {
			if got := names[mv.Pid].Name + ": " + p.Statements()[mv.Stmt].Text; got != want {
				continue
			}
			next := make([]uint64, p.Words())
			e, err := p.Apply(s, mv, next)
			require.NoError(t, err)
			require.Equal(t, b.States[i*p.Words():(i+1)*p.Words()], next)
			notes = append(notes, e.Note)
			s, found = next, true
			break
		}
		require.True(t, found, want)
	}
	return notes, s
}

func TestWords(t *testing.T) {
	p := build(t, "bounded-buffer", step.Args{"capacity": 1, "close": 1, "consumers": 1, "items": 1})
	notes, s := run(t, p, "producer 2: send the item")
	assert.Equal(t, []string{"send(2) -> ok"}, notes)
	assert.Equal(t, []step.Variable{{Name: "Buffer", Value: "[2]"}, {Name: "PC", Value: "[0 1 0 0]"}}, p.Variables(s))
	assert.Equal(t, []step.Wait{{Pid: 0, Label: "send 1", Stmt: 0, For: "room"}, {Pid: 3, Label: "close", Stmt: 3, For: "the producers to end"}}, p.Waiting(s))
	notes, s = run(t, p, "producer 2: send the item", "consumer: receive an item", "producer 1: send the item", "closer: close when the producers have ended",
		"consumer: receive an item", "consumer: be told that no item will come, and end")
	assert.Equal(t, []string{"send(2) -> ok", "recv() -> 2", "send(1) -> ok", "close() -> ok", "recv() -> 1", "recv() -> closed"}, notes)
	assert.True(t, p.Accepting(s))

	p = build(t, "rendezvous", nil)
	notes, s = run(t, p, "producer 1: send the item to a consumer that receives it now")
	assert.Equal(t, []string{"meets consumer 1: send(1) -> ok, recv() -> 1"}, notes)
	assert.Contains(t, p.Waiting(s), step.Wait{Pid: 2, Label: "receive", Stmt: 2, For: "a producer that sends"})

	p = build(t, "mailbox", step.Args{"addressing": 1, "consumers": 1})
	notes, s = run(t, p, "producer 2: send the item", "consumer: receive an item from producer 2")
	assert.Equal(t, []string{"send(3) -> ok, to consumer", "recv() -> 3, from producer 2"}, notes)
	assert.Equal(t, "1->2 [], 2->1 []", p.Variables(s)[0].Value)

	p = build(t, "bounded-buffer", step.Args{"mode": 3})
	notes, _ = run(t, p, "consumer 2: be told \"empty\" and try again", "producer 1: send the item", "producer 2: send the item", "producer 1: be told \"full\" and try again")
	assert.Equal(t, []string{"try_recv() -> empty", "try_send(1) -> ok", "try_send(3) -> ok", "try_send(2) -> full"}, notes)
}

func TestKeysFit(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs on one thread: the race detector has nothing to see")
	}
	// The longest keys that the parameters allow.
	for _, tt := range []struct {
		name   string
		change step.Args
	}{
		{"bounded-buffer", step.Args{"producers": 1, "consumers": 1, "capacity": 23, "items": 23}},
		{"unbounded-buffer", step.Args{"producers": 1, "consumers": 1, "items": 14}},
		{"unbounded-buffer", step.Args{"producers": 1, "consumers": 1, "items": 15}},
		{"bounded-buffer", step.Args{"producers": 2, "consumers": 1, "capacity": 11, "items": 6, "order": 1}},
		{"mailbox", step.Args{"producers": 1, "consumers": 1, "capacity": -1, "items": 23}},
		{"mailbox", step.Args{"producers": 1, "consumers": 7, "capacity": -1, "items": 7, "addressing": 1}},
	} {
		p := build(t, tt.name, tt.change)
		assert.Empty(t, steptest.Explore(p).Faults, "%v", tt.change)
	}
	p, err := client.New(client.Config{Name: "short", Object: "Object", Spec: model.Unbounded(), Producers: 1, Consumers: 1, Items: 20, Capacity: model.NoLimit, KeyBytes: 3})
	require.NoError(t, err)
	assert.PanicsWithValue(t, "client: short: the state [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] takes 16 bytes, at most 15 were promised",
		func() { steptest.Explore(p) })
}

func BenchmarkExpand(b *testing.B) {
	for _, e := range client.Entries() {
		b.Run(e.Name, func(b *testing.B) {
			a := e.Defaults()
			a["producers"], a["consumers"], a["capacity"], a["items"] = 2, 2, 3, 3
			p, err := e.Build(a)
			require.NoError(b, err)
			batch := step.NewBatch(p)
			var states [][]uint64
			explore(p, batch, func(s []uint64) { states = append(states, s) })
			b.ReportAllocs()
			n := 0
			for i := 0; b.Loop(); i++ {
				batch.Reset()
				p.Expand(states[i%len(states)], batch)
				n += batch.Len()
				p.Broken(states[i%len(states)], false)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "transitions/s")
		})
	}
}
