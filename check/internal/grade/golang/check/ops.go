package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Status is how an operation ended.
type Status int

// Ways in which an operation ends.
const (
	OK Status = iota
	Full
	Empty
	Deadline
	Closed
	Destroyed
	Exists
	WrongSize
	WrongPeer
	unknown // an error that the object does not have
)

// Ops are the operations of one object under test. One that it does not have is nil.
type Ops[T any] struct {
	Send        func(v T) Status
	Recv        func() (T, Status)
	TrySend     func(v T) Status
	TryRecv     func() (T, Status)
	SendContext func(ctx context.Context, v T) Status
	RecvContext func(ctx context.Context) (T, Status)
	Close       func() Status
	Len         func() int
	Cap         func() int

	besides map[string]Ops[T]
}

// Beside adds the operations of another object beside this one, which has nothing to do
// with it: see [Neighbours]. Where the operations of a suite are called with names, that
// is written into the tests of the staff.
func (o Ops[T]) Beside(neighbour string, other Ops[T]) Ops[T] {
	if o.besides == nil {
		o.besides = map[string]Ops[T]{}
	}
	o.besides[neighbour] = other
	return o
}

// at are the operations of the object to which a word of a script goes, and the word
// without that.
func (o *Ops[T]) at(word string) (*Ops[T], string) {
	word, neighbour, beside := strings.Cut(word, "@")
	if !beside {
		return o, word
	}
	other := o.besides[neighbour]
	return &other, word
}

// Errors says what the errors of an object mean. The first entry for which errors.Is
// holds counts; the errors of contexts mean Deadline.
type Errors []ErrorMeaning

// ErrorMeaning is the meaning of one error.
type ErrorMeaning struct {
	Err    error
	Status Status
	Mean   Status // the same: its former name
}

// Status is the meaning of an error.
func (e Errors) Status(err error) Status {
	if err == nil {
		return OK
	}
	for _, m := range e {
		if m.Err != nil && errors.Is(err, m.Err) {
			return max(m.Status, m.Mean)
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Deadline
	}
	return unknown
}

// FromBlocking gives the operations of an object whose put and get wait.
func FromBlocking[T any](put func(T), get func() T) Ops[T] {
	var o Ops[T]
	if put != nil {
		o.Send = func(v T) Status { put(v); return OK }
	}
	if get != nil {
		o.Recv = func() (T, Status) { return get(), OK }
	}
	return o
}

// FromPutGet is the former name of [FromBlocking].
func FromPutGet[T any](put func(T), get func() T) Ops[T] { return FromBlocking(put, get) }

// FromTry gives the operations of an object whose offer and poll answer false instead
// of waiting.
func FromTry[T any](offer func(T) bool, poll func() (T, bool)) Ops[T] {
	var o Ops[T]
	if offer != nil {
		o.TrySend = func(v T) Status {
			if offer(v) {
				return OK
			}
			return Full
		}
	}
	if poll != nil {
		o.TryRecv = func() (T, Status) {
			v, ok := poll()
			if !ok {
				return v, Empty
			}
			return v, OK
		}
	}
	return o
}

// FromOfferPoll is the former name of [FromTry].
func FromOfferPoll[T any](offer func(T) bool, poll func() (T, bool)) Ops[T] {
	return FromTry(offer, poll)
}

// FromTryErr gives the operations of an object whose push and pop return an error
// instead of waiting.
func FromTryErr[T any](push func(T) error, pop func() (T, error), table Errors) Ops[T] {
	var o Ops[T]
	if push != nil {
		o.TrySend = func(v T) Status { return table.Status(push(v)) }
	}
	if pop != nil {
		o.TryRecv = func() (T, Status) {
			v, err := pop()
			return v, table.Status(err)
		}
	}
	return o
}

// has reports whether the object has an operation.
func (o *Ops[T]) has(word string) bool {
	o, word = o.at(word)
	switch word {
	case "send":
		return o.Send != nil
	case "recv", "recv*":
		return o.Recv != nil
	case "try-send":
		return o.TrySend != nil
	case "try-recv":
		return o.TryRecv != nil
	case "send-ctx":
		return o.SendContext != nil
	case "recv-ctx":
		return o.RecvContext != nil
	case "close":
		return o.Close != nil
	case "len":
		return o.Len != nil
	case "cancel":
		return o.SendContext != nil || o.RecvContext != nil
	}
	panic(fmt.Sprintf("check: no operation is called %q", word))
}
