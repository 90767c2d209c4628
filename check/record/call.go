package record

import "github.com/ipccheck/ipccheck/model"

// Call is one operation of a history: from Call to Return, both ends included.
// It has 48 bytes: a million calls take 48 MB.
type Call struct {
	Call   int64 // when it was called
	Return int64 // when it returned; Never: it has not
	Value  int64 // of a send: the item sent; of a receive: the item received
	Proc   int32 // the calling process
	Size   int32 // of the message, in bytes
	Peer   int32 // the process that the call names
	Box    int32 // the mailbox
	From   int32 // of a receive: the sender, if the object says; of a send: how many bytes went in
	Kind   model.Kind
	Status model.Status // if it has returned

	// Contended says that an operation of the opposite direction was under way
	// at some time during this one; see [History.Contend].
	Contended bool
	// Overlapped says that any other operation was.
	Overlapped bool
}

// NewCall is a call of the operation at time from, which returned the result at time
// to.
func NewCall(op model.Op, r model.Result, from, to int64) Call {
	c := begun(op)
	c.Call = from
	c.end(r, to)
	return c
}

// NewPending is a call of the operation at time from that has not returned.
func NewPending(op model.Op, from int64) Call {
	c := begun(op)
	c.Call = from
	return c
}

func begun(op model.Op) Call {
	c := Call{
		Return: Never, Proc: int32(op.Proc), Size: int32(op.Size), Peer: int32(op.Peer), Box: int32(op.Box),
		From: model.AnyPeer, Kind: op.Kind, Contended: op.Contended, Overlapped: op.Overlapped,
	}
	if op.Kind.Sends() {
		c.Value = op.Value
	}
	return c
}

func (c *Call) end(r model.Result, at int64) {
	c.Status, c.From = r.Status, int32(r.From)
	switch {
	case c.Kind.Receives():
		c.Value = r.Value
	case c.Kind.Sends():
		c.From = int32(r.N)
	}
	c.Return = at
}

// Op is the operation that was called.
func (c Call) Op() model.Op {
	op := model.Op{Kind: c.Kind, Proc: int(c.Proc), Size: int(c.Size), Peer: int(c.Peer), Box: int(c.Box), Contended: c.Contended, Overlapped: c.Overlapped}
	if c.Kind.Sends() {
		op.Value = c.Value
	}
	return op
}

// Result is what the operation returned, if it has.
func (c Call) Result() model.Result {
	r := model.Result{Status: c.Status, From: int(c.From)}
	switch {
	case c.Kind.Receives():
		r.Value = c.Value
	case c.Kind.Sends():
		r.From, r.N = model.AnyPeer, max(r.From, 0)
	}
	return r
}

// Pending reports whether the operation has not returned.
func (c Call) Pending() bool { return c.Return == Never }

// Done reports whether the operation has returned and succeeded.
func (c Call) Done() bool { return c.Return != Never && c.Status == model.OK }

// Overlaps reports whether neither of the operations ended before the other
// began.
func (c Call) Overlaps(d Call) bool { return c.Call <= d.Return && d.Call <= c.Return }

// Before reports whether the operation ended before the other began.
func (c Call) Before(d Call) bool { return c.Return < d.Call }
