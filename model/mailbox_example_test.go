package model_test

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
)

// A mailbox is created, shared and destroyed; a send to a destroyed one is an
// error.
func ExampleNewMailbox() {
	spec := model.NewMailbox(model.MailboxConfig{Capacity: 2, Sizes: model.MaxSize(16)})
	s := spec.Init()
	for _, op := range []model.Op{
		{Kind: model.Create, Box: 3},
		{Kind: model.Send, Box: 3, Value: 7, Size: 16},
		{Kind: model.Send, Box: 3, Value: 8, Size: 17},
		{Kind: model.Recv, Box: 3},
		{Kind: model.Destroy, Box: 3},
		{Kind: model.Send, Box: 3, Value: 9, Size: 16},
	} {
		o := spec.Step(s, op)[0]
		s = o.Next
		fmt.Printf("%s: %v\n", model.DescribeOn(spec, op, o.Result), s)
	}
	// Output:
	// create(box 3) -> ok: box 3 []
	// send(7, 16 bytes, to box 3) -> ok: box 3 [7]
	// send(8, 17 bytes, to box 3) -> wrong_size: box 3 [7]
	// recv(from box 3) -> 7: box 3 []
	// destroy(box 3) -> ok: no boxes
	// send(9, 16 bytes, to box 3) -> destroyed: no boxes
}
