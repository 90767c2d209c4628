package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/adapt"
	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/suite"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// StreamOps are the operations of one stream of bytes under test, such as a pipe.
// An operation that it does not have stays nil. Each returns how many bytes it
// wrote or read; a read answers Closed at the end of the file. When a write has returned
// its bytes are the writer's again, as [io.Writer] has it, and are overwritten.
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

	Dispose func() // as in [Ops]
}

// StreamPromise is what a stream says of itself. Of [Promise], Order and Sizes mean
// nothing here; capacities are in bytes, and 4, 8 and 12 if none are given. A stream
// of capacity 0 has no buffer, as [io.Pipe] and [net.Pipe]: a write waits until all of
// it has been read, and writes follow one another whole. Producers write, consumers
// read.
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
	// HalfClose says that the reader's Close, or CloseRead, ends only what the reader
	// itself sends: what is sent to it still goes in, and can be read.
	HalfClose bool
}

func (p StreamPromise) block() int { return max(p.Block, 1) }

// terms are what a stream built with n promises, in blocks.
func (p StreamPromise) terms(n int) contract.Terms {
	t := p.Promise.terms(n)
	t.Short, t.HalfClose = p.Short, p.HalfClose
	if !t.Unbounded() {
		t.Capacity /= p.block()
	}
	return t
}

// recordTerms are what a stream built with n promises as a buffer of records.
func (p StreamPromise) recordTerms(n int) contract.Terms {
	t := p.Promise.terms(n)
	if !t.Unbounded() {
		t.Capacity /= adapt.RecordBytes
	}
	return t
}

// keepsRecords reports whether records go in at once, and fill the stream without
// a rest, at all capacities.
func (p StreamPromise) keepsRecords() bool {
	for _, n := range p.Capacities {
		if p.holds(n)%adapt.RecordBytes != 0 {
			return false
		}
	}
	return p.block() == 1 && !p.Short && p.Atomic >= adapt.RecordBytes
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
// a buffer of records. Then come writes and reads of all lengths, one at a time,
// concurrently and, as [Buffer] does, under every interleaving; and scenes in which
// one operation must wake several, or a closed end all. A pass covers these and no
// more.
func Stream(t TB, build func(capacity int) StreamOps, p StreamPromise, options ...Option) *verdict.Verdict {
	t.Helper()
	p.Promise = p.named(t)
	return reportSuite(t, runStream(t.Name(), build, p, options))
}

// RunStream is [Stream] without a test: the verdict alone.
func RunStream(build func(capacity int) StreamOps, p StreamPromise, options ...Option) *verdict.Verdict {
	return runStream("", build, p, options)
}

func runStream(test string, build func(capacity int) StreamOps, p StreamPromise, options []Option) *verdict.Verdict {
	if len(p.Capacities) == 0 {
		p.Capacities = []int{4, 8, 12}
	}
	return p.run(test, options, func(s *suite.Suite) {
		for _, n := range p.Capacities {
			if c := p.holds(n); c < p.block() && c != Unbounded && c != 0 {
				s.Inconclusive(fmt.Sprintf("a stream built with %d holds %d bytes: want %d or more, or 0", n, c, p.block()))
				return
			}
		}
		under := suite.Stream{
			Bytes: func(n int) harness.Object { return adapt.Stream{Ops: adapt.StreamOps(build(n)), Block: p.block()} },
			Terms: p.terms, Atomic: p.Atomic / p.block(),
			Records: func(n int) harness.Object { return adapt.Records(adapt.StreamOps(build(n))) }, RecordBytes: adapt.RecordBytes,
		}
		if p.keepsRecords() {
			under.RecordTerms = p.recordTerms
		}
		s.Stream(under)
	})
}
