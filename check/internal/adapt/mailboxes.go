package adapt

import (
	"context"
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/model"
)

// Mailboxes is an object under test with several mailboxes, as check.Mailboxes.
type Mailboxes struct {
	Create, Destroy func(box int) model.Status
	Open            func(box int) (Ops[[]byte], model.Status)
	Ending          func() // as Dispose of Ops
}

// Disposer implements [harness.Disposable].
func (m Mailboxes) Disposer() func() { return m.Ending }

// OneMailbox is a new mailbox as a buffer of messages of the size.
func OneMailbox(m Mailboxes, size int) harness.Object {
	const number = 1
	if st := m.Create(number); st != model.OK {
		panic(fmt.Sprintf("creating a box answered %v", st))
	}
	o, st := m.Open(number)
	if st != model.OK {
		panic(fmt.Sprintf("opening a new box answered %v", st))
	}
	o.Dispose = m.Ending
	return messages(o, size)
}

// messages makes operations on numbered items out of those on messages of the size.
func messages(o Ops[[]byte], size int) Buffer {
	return Buffer{Convert(o, func(v int) []byte { return encode(v, size) }, decode)}
}

// Has implements [harness.Object]: it is true of the operations on boxes; those on
// messages belong to a box.
func (m Mailboxes) Has(k model.Kind) bool { return k == model.Create || k == model.Destroy }

// Perform implements [harness.Object].
func (m Mailboxes) Perform(ctx context.Context, op model.Op) model.Result {
	switch op.Kind {
	case model.Create:
		return model.Result{Status: m.Create(op.Box), From: model.AnyPeer}
	case model.Destroy:
		return model.Result{Status: m.Destroy(op.Box), From: model.AnyPeer}
	}
	o, status := m.Open(op.Box)
	if status != model.OK {
		return model.Result{Status: status, From: model.AnyPeer}
	}
	return messages(o, op.Size).Perform(ctx, op)
}
