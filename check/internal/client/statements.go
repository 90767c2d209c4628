package client

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

const (
	sendText = "send the item"
	meetText = "send the item to a consumer that receives it now"
	recvText = "receive an item"
)

// kind of answer, by what the client does next.
type kind int

const (
	goesOn  kind = iota
	refused      // the same again
	ended        // closed and drained, where that ends a consumer
)

func (b *builder[K]) kind(op model.Op, st model.Status) kind {
	if r, ok := op.Kind.Refusal(); ok && r == st {
		return refused
	}
	if b.Close && op.Kind.Receives() && st == model.Closed {
		return ended
	}
	return goesOn
}

// has reports whether the operation has an outcome of the kind.
func (b *builder[K]) has(s *state[K], op model.Op, k kind) bool {
	for _, o := range b.Spec.Step(b.load(s), op) {
		if b.kind(op, o.Result.Status) == k {
			return true
		}
	}
	return false
}

// take executes the operation with one of the outcomes of the kind.
func (b *builder[K]) take(s *state[K], c *step.Ctx, op model.Op, k kind) model.Result {
	out := b.Spec.Step(b.load(s), op)
	n := 0
	for _, o := range out {
		if b.kind(op, o.Result.Status) == k {
			out[n] = o
			n++
		}
	}
	i := 0
	if n > 1 {
		i = c.Choose(n)
	}
	b.store(s, out[i].Next)
	c.Note("%s", b.words(op, out[i].Result))
	return out[i].Result
}

// words say an operation, with the names of the processes.
type words struct {
	names  []string
	op     model.Op
	result model.Result
}

func (b *builder[K]) words(op model.Op, r model.Result) words {
	if !b.direct {
		op.Peer, r.From = model.AnyPeer, model.AnyPeer
	}
	return words{b.names, op, r}
}

func (w words) String() string {
	from := w.result.From
	w.result.From = model.AnyPeer
	s := model.Describe(w.op, w.result)
	if w.op.Kind.Sends() && w.op.Peer >= 0 {
		s += ", to " + w.names[w.op.Peer]
	}
	if w.op.Kind.Receives() && from >= 0 {
		s += ", from " + w.names[from]
	}
	return s
}

// expectOK reports any answer but success.
func (b *builder[K]) expectOK(c *step.Ctx, op model.Op, r model.Result) bool {
	if r.Status == model.OK {
		return true
	}
	c.Fail(model.BrokenBoundary, "%s: want ok", b.words(op, r))
	return false
}

// delivered records what a receive got.
func (b *builder[K]) delivered(s *state[K], c *step.Ctx, v int64) {
	if v < 1 || v > maxItems {
		c.Fail(model.InventedItem, "%d was delivered, but nobody sends it", v)
		return
	}
	b.ledger.Deliver(s, c, step.Item(v))
}

// producers adds the producers: a label for each item.
func (b *builder[K]) producers() {
	p := b.m.Process("producer", b.Producers)
	for k := range b.Items {
		label := fmt.Sprintf("send %d", k+1)
		op := func(c *step.Ctx) model.Op { return b.sends[c.Index][k] }
		if b.alone {
			p.Stmt(label, sendText).
				When(func(s *state[K], c *step.Ctx) bool { return b.has(s, op(c), goesOn) }).
				Do(func(s *state[K], c *step.Ctx) {
					if b.expectOK(c, op(c), b.take(s, c, op(c), goesOn)) {
						s.Ledger.Accept(c, b.item(c.Index, k))
					}
				}).
				Waits("room")
		}
		if b.meets {
			p.Stmt(label, meetText).
				When(func(s *state[K], c *step.Ctx) bool { return len(b.meetings(s, op(c))) > 0 }).
				Do(func(s *state[K], c *step.Ctx) { b.meeting(s, c, op(c)) }).
				Waits("a consumer that receives")
		}
		if r, ok := b.sends[0][k].Kind.Refusal(); ok {
			p.Stmt(label, fmt.Sprintf("be told %q and try again", r)).
				When(func(s *state[K], c *step.Ctx) bool { return b.has(s, op(c), refused) }).
				Do(func(s *state[K], c *step.Ctx) { b.take(s, c, op(c), refused) }).
				Goto(label)
		}
		// Whichever way the item went, the next one is next.
	}
}

