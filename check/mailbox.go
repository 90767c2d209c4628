package check

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Mailboxes are numbered mailboxes (or ports) under test: created, shared by any
// number of processes, destroyed. A message is a slice of bytes.
type Mailboxes struct {
	Create  func(box int) Status
	Destroy func(box int) Status
	// Open gives the operations on the box that has the number now, or says why
	// there are none. It is asked before every operation, so operations that
	// wait when a box is destroyed have it open.
	Open func(box int) (Ops[[]byte], Status)
}

// Sizes says which sizes of messages an object takes; see [model.FixedSize] and
// [model.MaxSize].
type Sizes = model.Sizes

// Mailbox checks a set of mailboxes. The constructor is called with each of the
// promise's capacities, 0 and [Unbounded] among them if they are listed there. It
// makes no boxes.
//
// One box is checked as [Buffer] checks a buffer. Then come sequences of
// operations on several boxes, which are created and destroyed, with messages of
// all sizes, the wrong ones too; and scenes in which a box is destroyed while
// processes wait on it. A pass covers these and no more.
func Mailbox(t TB, build func(capacity int) Mailboxes, p Promise, options ...Option) *verdict.Verdict {
	t.Helper()
	p.Name = nameOf(t, p)
	return tell(t, RunMailbox(build, p, options...))
}

// RunMailbox is [Mailbox] without a test: the verdict alone.
func RunMailbox(build func(capacity int) Mailboxes, p Promise, options ...Option) *verdict.Verdict {
	return p.run(options, func(s *suite, sizes []int) {
		if b := p.Sizes.Bytes; b != 0 && b < itemBytes {
			s.inconclusive(fmt.Sprintf("messages of %d bytes cannot be told apart, at least %d are needed", b, itemBytes))
			return
		}
		s.mailbox(build, sizes)
	})
}

// boxes is an object under test with several mailboxes.
type boxes struct{ m Mailboxes }

func (b boxes) perform(ctx context.Context, op model.Op) model.Result {
	switch op.Kind {
	case model.Create:
		return model.Result{Status: b.m.Create(op.Box), From: model.AnyPeer}
	case model.Destroy:
		return model.Result{Status: b.m.Destroy(op.Box), From: model.AnyPeer}
	}
	o, status := b.m.Open(op.Box)
	if status != OK {
		return model.Result{Status: status, From: model.AnyPeer}
	}
	return buffer{Convert(o, func(v int) []byte { return encode(v, op.Size) }, decode)}.perform(ctx, op)
}

// itemBytes is the size of the smallest message that tells its item.
const itemBytes = 4

// encode makes a message of the size: the item, then bytes that follow from it,
// so that a torn message is not mistaken for another.
func encode(v, size int) []byte {
	m := make([]byte, max(size, itemBytes))
	binary.LittleEndian.PutUint32(m, uint32(v))
	for i := itemBytes; i < len(m); i++ {
		m[i] = byte(v + i*len(m))
	}
	return m[:size]
}

// decode is the item of a message, negative if the message is torn.
func decode(m []byte) int {
	if len(m) < itemBytes {
		return -1
	}
	v := int(binary.LittleEndian.Uint32(m))
	if string(encode(v, len(m))) != string(m) {
		return -1
	}
	return v
}

// Numbers of the boxes of a mailbox test.
var boxNumbers = []int{1, 2}

