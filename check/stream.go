package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// StreamOps are the operations of one stream of bytes under test, such as a pipe.
// An operation that it does not have stays nil. Each returns how many bytes it
// wrote or read; a read answers Closed at the end of the file.
type StreamOps struct {
	Write    func(b []byte) (int, Status) // waits until all is in
	Read     func(b []byte) (int, Status) // waits until there is a byte
	TryWrite func(b []byte) (int, Status) // writes what there is room for, or answers Full
	TryRead  func(b []byte) (int, Status) // reads what is there, or answers Empty

	// These wait at most until the context is done, then answer Deadline; a write
	// may have written some bytes by then.
	WriteContext func(ctx context.Context, b []byte) (int, Status)
	ReadContext  func(ctx context.Context, b []byte) (int, Status)

	Close     func() Status // no more writes
	CloseRead func() Status // no more reads: writes answer Closed (EPIPE)
}

// StreamPromise is what a stream says of itself. Of [Promise], Order and Sizes mean
// nothing here; capacities are in bytes, and 4, 8 and 12 if none are given.
// Producers write, consumers read.
type StreamPromise struct {
	Promise
	// Atomic is the length up to which a write goes in at once, with nothing in
	// between: PIPE_BUF of a pipe. At most the capacity counts.
	Atomic int
	// Short says that a read may get fewer bytes than are there, and a write that
	// does not wait send fewer than there is room for.
	Short bool
	// Block is how many bytes of the stream are dealt with as if they were one: the
	// capacity and Atomic are then multiples of it. By default 1. With the size
	// of a page a pipe of the operating system is small enough to be checked.
	Block int
}

func (p StreamPromise) block() int { return max(p.Block, 1) }

// spec is the specification of a stream built with n, in blocks.
func (p StreamPromise) spec(n int) *model.Stream {
	c := model.StreamConfig{
		Capacity: p.holds(n), Short: p.Short, Refusals: p.Refusals, Deadlines: p.deadlines(), IdempotentClose: p.IdempotentClose,
	}
	c.Atomic = p.Atomic / p.block()
	if c.Capacity != Unbounded {
		c.Capacity /= p.block()
		c.Atomic = min(c.Atomic, c.Capacity)
	}
	return model.NewStream(c)
}

// FromStream gives the operations that the stream has as methods:
//
//	Write([]byte) (int, error)       Read([]byte) (int, error)
//	TryWrite([]byte) (int, error)    TryRead([]byte) (int, error)
//	WriteContext(context.Context, []byte) (int, error)
//	ReadContext(context.Context, []byte) (int, error)
//	Close() error, or CloseWrite() error     CloseRead() error
//
// The ends may be two objects; the reader's Close is then CloseRead. [io.EOF] and
// [io.ErrClosedPipe] mean Closed without being listed.
func FromStream(writer, reader any, table Errors) StreamOps {
	table = append(slices.Clone(table), ErrorMeaning{io.EOF, Closed}, ErrorMeaning{io.ErrClosedPipe, Closed})
	moved := func(n int, err error) (int, Status) {
		if n > 0 && errors.Is(err, io.EOF) { // a reader may say so at once
			return n, OK
		}
		return n, table.Status(err)
	}
	var o StreamOps
	if w, ok := writer.(io.Writer); ok {
		o.Write = func(b []byte) (int, Status) { return moved(w.Write(b)) }
	}
	if w, ok := writer.(interface{ TryWrite([]byte) (int, error) }); ok {
		o.TryWrite = func(b []byte) (int, Status) { return moved(w.TryWrite(b)) }
	}
	if w, ok := writer.(interface {
		WriteContext(context.Context, []byte) (int, error)
	}); ok {
		o.WriteContext = func(ctx context.Context, b []byte) (int, Status) { return moved(w.WriteContext(ctx, b)) }
	}
	if r, ok := reader.(io.Reader); ok {
		o.Read = func(b []byte) (int, Status) { return moved(r.Read(b)) }
	}
	if r, ok := reader.(interface{ TryRead([]byte) (int, error) }); ok {
		o.TryRead = func(b []byte) (int, Status) { return moved(r.TryRead(b)) }
	}
	if r, ok := reader.(interface {
		ReadContext(context.Context, []byte) (int, error)
	}); ok {
		o.ReadContext = func(ctx context.Context, b []byte) (int, Status) { return moved(r.ReadContext(ctx, b)) }
	}
	closes := func(f func() error) func() Status { return func() Status { return table.Status(f()) } }
	if w, ok := writer.(interface{ CloseWrite() error }); ok {
		o.Close = closes(w.CloseWrite)
	} else if w, ok := writer.(io.Closer); ok {
		o.Close = closes(w.Close)
	}
	if r, ok := reader.(interface{ CloseRead() error }); ok {
		o.CloseRead = closes(r.CloseRead)
	} else if r, ok := reader.(io.Closer); ok && reader != writer {
		o.CloseRead = closes(r.Close)
	}
	if o.Write == nil && o.TryWrite == nil && o.WriteContext == nil || o.Read == nil && o.TryRead == nil && o.ReadContext == nil {
		panic(fmt.Sprintf("check: %T cannot be written to or %T not read with the methods that FromStream looks for: build a StreamOps yourself", writer, reader))
	}
	return o
}