// together is a way in which a send and a receive can take effect at once.
type together struct {
	recv    model.Op
	outcome model.JointOutcome
}

// meetings are the ways in which the send can meet a consumer.
func (b *builder[K]) meetings(s *state[K], send model.Op) []together {
	var out []together
	st := b.load(s)
	for i, ops := range b.recvs {
		if s.PC[b.Producers+i] != 0 {
			continue
		}
		for _, recv := range ops {
			for _, o := range b.Spec.Joint(st, send, recv) {
				out = append(out, together{recv, o})
			}
		}
	}
	return out
}

func (b *builder[K]) meeting(s *state[K], c *step.Ctx, send model.Op) {
	ways := b.meetings(s, send)
	w := ways[0]
	if len(ways) > 1 {
		w = ways[c.Choose(len(ways))]
	}
	b.store(s, w.outcome.Next)
	c.Note("meets %s: %s, %s", b.names[w.recv.Proc], b.words(send, w.outcome.A), b.words(w.recv, w.outcome.B))
	if b.expectOK(c, send, w.outcome.A) && b.expectOK(c, w.recv, w.outcome.B) {
		s.Ledger.Accept(c, step.Item(send.Value))
		b.delivered(s, c, w.outcome.B.Value)
	}
}

// consumers adds the consumers: one label, at which they stay. It returns the
// numbers of the statements that receive, by alternative.
func (b *builder[K]) consumers() []int {
	const label = "receive"
	p := b.m.Process("consumer", b.Consumers)
	var ids []int
	for alt := range b.recvs[0] {
		op := func(c *step.Ctx) model.Op { return b.recvs[c.Index][alt] }
		text, item := recvText, "an item"
		if b.meets && !b.alone {
			item = "a producer that sends"
		}
		switch first := b.recvs[0][alt]; {
		case len(b.recvs[0]) == 1:
		case b.direct && first.Peer >= 0:
			text = fmt.Sprintf("%s from producer %d", recvText, first.Peer+1)
		default:
			text = fmt.Sprintf("%s: %s", recvText, model.DescribeCall(b.Spec, first))
		}
		ids = append(ids, len(b.m.Statements()))
		p.Stmt(label, text).
			When(func(s *state[K], c *step.Ctx) bool { return b.has(s, op(c), goesOn) }).
			Do(func(s *state[K], c *step.Ctx) {
				if r := b.take(s, c, op(c), goesOn); b.expectOK(c, op(c), r) {
					b.delivered(s, c, r.Value)
				}
			}).
			Waits(item).
			Goto(label)
		if r, ok := b.recvs[0][alt].Kind.Refusal(); ok {
			p.Stmt(label, fmt.Sprintf("be told %q and try again", r)).
				When(func(s *state[K], c *step.Ctx) bool { return b.has(s, op(c), refused) }).
				Do(func(s *state[K], c *step.Ctx) { b.take(s, c, op(c), refused) }).
				Goto(label)
		}
		if b.Close {
			p.Stmt(label, "be told that no item will come, and end").
				When(func(s *state[K], c *step.Ctx) bool { return b.has(s, op(c), ended) }).
				Do(func(s *state[K], c *step.Ctx) { b.take(s, c, op(c), ended) }).
				End()
		}
	}
	return ids
}

// closer adds the process that closes the object.
func (b *builder[K]) closer() {
	op := model.Op{Kind: model.Close, Proc: b.Producers + b.Consumers}
	b.m.Process("closer", 1).Stmt("close", "close when the producers have ended").
		When(func(s *state[K], c *step.Ctx) bool {
			for _, pc := range s.PC[:b.Producers] {
				if pc != b.ends {
					return false
				}
			}
			return b.has(s, op, goesOn)
		}).
		Do(func(s *state[K], c *step.Ctx) { b.expectOK(c, op, b.take(s, c, op, goesOn)) }).
		Waits("the producers to end").
		End()
}
