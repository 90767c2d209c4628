package model_test

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
)

// A bounded buffer accepts as many items as its capacity; then a send waits and
// a non-blocking one is refused.
func ExampleBounded() {
	spec := model.Bounded(1)
	s := spec.Init()
	for _, op := range []model.Op{
		{Kind: model.Send, Value: 7},
		{Kind: model.TrySend, Value: 8},
		{Kind: model.Send, Value: 8},
		{Kind: model.Recv},
	} {
		if model.Waits(spec, s, op) {
			fmt.Println(op, "waits")
			continue
		}
		o := spec.Step(s, op)[0]
		s = o.Next
		fmt.Println(model.Describe(op, o.Result), s)
	}
	// Output:
	// send(7) -> ok [7]
	// try_send(8) -> full [7]
	// send(8) waits
	// recv() -> 7 []
}

// An unbounded buffer never makes its producers wait.
func ExampleUnbounded() {
	spec := model.Unbounded()
	s := spec.Init()
	for v := range int64(5) {
		s = spec.Step(s, model.Op{Kind: model.Send, Value: v})[0].Next
	}
	fmt.Println(s)
	// Output: [0 1 2 3 4]
}

// In a rendezvous neither side gets past alone; together they do.
func ExampleRendezvous() {
	spec := model.Rendezvous()
	s := spec.Init()
	send := model.Op{Kind: model.Send, Proc: 0, Value: 7}
	recv := model.Op{Kind: model.Recv, Proc: 1}
	fmt.Println(model.Waits(spec, s, send), model.Waits(spec, s, recv))
	for _, o := range spec.Joint(s, send, recv) {
		fmt.Println(model.Describe(send, o.A), "and", model.Describe(recv, o.B))
	}
	// Output:
	// true true
	// send(7) -> ok and recv() -> 7
}

// The textbook circular queue of size N holds N-1 items.
func ExampleCircular() {
	spec := model.Circular(3)
	s := spec.Init()
	for v := range int64(3) {
		op := model.Op{Kind: model.TrySend, Value: v}
		o := spec.Step(s, op)[0]
		s = o.Next
		fmt.Println(model.Describe(op, o.Result))
	}
	// Output:
	// try_send(0) -> ok
	// try_send(1) -> ok
	// try_send(2) -> full
}

// A lock-free queue that may answer "empty" while a send is under way: the
// order is per producer and refusals are weak.
func ExampleNewBuffer() {
	spec := model.NewBuffer(model.BufferConfig{Capacity: 4, Order: model.PerProducer, Refusals: model.Weak})
	s := spec.Init()
	s = spec.Step(s, model.Op{Kind: model.Send, Proc: 0, Value: 7})[0].Next
	s = spec.Step(s, model.Op{Kind: model.Send, Proc: 1, Value: 8})[0].Next
	op := model.Op{Kind: model.TryRecv, Proc: 2, Contended: true}
	for _, o := range spec.Step(s, op) {
		fmt.Println(model.Describe(op, o.Result), "leaves", o.Next)
	}
	// Output:
	// try_recv() -> 7 leaves [1: 8]
	// try_recv() -> 8 leaves [0: 7]
	// try_recv() -> empty leaves [0: 7; 1: 8]
}

// Which states explain what was observed?
func ExampleAccept() {
	spec := model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.Bag})
	s := spec.Init()
	s = spec.Step(s, model.Op{Kind: model.Send, Value: 7})[0].Next
	s = spec.Step(s, model.Op{Kind: model.Send, Value: 8})[0].Next
	recv := model.Op{Kind: model.Recv}
	fmt.Println(model.Accept(spec, s, recv, model.Result{Value: 8, From: model.AnyPeer}))
	fmt.Println(model.Accept(spec, s, recv, model.Result{Value: 9, From: model.AnyPeer}))
	// Output:
	// [[7]]
	// []
}
