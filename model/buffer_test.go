package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/model"
)

func TestBuffer(t *testing.T) {
	tests := []struct {
		name   string
		config model.BufferConfig
		script string
	}{
		{"bounded: the consumer waits when it is empty, the producer when it is full", model.BufferConfig{Capacity: 2}, `
			1: recv() waits
			0: send(7) -> ok
			0: send(8) -> ok
			= [7 8]
			0: send(9) waits
			1: recv() -> 7
			0: send(9) -> ok
			1: recv() -> 8
			1: recv() -> 9
			1: recv() waits`},
		{"unbounded: the producer never waits and is never refused", model.BufferConfig{Capacity: model.NoLimit}, `
			1: recv() waits
			0: send(1) -> ok
			0: try_send(2) -> ok
			0: send_until(3) -> ok
			1: recv() -> 1
			1: try_recv() -> 2
			1: recv_until() -> 3
			1: recv() waits`},
		{"bounded: a non-blocking operation never waits and is refused only where it would", model.BufferConfig{Capacity: 1}, `
			1: try_recv() -> empty
			1: try_recv(contended) -> empty
			0: try_send(7, contended) -> ok
			0: try_send(8) -> full
			0: try_send(8, contended) -> full
			= [7]
			1: try_recv(contended) -> 7
			= []`},
		{"bounded: the deadline passes only where the operation would wait", model.BufferConfig{Capacity: 1}, `
			1: recv_until() -> deadline
			0: send_until(7) -> ok
			0: send_until(8) -> deadline
			= [7]
			1: recv_until() -> 7`},
		{"weak: refused also beside an opposite operation", model.BufferConfig{Capacity: 2, Refusals: model.Weak}, `
			0: try_send(7) -> ok
			0: try_send(8, contended) -> full !
			= [7]
			0: try_send(8, contended) -> ok | full
			1: try_recv() -> 7
			1: try_recv(contended) -> 8 | empty
			# deadlines stay strict
			0: send_until(9, contended) -> ok
			0: send_until(9, contended) -> ok
			0: send_until(9, contended) -> deadline
			# waiting is not a refusal
			0: send(9, contended) waits`},
		{"abortable: refused also beside any other operation", model.BufferConfig{Capacity: 2, Refusals: model.Abortable}, `
			0: try_send(7) -> ok
			0: try_send(8, overlapped) -> ok | full
			1: try_recv() -> 7
			1: try_recv(overlapped) -> 8 | empty
			0: try_send(9, contended) -> ok | full
			# while nobody else is there it is strict
			0: try_send(10) -> ok
			0: try_send(11) -> full
			1: close() -> ok
			1: try_recv(overlapped) -> 9 | empty
			1: try_recv(overlapped) -> 10 | empty
			1: try_recv(overlapped) -> closed`},
		{"drops the oldest", model.BufferConfig{Capacity: 2, Loss: model.DropOldest}, `
			0: send(7) -> ok
			0: try_send(8) -> ok
			0: send(9) -> ok
			= [8 9]
			0: try_send(10) -> ok
			1: recv() -> 9
			1: recv() -> 10
			1: try_recv() -> empty`},
		{"drops the oldest of some producer", model.BufferConfig{Capacity: 2, Order: model.PerProducer, Loss: model.DropOldest}, `
			0: send(7) -> ok
			1: send(8) -> ok
			0: send(9) -> ok !
			= [0: 9; 1: 8]`},
		{"drops the newest", model.BufferConfig{Capacity: 2, Loss: model.DropNewest}, `
			0: send(7) -> ok
			0: send(8) -> ok
			0: send(9) -> ok
			0: send_until(10) -> ok
			= [7 8]
			1: recv() -> 7
			0: send(11) -> ok
			= [8 11]
			0: close() -> ok
			0: send(12) -> closed`},
		{"ignores sends after close", model.BufferConfig{Capacity: 1, IgnoreSends: true}, `
			0: send(7) -> ok
			0: try_send(8) -> full
			0: close() -> ok
			0: send(8) -> ok
			0: try_send(9) -> ok
			= [7] closed
			1: recv() -> 7
			1: recv() -> closed`},
		{"spurious: refused at any time", model.BufferConfig{Capacity: 2, Refusals: model.Spurious}, `
			0: try_send(7) -> ok | full
			1: try_recv() -> empty !
			1: try_recv() -> 7 | empty
			1: recv_until() -> deadline
			0: send_until(7) -> ok`},
		{"deadlines have a mode of their own", model.BufferConfig{Capacity: 2, Deadlines: model.Weak}, `
			0: send_until(7) -> ok
			0: send_until(8, contended) -> ok | deadline
			1: recv_until(contended) -> 7 | deadline
			1: try_recv(contended) -> 8`},
		{"spurious deadlines", model.BufferConfig{Capacity: 1, Deadlines: model.Spurious}, `
			0: send_until(7) -> ok | deadline
			1: recv_until() -> 7 | deadline
			0: close() -> ok
			0: send_until(8) -> closed | deadline`},
		{"close: what was accepted comes out, sends get closed", model.BufferConfig{Capacity: 2}, `
			0: send(7) -> ok
			0: send(8) -> ok
			0: send(9) waits
			0: close() -> ok
			= [7 8] closed
			0: send(9) -> closed
			0: try_send(9) -> closed
			0: send_until(9) -> closed
			1: recv() -> 7
			1: try_recv() -> 8
			1: recv() -> closed
			1: try_recv() -> closed
			1: recv_until() -> closed
			0: close() -> closed`},
		{"close: a second one may succeed", model.BufferConfig{Capacity: 2, IdempotentClose: true}, `
			0: close() -> ok
			0: close() -> ok
			= [] closed`},
		{"close: weak refusals end with it, spurious ones do not", model.BufferConfig{Capacity: 1, Refusals: model.Weak}, `
			0: try_send(7) -> ok
			0: close() -> ok
			0: try_send(8, contended) -> closed
			1: try_recv(contended) -> 7 | empty
			1: try_recv(contended) -> closed`},
		{"close: spurious", model.BufferConfig{Capacity: 1, Refusals: model.Spurious}, `
			0: close() -> ok
			1: try_recv() -> closed | empty`},
		{"per-producer order: the oldest of each producer", model.BufferConfig{Capacity: 4, Order: model.PerProducer}, `
			1: send(7) -> ok
			0: send(5) -> ok
			1: send(8) -> ok
			0: send(6) -> ok
			= [0: 5 6; 1: 7 8]
			2: recv() -> 5 | 7
			= [0: 6; 1: 7 8]
			2: recv() -> 7 !
			2: recv() -> 6 | 8
			2: recv() -> 8
			2: recv() waits`},
		{"bag: any item, equal ones once", model.BufferConfig{Capacity: 4, Order: model.Bag}, `
			0: send(8) -> ok
			0: send(7) -> ok
			0: send(8) -> ok
			= [7 8 8]
			1: recv() -> 7 | 8
			1: try_recv() -> 8 !
			= [8]
			1: recv_until() -> 8`},
		{"rendezvous: nobody gets past alone", model.BufferConfig{}, `
			0: send(7) waits
			1: recv() waits
			0: try_send(7) -> full
			1: try_recv() -> empty
			0: send_until(7) -> deadline
			1: recv_until() -> deadline
			0: send(7) & 1: recv() -> ok, 7
			= []
			1: recv() & 0: send(8) -> 8, ok`},
		{"rendezvous: one of the two must be able to wait for the other", model.BufferConfig{}, `
			0: try_send(7) & 1: recv() -> ok, 7
			0: send(7) & 1: try_recv() -> ok, 7
			0: send_until(7) & 1: recv_until() -> ok, 7
			0: try_send(7) & 1: recv_until() -> ok, 7
			0: try_send(7) & 1: try_recv() apart`},
		{"rendezvous: only a send and a receive, of two processes", model.BufferConfig{}, `
			0: send(7) & 1: send(8) apart
			0: recv() & 1: recv() apart
			0: send(7) & 0: recv() apart
			0: close() & 1: recv() apart`},
		{"rendezvous: close ends it", model.BufferConfig{}, `
			0: close() -> ok
			0: send(7) & 1: recv() apart
			0: send(7) -> closed
			1: recv() -> closed
			1: try_recv() -> closed`},
		{"no joint outcomes with a buffer between", model.BufferConfig{Capacity: 1}, `
			0: send(7) & 1: recv() apart`},
		{"a buffer has no boxes", model.BufferConfig{Capacity: 1, Refusals: model.Spurious}, `
			0: create(box 1) -> unsupported
			0: destroy(box 1) -> unsupported`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { script(t, model.NewBuffer(tt.config), tt.script) })
	}
}

