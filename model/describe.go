package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The words are those of the history format.
var kindNames = []string{
	Send: "send", Recv: "recv", TrySend: "try_send", TryRecv: "try_recv",
	SendContext: "send_until", RecvContext: "recv_until", Close: "close",
	Create: "create", Destroy: "destroy", CloseRead: "close_read",
}

var statusNames = []string{
	OK: "ok", Full: "full", Empty: "empty", Deadline: "deadline", Closed: "closed",
	Destroyed: "destroyed", Exists: "exists", WrongSize: "wrong_size",
	WrongPeer: "wrong_peer", Unsupported: "unsupported",
	Failed: "error",
}

// String is the word for the kind in a history: "try_send".
func (k Kind) String() string { return word(kindNames, int(k), "kind") }

// String is the word for the status in a history: "full".
func (s Status) String() string { return word(statusNames, int(s), "status") }

func word(names []string, i int, what string) string {
	if i >= len(names) {
		return fmt.Sprintf("%s %d", what, i)
	}
	return names[i]
}

// ParseKind returns the kind with the given word.
func ParseKind(s string) (Kind, error) {
	i, err := parse(kindNames, s, "operation")
	return Kind(i), err
}

// ParseStatus returns the status with the given word.
func ParseStatus(s string) (Status, error) {
	i, err := parse(statusNames, s, "result")
	return Status(i), err
}

func parse(names []string, s, what string) (int, error) {
	i := slices.Index(names, s)
	if i < 0 {
		return 0, fmt.Errorf("unknown %s %q: want one of %s", what, s, strings.Join(names, ", "))
	}
	return i, nil
}

// String is the call in words, without the addresses, which mean nothing to most
// objects: "send(7)". [DescribeOn] gives them.
func (o Op) String() string { return describeOp(nil, o) }

// Describe says a call and its result in words: "send(7) -> ok", "recv() -> 7",
// "try_recv() -> empty".
func Describe(op Op, r Result) string { return op.String() + " -> " + describeResult(nil, op, r) }

// DescribeOn is [Describe] with the addresses that mean something to the object:
// "send(7, to box 3) -> ok", "recv(from anyone) -> 7 from 2".
func DescribeOn(spec Spec, op Op, r Result) string {
	return describeOp(spec, op) + " -> " + describeResult(spec, op, r)
}

// DescribeCall is the call alone, with the addresses that mean something to the
// object: "send(7, to box 3)".
func DescribeCall(spec Spec, op Op) string { return describeOp(spec, op) }

// addresser is a specification of an object whose operations name somebody or
// something.
type addresser interface{ address(op Op) string }

// value is a value in words. The values of a stream are bytes.
func value(spec Spec, v int64) string {
	if _, ok := spec.(*Stream); ok {
		if b, ok := Bytes(v); ok {
			return strconv.Quote(b)
		}
	}
	return strconv.FormatInt(v, 10)
}

func describeOp(spec Spec, o Op) string {
	var args []string
	if o.Kind.Sends() {
		args = append(args, value(spec, o.Value))
	}
	_, stream := spec.(*Stream)
	if o.Size != 0 && (o.Kind.Sends() || o.Kind.Receives() && stream) {
		args = append(args, fmt.Sprintf("%d bytes", o.Size))
	}
	if o.part > 0 {
		args = append(args, fmt.Sprintf("part %d of %d", o.part, o.parts))
	}
	a, addressed := spec.(addresser)
	switch {
	case o.Kind == Create || o.Kind == Destroy:
		args = append(args, fmt.Sprintf("box %d", o.Box))
	case addressed:
		args = append(args, a.address(o))
	}
	return o.Kind.String() + "(" + strings.Join(args, ", ") + ")"
}

func describeResult(spec Spec, op Op, r Result) string {
	switch {
	case r.N > 0:
		return fmt.Sprintf("%v %d", r.Status, r.N)
	case !op.Kind.Receives() || r.Status != OK:
		return r.Status.String()
	}
	s := value(spec, r.Value)
	if r.From != AnyPeer {
		s += fmt.Sprintf(" from %d", r.From)
	}
	return s
}