func (s *suite) mailbox(build func(int) Mailboxes, capacities []int) {
	z := s.promise.Sizes
	fits := 2 * itemBytes
	if z.Bytes > 0 {
		fits = z.Bytes
	}
	// One box, as a buffer.
	one := func(n int) Ops[int] {
		m := build(n)
		if st := m.Create(boxNumbers[0]); st != OK {
			panic(fmt.Sprintf("creating a box answered %v", st))
		}
		o, st := m.Open(boxNumbers[0])
		if st != OK {
			panic(fmt.Sprintf("opening a new box answered %v", st))
		}
		return Convert(o, func(v int) []byte { return encode(v, fits) }, decode)
	}
	kinds, ok := s.operations(one, capacities[0], true)
	if !ok {
		return
	}
	s.buffer(one, kinds, capacities)

	all := append([]model.Kind{model.Create, model.Destroy}, kinds...)
	of := func(n int) (func() object, buffering, string) {
		b := s.buffering(n, all)
		b.spec = model.NewMailbox(model.MailboxConfig{
			Capacity: b.capacity, Order: b.order, Refusals: b.refusals, Deadlines: b.deadlines,
			IdempotentClose: s.promise.IdempotentClose, Sizes: z,
		})
		b.boxes, b.sizes = boxNumbers, messageSizes(z)
		return func() object { return boxes{build(n)} }, b, fmt.Sprintf("capacity %d", n)
	}
	if s.start("boxes") {
		before := s.covered["sequences"]
		for _, n := range capacities {
			build, b, what := of(n)
			s.sequential(build, b, 2, 30*s.runs, what)
		}
		s.did("%d sequences on boxes that come and go", s.covered["sequences"]-before)
	}
	if s.start("destroying") {
		before := s.covered["scenes"]
		for _, n := range capacities {
			build, b, what := of(n)
			s.destroying(build, b, fits, what)
		}
		s.did("%d scenes in which a box is destroyed while processes wait", s.covered["scenes"]-before)
	}
}

// messageSizes are the sizes to try, right and wrong ones.
func messageSizes(z Sizes) []int {
	if z.Bytes == 0 {
		return []int{itemBytes, 2 * itemBytes}
	}
	return []int{z.Bytes, z.Bytes, z.Bytes, max(z.Bytes-1, itemBytes), z.Bytes + 1, 2 * z.Bytes}
}

// destroying: processes wait on a box, which is destroyed. They all must see it.
func (s *suite) destroying(build func() object, b buffering, size int, what string) {
	for n := 1; n <= 3; n++ {
		for _, d := range []side{{false, "receivers", most}, {true, "senders", most}} {
			if d.send && b.capacity == Unbounded || n > s.most(d.send) {
				continue
			}
			if !s.going() {
				return
			}
			sc := &scene{b: b, s: s, what: fmt.Sprintf("%s, %d %s wait, then destroy", what, n, d.name), box: boxNumbers[0], size: size}
			sc.run, sc.end = newRun(build, s.patience)
			sc.main = sc.proc("main")
			s.covered["scenes"]++
			if sc.end != record.Complete || len(sc.crashes()) > 0 {
				s.conclude(sc.run, b, sc.end, sc.what, false)
				return
			}
			if _, ok := sc.do(model.Create); ok {
				if ps, ok := sc.crowd(d, n); ok {
					if _, ok := sc.do(model.Destroy); ok {
						sc.join(ps...)
					}
				}
			}
			s.concludeDestroy(sc)
		}
	}
}

// concludeDestroy judges a scene that ended in the destruction of its box.
func (s *suite) concludeDestroy(sc *scene) {
	var fs []finding
	var ws []waiting
	for _, c := range sc.crashes() {
		fs = append(fs, c.finding())
	}
	if len(fs) == 0 && sc.end != record.Complete {
		s.hung++
		ws = sc.waiters()
		if len(ws) > 0 {
			fs = append(fs, finding{ws[0].code(verdict.LostWakeup), fmt.Sprintf("%v, though the box was destroyed", ws[0]), nil})
		}
	}
	h := sc.history(sc.end)
	s.verdict.Counts.Operations += uint64(len(h.Calls))
	if len(fs) == 0 {
		for _, c := range h.Calls {
			// Everything else was done before, in a way that another part checks.
			if int(c.Proc) != sc.main.id && c.Status != Destroyed {
				fs = append(fs, finding{verdict.BrokenBoundary,
					fmt.Sprintf("%v on a box that was destroyed answered %v, expected destroyed", c.Kind, c.Status), nil})
				break
			}
		}
	}
	s.report(sc.run, h, sc.what, fs, ws)
}
