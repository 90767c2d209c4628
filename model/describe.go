package model

import (
	"fmt"
	"strconv"
	"strings"
)

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
