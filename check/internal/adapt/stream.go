package adapt

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/model"
)

// StreamOps are the operations of a stream of bytes, as check.StreamOps.
type StreamOps struct {
	Write    func(b []byte) (int, model.Status)
	Read     func(b []byte) (int, model.Status)
	TryWrite func(b []byte) (int, model.Status)
	TryRead  func(b []byte) (int, model.Status)

	WriteContext func(ctx context.Context, b []byte) (int, model.Status)
	ReadContext  func(ctx context.Context, b []byte) (int, model.Status)

	Close     func() model.Status
	CloseRead func() model.Status

	Dispose func()
}

// Stream is an object under test with the operations of a stream. Every byte of a
// piece stands for a block of the stream's.
type Stream struct {
	Ops   StreamOps
	Block int // bytes
}

// torn is the byte of a block that is not what anybody wrote.
const torn = 0

// Has implements [harness.Object].
func (o Stream) Has(k model.Kind) bool {
	return k == model.CloseRead && o.Ops.CloseRead != nil || Records(o.Ops).Has(k)
}

// Perform implements [harness.Object].
func (o Stream) Perform(ctx context.Context, op model.Op) model.Result {
	switch {
	case op.Kind.Sends():
		return o.write(ctx, op)
	case op.Kind.Receives():
		return o.read(ctx, op)
	case op.Kind == model.Close:
		return model.Result{Status: o.Ops.Close(), From: model.AnyPeer}
	case op.Kind == model.CloseRead:
		return model.Result{Status: o.Ops.CloseRead(), From: model.AnyPeer}
	}
	panic(fmt.Sprintf("check: a stream has no operation %v", op.Kind))
}

// Disposer implements [harness.Disposable].
func (o Stream) Disposer() func() { return o.Ops.Dispose }

// write writes the piece of the operation, a block for each of its bytes.
func (o Stream) write(ctx context.Context, op model.Op) model.Result {
	piece, _ := model.Bytes(op.Value)
	var b []byte
	for i := range len(piece) {
		b = append(b, strings.Repeat(piece[i:i+1], o.Block)...)
	}
	n, s := transfer(ctx, op.Kind, o.Ops.Write, o.Ops.TryWrite, o.Ops.WriteContext)(b)
	clear(b) // they are the writer's again
	if n < 0 || n > len(b) || n%o.Block != 0 {
		panic(harness.UnknownResult(fmt.Sprintf("%d as the number of bytes written of %d", n, len(b))))
	}
	if s == model.Full && n > 0 { // io.Writer demands an error with a write that is not whole
		s = model.OK
	}
	return model.Result{Status: s, From: model.AnyPeer, N: n / o.Block}
}

// transfer is the form of an operation that is asked for: one that waits, one that does
// not, or one with a deadline.
func transfer(ctx context.Context, k model.Kind, wait, try func([]byte) (int, model.Status), until func(context.Context, []byte) (int, model.Status)) func([]byte) (int, model.Status) {
	switch {
	case k == model.TrySend || k == model.TryRecv:
		return try
	case ctx == nil && (k == model.Send || k == model.Recv):
		return wait
	}
	return func(b []byte) (int, model.Status) { return until(ctx, b) }
}

// read reads as many blocks as the operation asks for, or as a piece may have.
func (o Stream) read(ctx context.Context, op model.Op) model.Result {
	most := model.MaxPiece
	if op.Size > 0 {
		most = min(most, op.Size)
	}
	b := make([]byte, most*o.Block)
	n, s := transfer(ctx, op.Kind, o.Ops.Read, o.Ops.TryRead, o.Ops.ReadContext)(b)
	if n < 0 || n > len(b) || s != model.OK && n > 0 {
		panic(harness.UnknownResult(fmt.Sprintf("%d as the number of bytes read into %d, and %v", n, len(b), s)))
	}
	named(n, s)
	r := model.Result{Status: s, From: model.AnyPeer}
	if s == model.OK {
		r.Value = model.Piece(shrink(b[:n], o.Block))
	}
	return r
}

// named panics for a read of (0, nil), which io.Reader discourages: whoever reads has
// neither a byte nor the end.
func named(n int, s model.Status) {
	if n == 0 && s == model.OK {
		panic(harness.UnknownResult("(0, nil), which is neither a byte, nor the end, nor an error"))
	}
}

// shrink makes one byte of each block.
func shrink(b []byte, block int) string {
	var out []byte
	for chunk := range slices.Chunk(b, block) {
		c := chunk[0]
		for _, x := range chunk {
			if x != c || len(chunk) < block {
				c = torn
			}
		}
		out = append(out, c)
	}
	return string(out)
}

// Records is the stream as a buffer whose items are records of [RecordBytes].
func Records(o StreamOps) Buffer {
	write := func(f func([]byte) (int, model.Status)) func(v int) model.Status {
		if f == nil {
			return nil
		}
		return func(v int) model.Status {
			n, s := f(encode(v, RecordBytes))
			if s == model.OK && n != RecordBytes || s != model.OK && n != 0 {
				panic(harness.UnknownResult(fmt.Sprintf("%d as the number of bytes written of a record of %d, and %v", n, RecordBytes, s)))
			}
			return s
		}
	}
	read := func(f func([]byte) (int, model.Status)) func() (int, model.Status) {
		if f == nil {
			return nil
		}
		return func() (int, model.Status) {
			b := make([]byte, RecordBytes)
			n, s := f(b)
			if s != model.OK {
				return 0, s
			}
			if named(n, s); n > 0 && n < RecordBytes {
				panic(harness.ShortRead(fmt.Sprintf("%s of a record of %d, which goes in at once", words.Plural(n, "byte", "bytes"), RecordBytes)))
			}
			return decode(b[:max(min(n, len(b)), 0)]), s
		}
	}
	out := Ops[int]{Send: write(o.Write), Recv: read(o.Read), TrySend: write(o.TryWrite), TryRecv: read(o.TryRead), Close: o.Close, Dispose: o.Dispose}
	if f := o.WriteContext; f != nil {
		out.SendContext = func(ctx context.Context, v int) model.Status {
			return write(func(b []byte) (int, model.Status) { return f(ctx, b) })(v)
		}
	}
	if f := o.ReadContext; f != nil {
		out.RecvContext = func(ctx context.Context) (int, model.Status) {
			return read(func(b []byte) (int, model.Status) { return f(ctx, b) })()
		}
	}
	return Buffer{out}
}

// RecordBytes is the size of a record: the smallest that tells its item.
const RecordBytes = contract.ItemBytes
