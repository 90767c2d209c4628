package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/model"
)

func TestWordsAreReadBack(t *testing.T) {
	for k := model.Send; k <= model.CloseRead; k++ {
		back, err := model.ParseKind(k.String())
		assert.NoError(t, err)
		assert.Equal(t, k, back)
	}
	for s := model.OK; s <= model.Failed; s++ {
		back, err := model.ParseStatus(s.String())
		assert.NoError(t, err)
		assert.Equal(t, s, back)
	}
	assert.Equal(t, "kind 10", model.Kind(10).String())
	assert.Equal(t, "status 11", model.Status(11).String())
	_, err := model.ParseKind("sent")
	assert.EqualError(t, err, `unknown operation "sent": want one of send, recv, try_send, try_recv, send_until, recv_until, close, create, destroy, close_read`)
	_, err = model.ParseStatus("fine")
	assert.EqualError(t, err, `unknown result "fine": want one of ok, full, empty, deadline, closed, destroyed, exists, wrong_size, wrong_peer, unsupported, error`)
}

func TestDescribe(t *testing.T) {
	box, direct := model.NewMailbox(model.MailboxConfig{}), model.NewDirect(model.DirectConfig{})
	ok := model.Result{From: model.AnyPeer}
	for _, tt := range []struct{ got, want string }{
		{model.Describe(model.Op{Kind: model.Send, Value: 7}, ok), "send(7) -> ok"},
		{model.Describe(model.Op{Kind: model.SendContext, Value: 7, Size: 16}, model.Result{Status: model.Deadline}), "send_until(7, 16 bytes) -> deadline"},
		{model.Describe(model.Op{Kind: model.Recv}, model.Result{Value: 7, From: model.AnyPeer}), "recv() -> 7"},
		{model.Describe(model.Op{Kind: model.TryRecv}, model.Result{Status: model.Empty}), "try_recv() -> empty"},
		{model.Describe(model.Op{Kind: model.Create, Box: 3}, ok), "create(box 3) -> ok"},
		{model.Describe(model.Op{Kind: model.Close}, ok), "close() -> ok"},
		{model.DescribeOn(model.Bounded(1), model.Op{Kind: model.Send, Value: 7}, ok), "send(7) -> ok"},
		{model.DescribeOn(box, model.Op{Kind: model.Send, Value: 7, Box: 3}, ok), "send(7, to box 3) -> ok"},
		{model.DescribeOn(box, model.Op{Kind: model.Recv, Box: 3}, model.Result{Status: model.Destroyed}), "recv(from box 3) -> destroyed"},
		{model.DescribeOn(box, model.Op{Kind: model.Destroy, Box: 3}, ok), "destroy(box 3) -> ok"},
		{model.DescribeOn(box, model.Op{Kind: model.Close, Box: 3}, ok), "close(box 3) -> ok"},
		{model.DescribeOn(direct, model.Op{Kind: model.Send, Value: 7, Peer: 2}, ok), "send(7, to 2) -> ok"},
		{model.DescribeOn(direct, model.Op{Kind: model.Recv, Peer: model.AnyPeer}, model.Result{Value: 7, From: 2}), "recv(from anyone) -> 7 from 2"},
		{model.DescribeCall(direct, model.Op{Kind: model.TryRecv, Peer: 2}), "try_recv(from 2)"},
		{model.PerProducer.String() + " " + model.Spurious.String(), "per-producer spurious"},
	} {
		assert.Equal(t, tt.want, tt.got)
	}
}

func TestKinds(t *testing.T) {
	kinds := func(f func(model.Kind) bool) (out []string) {
		for k := model.Send; k <= model.CloseRead; k++ {
			if f(k) {
				out = append(out, k.String())
			}
		}
		return out
	}
	assert.Equal(t, []string{"send", "try_send", "send_until"}, kinds(model.Kind.Sends))
	assert.Equal(t, []string{"recv", "try_recv", "recv_until"}, kinds(model.Kind.Receives))
	assert.Equal(t, []string{"send", "recv", "send_until", "recv_until"}, kinds(model.Kind.Waits))
	assert.Equal(t, []string{"recv", "try_recv", "recv_until"}, kinds(model.TrySend.Opposite))
	assert.Equal(t, []string{"send", "try_send", "send_until"}, kinds(model.RecvContext.Opposite))
	assert.Empty(t, kinds(model.Close.Opposite))
	refused := kinds(func(k model.Kind) bool { _, ok := k.Refusal(); return ok })
	assert.Equal(t, []string{"try_send", "try_recv", "send_until", "recv_until"}, refused)
}

func TestMatches(t *testing.T) {
	any := model.AnyPeer
	for _, tt := range []struct {
		spec, seen model.Result
		want       bool
	}{
		{model.Result{Value: 7, From: any}, model.Result{Value: 7, From: 3}, true},
		{model.Result{Value: 7, From: 3}, model.Result{Value: 7, From: any}, true},
		{model.Result{Value: 7, From: 3}, model.Result{Value: 7, From: 3}, true},
		{model.Result{Value: 7, From: 3}, model.Result{Value: 7, From: 2}, false},
		{model.Result{Value: 7}, model.Result{Value: 8}, false},
		{model.Result{Status: model.Empty}, model.Result{}, false},
		{model.Result{Status: model.Empty, From: any}, model.Result{Status: model.Empty, Value: 7, From: 3}, true},
	} {
		assert.Equal(t, tt.want, tt.spec.Matches(tt.seen), "%v %v", tt.spec, tt.seen)
	}
}

func TestAccept(t *testing.T) {
	spec := model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.PerProducer})
	send := model.Op{Kind: model.Send, Value: 7}
	// What a send is said to have received does not count.
	after := model.Accept(spec, spec.Init(), send, model.Result{Value: 9, From: 9})
	assert.Len(t, after, 1)
	assert.Empty(t, model.Accept(spec, spec.Init(), send, model.Result{Status: model.Full}))
	// The same value from two producers: two states explain the receive.
	send.Proc = 1
	after = model.Accept(spec, after[0], send, model.Result{})
	after = model.Accept(spec, after[0], model.Op{Kind: model.Recv}, model.Result{Value: 7, From: model.AnyPeer})
	assert.Len(t, after, 2)
	assert.NotEqual(t, after[0].Key(), after[1].Key())
	assert.Empty(t, model.Accept(spec, spec.Init(), model.Op{Kind: model.Recv}, model.Result{}))
}
