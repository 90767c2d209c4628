package oracle

import (
	"encoding/json"
	"fmt"
)

// Keys of the notes that make a history: a test writes them with T.Attr.
const (
	ObjectKey = "ipccheck.object" // an [Object]
	CallKey   = "ipccheck.call"   // a [Call]
	ReturnKey = "ipccheck.return" // a [Return]
)

// Order is the order in which items leave.
type Order string

// Orders.
const (
	FIFO        Order = "" // in the order in which they entered
	PerProducer Order = "per-producer"
	Bag         Order = "bag"
)

// Refusals says when an operation that does not wait may refuse.
type Refusals string

// Rules for refusals.
const (
	Strict   Refusals = ""         // only when the object is full, or empty
	Weak     Refusals = "weak"     // also while an opposite operation is under way
	Spurious Refusals = "spurious" // also while any other operation is under way
)

// Object is what the object under test promises.
type Object struct {
	Capacity        int // -1: no bound; 0: a rendezvous
	Order           Order
	Refusals        Refusals
	Spins           bool // an operation may wait by running in a loop
	IdempotentClose bool // a second close answers ok
}

// Op is what an operation does.
type Op string

// Operations.
const (
	Send        Op = "send"
	Recv        Op = "receive"
	TrySend     Op = "try to send"
	TryRecv     Op = "try to receive"
	SendContext Op = "send with a context"
	RecvContext Op = "receive with a context"
	Close       Op = "close"
	Len         Op = "length"
	Cancel      Op = "cancel"
)

func (o Op) sends() bool    { return o == Send || o == TrySend || o == SendContext }
func (o Op) receives() bool { return o == Recv || o == TryRecv || o == RecvContext }

// Status is how an operation ended.
type Status string

// Ways in which an operation ends.
const (
	OK       Status = "ok"
	Full     Status = "full"
	Empty    Status = "empty"
	Deadline Status = "deadline"
	Closed   Status = "closed"
	Unknown  Status = "unknown" // an error that the object does not have
)

// Call is the beginning of an operation.
type Call struct {
	Process string // its name
	Op      Op
	Value   int    // that is sent
	Where   string // on which object, as in "on another link"; "": the one under test
}

// Return is its end.
type Return struct {
	Process string
	Status  Status
	Value   int // that is received, or the length
}

// operation is an operation of a history. Times are positions in the notes.
type operation struct {
	Call
	Return
	from, to int // to is never if it has not returned
}

const never = 1 << 30

func (o *operation) pending() bool { return o.to == never }

// Note is one of the notes of a test.
type Note struct{ Key, Value string }

// read reads a history. It reports false if the notes have none.
func read(notes []Note) (o Object, h []operation, ok bool, err error) {
	open := map[string]int{}
	for i, n := range notes {
		switch n.Key {
		case ObjectKey:
			ok, err = true, json.Unmarshal([]byte(n.Value), &o)
		case CallKey:
			op := operation{from: i, to: never}
			err = json.Unmarshal([]byte(n.Value), &op.Call)
			open[op.Call.Process] = len(h)
			h = append(h, op)
		case ReturnKey:
			var r Return
			err = json.Unmarshal([]byte(n.Value), &r)
			k, called := open[r.Process]
			if err == nil && (!called || !h[k].pending()) {
				err = fmt.Errorf("%s returns from nothing", r.Process)
			}
			if err == nil {
				h[k].Return, h[k].to = r, i
			}
		}
		if err != nil {
			return o, nil, ok, fmt.Errorf("note %d: %w", i+1, err)
		}
	}
	return o, h, ok, nil
}