// Stream checks a stream of bytes with a capacity, such as a pipe. The constructor
// is called with each of the promise's capacities, many times.
//
// Where short records go in at once, the stream is first checked as [Buffer] checks
// a buffer of records. Then come writes and reads of all lengths, one at a time, at
// the same time and, if the code is controlled, under every interleaving; and
// scenes in which one operation must wake several, or a closed end all. A pass
// covers these and no more.
func Stream(t TB, build func(capacity int) StreamOps, p StreamPromise, options ...Option) *verdict.Verdict {
	t.Helper()
	p.Name = nameOf(t, p.Promise)
	return tell(t, RunStream(build, p, options...))
}

// RunStream is [Stream] without a test: the verdict alone.
func RunStream(build func(capacity int) StreamOps, p StreamPromise, options ...Option) *verdict.Verdict {
	if len(p.Capacities) == 0 {
		p.Capacities = []int{4, 8, 12}
	}
	return p.run(options, func(s *suite, sizes []int) {
		for _, n := range sizes {
			if c := p.holds(n); c < p.block() && c != Unbounded {
				s.inconclusive(fmt.Sprintf("a stream built with %d holds %d bytes: want %d or more", n, c, p.block()))
				return
			}
		}
		s.stream(build, p, sizes)
	})
}

// stream is an object under test with the operations of a stream. Every byte of a
// piece stands for a block of the stream's.
type stream struct {
	StreamOps
	block int
}

// torn is the byte of a block that is not what anybody wrote.
const torn = 0

