package model_test

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
)

// With symmetric addressing both processes name each other, and the first
// message sets up the link between them.
func ExampleNewDirect() {
	spec := model.NewDirect(model.DirectConfig{Capacity: 1})
	s := spec.Init()
	fmt.Println(s)
	for _, op := range []model.Op{
		{Kind: model.Send, Proc: 0, Peer: 1, Value: 7},
		{Kind: model.TryRecv, Proc: 1, Peer: 2},
		{Kind: model.Recv, Proc: 1, Peer: 0},
	} {
		o := spec.Step(s, op)[0]
		s = o.Next
		fmt.Printf("process %d: %s: %v\n", op.Proc, model.DescribeOn(spec, op, o.Result), s)
	}
	// Output:
	// no links
	// process 0: send(7, to 1) -> ok: 0->1 [7], 1->0 []
	// process 1: try_recv(from 2) -> empty: 0->1 [7], 1->0 []
	// process 1: recv(from 0) -> 7 from 0: 0->1 [], 1->0 []
}

// With asymmetric addressing a receive names nobody and learns who sent: one
// outcome for each link that holds something.
func ExampleNewDirect_asymmetric() {
	spec := model.NewDirect(model.DirectConfig{Capacity: 1, Asymmetric: true})
	s := spec.Init()
	s = spec.Step(s, model.Op{Kind: model.Send, Proc: 0, Peer: 2, Value: 7})[0].Next
	s = spec.Step(s, model.Op{Kind: model.Send, Proc: 1, Peer: 2, Value: 8})[0].Next
	recv := model.Op{Kind: model.Recv, Proc: 2, Peer: model.AnyPeer}
	for _, o := range spec.Step(s, recv) {
		fmt.Println(model.DescribeOn(spec, recv, o.Result))
	}
	// Output:
	// recv(from anyone) -> 7 from 0
	// recv(from anyone) -> 8 from 1
}