func TestCircularHoldsOneLessThanItsSize(t *testing.T) {
	script(t, model.Circular(3), `
		0: send(1) -> ok
		0: send(2) -> ok
		0: try_send(3) -> full
		0: send(3) waits
		1: recv() -> 1`)
	assert.Equal(t, 2, model.Circular(3).Capacity())
	assert.PanicsWithValue(t, "model: circular queue: a size of 1: want 2 or more, since one slot stays free",
		func() { model.Circular(1) })
}

func TestInvalidConfigurations(t *testing.T) {
	assert.EqualError(t, model.BufferConfig{Capacity: -2}.Validate(),
		"a capacity of -2: want 0 for a rendezvous, more for a bounded buffer, or -1 for no limit")
	assert.Error(t, model.BufferConfig{Order: 3}.Validate())
	assert.Error(t, model.BufferConfig{Refusals: 4}.Validate())
	assert.Error(t, model.BufferConfig{Deadlines: 4}.Validate())
	assert.Error(t, model.MailboxConfig{Capacity: -2}.Validate())
	assert.Error(t, model.MailboxConfig{Sizes: model.MaxSize(-1)}.Validate())
	assert.Error(t, model.DirectConfig{Capacity: -2}.Validate())
	assert.Error(t, model.DirectConfig{Sizes: model.FixedSize(-1)}.Validate())
	assert.Panics(t, func() { model.NewBuffer(model.BufferConfig{Capacity: -2}) })
	assert.EqualError(t, model.BufferConfig{Loss: model.DropOldest}.Validate(),
		"a capacity of 0 that drops the oldest: want 1 or more, since a rendezvous holds nothing")
	assert.Error(t, model.BufferConfig{Capacity: 1, Loss: 3}.Validate())
	assert.Panics(t, func() { model.Bounded(0) })
	assert.Panics(t, func() { model.NewMailbox(model.MailboxConfig{Order: 3}) })
	assert.Panics(t, func() { model.NewDirect(model.DirectConfig{Refusals: 4}) })
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		spec model.Spec
		name string
	}{
		{model.Bounded(4), "bounded buffer of capacity 4"},
		{model.Unbounded(), "unbounded buffer"},
		{model.Rendezvous(), "rendezvous"},
		{model.Circular(4), "circular queue of size 4"},
		{model.NewBuffer(model.BufferConfig{Capacity: 1, Order: model.Bag, Refusals: model.Weak}), "bounded buffer of capacity 1, no order, weak refusals"},
		{model.NewBuffer(model.BufferConfig{Capacity: -1, Order: model.PerProducer, Deadlines: model.Spurious}), "unbounded buffer, per-producer order, spurious deadlines"},
		{model.NewMailbox(model.MailboxConfig{Capacity: 2, Sizes: model.FixedSize(8)}), "mailboxes of capacity 2, messages of 8 bytes"},
		{model.NewMailbox(model.MailboxConfig{Capacity: model.NoLimit}), "mailboxes without limit"},
		{model.NewDirect(model.DirectConfig{Sizes: model.MaxSize(8)}), "direct links without buffering, symmetric addressing, messages of at most 8 bytes"},
		{model.NewDirect(model.DirectConfig{Capacity: 1, OneWay: true, Asymmetric: true}), "direct links of capacity 1, one way, asymmetric addressing"},
	} {
		assert.Equal(t, tt.name, tt.spec.Name())
	}
}