func (o stream) perform(ctx context.Context, op model.Op) model.Result {
	r := model.Result{From: model.AnyPeer}
	switch {
	case op.Kind.Sends():
		piece, _ := model.Bytes(op.Value)
		var b []byte
		for i := range len(piece) {
			b = append(b, strings.Repeat(piece[i:i+1], o.block)...)
		}
		n := 0
		switch {
		case op.Kind == model.Send && ctx == plain:
			n, r.Status = o.Write(b)
		case op.Kind == model.TrySend:
			n, r.Status = o.TryWrite(b)
		default:
			n, r.Status = o.WriteContext(ctx, b)
		}
		if r.N = n / o.block; n < 0 || n > len(b) || n%o.block != 0 {
			panic(unclassified{fmt.Errorf("%d bytes written of %d", n, len(b))})
		}
	case op.Kind.Receives():
		most := model.MaxPiece
		if op.Size > 0 {
			most = min(most, op.Size)
		}
		b := make([]byte, most*o.block)
		n := 0
		switch {
		case op.Kind == model.Recv && ctx == plain:
			n, r.Status = o.Read(b)
		case op.Kind == model.TryRecv:
			n, r.Status = o.TryRead(b)
		default:
			n, r.Status = o.ReadContext(ctx, b)
		}
		if n < 0 || n > len(b) || r.Status != OK && n > 0 {
			panic(unclassified{fmt.Errorf("%d bytes read into %d, and %v", n, len(b), r.Status)})
		}
		if r.Status == OK {
			r.Value = model.Piece(shrink(b[:n], o.block))
		}
	case op.Kind == model.Close:
		r.Status = o.Close()
	case op.Kind == model.CloseRead:
		r.Status = o.CloseRead()
	default:
		panic(fmt.Sprintf("check: a stream has no operation %v", op.Kind))
	}
	return r
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

// records gives the operations of a buffer whose items are records of recordBytes.
func records(o StreamOps) Ops[int] {
	write := func(f func([]byte) (int, Status)) func(v int) Status {
		if f == nil {
			return nil
		}
		return func(v int) Status {
			n, s := f(encode(v, recordBytes))
			if s == OK && n != recordBytes || s != OK && n != 0 {
				panic(unclassified{fmt.Errorf("%d bytes written of a record of %d, and %v", n, recordBytes, s)})
			}
			return s
		}
	}
	read := func(f func([]byte) (int, Status)) func() (int, Status) {
		if f == nil {
			return nil
		}
		return func() (int, Status) {
			b := make([]byte, recordBytes)
			n, s := f(b)
			if s != OK {
				return 0, s
			}
			return decode(b[:max(min(n, len(b)), 0)]), s
		}
	}
	out := Ops[int]{Send: write(o.Write), Recv: read(o.Read), TrySend: write(o.TryWrite), TryRecv: read(o.TryRead), Close: o.Close}
	if f := o.WriteContext; f != nil {
		out.SendContext = func(ctx context.Context, v int) Status {
			return write(func(b []byte) (int, Status) { return f(ctx, b) })(v)
		}
	}
	if f := o.ReadContext; f != nil {
		out.RecvContext = func(ctx context.Context) (int, Status) {
			return read(func(b []byte) (int, Status) { return f(ctx, b) })()
		}
	}
	return out
}

// recordBytes is the size of a record: the smallest that tells its item.
const recordBytes = itemBytes

func (s *suite) stream(build func(int) StreamOps, p StreamPromise, capacities []int) {
	one := func(n int) Ops[int] { return records(build(n)) }
	kinds, ok := s.operations(one, capacities[0], false)
	if !ok {
		return
	}
	if build(capacities[0]).CloseRead != nil {
		kinds = append(kinds, model.CloseRead)
	}
	whole := true
	for _, n := range capacities {
		whole = whole && p.holds(n)%recordBytes == 0
	}
	if p.block() == 1 && !p.Short && p.Atomic >= recordBytes && whole {
		bytes := s.promise.Capacity
		s.promise.Capacity = func(n int) int {
			if c := p.holds(n); c != Unbounded {
				return c / recordBytes
			}
			return Unbounded
		}
		s.buffer(one, slices.DeleteFunc(slices.Clone(kinds), func(k model.Kind) bool { return k == model.CloseRead }), capacities)
		s.promise.Capacity = bytes
	} else {
		s.unchecked("records of %d bytes as the items of a buffer: they need not go in at once", recordBytes)
	}
	of := func(n int) (func() object, buffering, string) {
		b := s.buffering(n, kinds)
		spec := p.spec(n)
		b.spec, b.capacity, b.sizes = spec, spec.Config().Capacity, []int{1, 2, 3, 4, 5, model.MaxPiece}
		return func() object { return stream{build(n), p.block()} }, b, fmt.Sprintf("capacity %d", n)
	}
	producers, consumers := s.most(true), s.most(false)
	only := os.Getenv(partsEnv) == "exhaustive"
	if !only && s.start("bytes") {
		before := s.covered["sequences"]
		for _, n := range capacities {
			build, b, what := of(n)
			s.sequential(build, b, 2, 30*s.runs, what)
		}
		s.did("%d sequences of writes and reads of all lengths", s.covered["sequences"]-before)
	}
	if !only && s.start("crowds") {
		before := s.covered["scenes"]
		for _, n := range capacities {
			build, b, what := of(n)
			s.wakingStreams(build, b, producers, consumers, what)
		}
		s.did("%d scenes in which one operation wakes several", s.covered["scenes"]-before)
	}
	if !only && s.start("bytes, concurrent") {
		made, overlapping := s.runsMade, s.overlaps
		for _, n := range capacities {
			build, b, what := of(n)
			s.concurrent(build, b, producers, consumers, what)
		}
		s.did("%d concurrent runs of writes and reads of all lengths, in %d of which operations overlapped", s.runsMade-made, s.overlaps-overlapping)
	}
	if s.hung == 0 && s.start("bytes, exhaustive") {
		s.exhaustive(func(n int) object { return stream{build(n), p.block()} }, func(n int) buffering { _, b, _ := of(n); return b }, capacities, producers, consumers)
	}
}

// streams reports whether the object is a stream.
func (b buffering) streams() bool { _, ok := b.spec.(*model.Stream); return ok }

// amount is how much an operation that returned has put in or taken out: an item,
// or bytes.
func (b buffering) amount(c record.Call) int {
	switch r := c.Result(); {
	case c.Pending() || !c.Kind.Sends() && r.Status != OK:
		return 0
	case b.streams() && c.Kind.Sends():
		return r.N
	case b.streams():
		got, _ := model.Bytes(r.Value)
		return len(got)
	case r.Status == OK:
		return 1
	}
	return 0
}

// The bytes of a run name their process and their place among those that it
// writes. After the last they begin again.
const (
	bytesPerProc = 31
	procBits     = 5
)

// piece is a new piece of n bytes.
func (p *proc) piece(n int) int64 {
	b := make([]byte, n)
	for i := range b {
		b[i] = byteOf(p.id, int(p.next.Add(1)))
	}
	return model.Piece(string(b))
}

// byteOf is the k-th byte of a process, counted from 1.
func byteOf(proc, k int) byte { return byte(proc)<<procBits | byte((k-1)%bytesPerProc+1) }

// pieceName is a piece in words: "bytes 3 to 5 of producer 1".
func pieceName(v int64, proc func(p int) string) string {
	b, ok := model.Bytes(v)
	if !ok || b == "" {
		return fmt.Sprintf("no bytes (%d)", v)
	}
	var parts []string
	for i := 0; i < len(b); {
		from := i
		for i++; i < len(b) && b[i] == b[i-1]+1 && b[i]>>procBits == b[from]>>procBits; i++ {
		}
		first, last := int(b[from])&bytesPerProc, int(b[i-1])&bytesPerProc
		who := proc(int(b[from] >> procBits))
		switch {
		case first == 0 || who == "":
			parts = append(parts, fmt.Sprintf("%d torn or foreign", i-from))
		case first == last:
			parts = append(parts, fmt.Sprintf("byte %d of %s", first, who))
		default:
			parts = append(parts, fmt.Sprintf("bytes %d to %d of %s", first, last, who))
		}
	}
	return strings.Join(parts, " and ")
}
