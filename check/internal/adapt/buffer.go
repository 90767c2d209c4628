// Package adapt makes objects under test of the functions that package check is given:
// it performs operations of the model by calls, and turns items into messages and
// bytes and back.
package adapt

import (
	"context"
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/model"
)

var (
	_ harness.Object = Buffer{}
	_ harness.Sized  = Buffer{}
	_ harness.Object = Stream{}
)

// Buffer is an object under test with the operations of a buffer.
type Buffer struct{ Ops Ops[int] }

// Has implements [harness.Object].
func (b Buffer) Has(k model.Kind) bool {
	switch k {
	case model.Send:
		return b.Ops.Send != nil
	case model.Recv:
		return b.Ops.Recv != nil
	case model.TrySend:
		return b.Ops.TrySend != nil
	case model.TryRecv:
		return b.Ops.TryRecv != nil
	case model.SendContext:
		return b.Ops.SendContext != nil
	case model.RecvContext:
		return b.Ops.RecvContext != nil
	case model.Close:
		return b.Ops.Close != nil
	}
	return false
}

// Perform implements [harness.Object].
func (b Buffer) Perform(ctx context.Context, op model.Op) model.Result {
	var v int
	var s model.Status
	switch {
	case op.Kind == model.Send && ctx == nil:
		s = b.Ops.Send(int(op.Value))
	case op.Kind == model.TrySend:
		s = b.Ops.TrySend(int(op.Value))
	case op.Kind.Sends():
		s = b.Ops.SendContext(ctx, int(op.Value))
	case op.Kind == model.Recv && ctx == nil:
		v, s = b.Ops.Recv()
	case op.Kind == model.TryRecv:
		v, s = b.Ops.TryRecv()
	case op.Kind.Receives():
		v, s = b.Ops.RecvContext(ctx)
	case op.Kind == model.Close:
		s = b.Ops.Close()
	default:
		panic(fmt.Sprintf("check: a buffer has no operation %v", op.Kind))
	}
	r := model.Result{Status: s, From: model.AnyPeer}
	if s == model.OK && op.Kind.Receives() {
		r.Value = int64(v)
	}
	return r
}

// Disposer implements [harness.Disposable].
func (b Buffer) Disposer() func() { return b.Ops.Dispose }

// Len implements [harness.Sized].
func (b Buffer) Len() (n int, ok bool) { return ask(b.Ops.Len) }

// Cap implements [harness.Sized].
func (b Buffer) Cap() (n int, ok bool) { return ask(b.Ops.Cap) }

// ask calls the function, if there is one.
func ask(f func() int) (n int, ok bool) {
	if f == nil {
		return 0, false
	}
	return f(), true
}
