package model

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// StreamConfig says what a stream of bytes, such as a pipe, promises.
type StreamConfig struct {
	// Capacity is how many bytes it holds, or [NoLimit]. With 0 there is no buffer
	// (io.Pipe, net.Pipe): a write waits until all its bytes have been read, and
	// writes follow one another whole.
	Capacity int
	// Atomic is the length up to which a write goes in at once, with nothing in
	// between: PIPE_BUF of a pipe. A longer one may go in by and by.
	Atomic int
	// Short lets a read get fewer bytes than are there, and a write which does
	// not wait send fewer than there is room for.
	Short bool
	// Refusals and Deadlines are as in [BufferConfig].
	Refusals, Deadlines Refusals
	// IdempotentClose makes a second [Close] or [CloseRead] succeed. By default it
	// gets [Closed].
	IdempotentClose bool
	// HalfClose makes [CloseRead] the close of another direction: this one goes on.
	HalfClose bool
}

// Validate says what is wrong with the configuration, if anything.
func (c StreamConfig) Validate() error {
	switch {
	case c.Capacity < NoLimit:
		return fmt.Errorf("a capacity of %d: want 0 or more, or %d for no limit", c.Capacity, NoLimit)
	case c.Atomic < 0 || c.Capacity > 0 && c.Atomic > c.Capacity:
		return fmt.Errorf("writes of %d bytes at once: want 0 to the capacity of %d", c.Atomic, c.Capacity)
	case c.Refusals > Spurious:
		return fmt.Errorf("%v: want strict, weak, abortable or spurious", c.Refusals)
	case c.Deadlines > Spurious:
		return fmt.Errorf("%v: want strict, weak, abortable or spurious", c.Deadlines)
	}
	return nil
}

// Stream specifies a stream of bytes with two ends: an ordinary or a named pipe.
//
// A send is a write of the bytes of its value, which is a [Piece]. It waits until
// all of them are in. One of at most Atomic bytes goes in whole, or not at all;
// of a longer one [TrySend] sends what there is room for, and a deadline may pass
// when some are in: [Result] N says how many. A receive is a read of at most Size
// bytes. It waits while there is none, and gets those that are there.
//
// After [Close], of the end for writing, a write gets [Closed]; a read too, once
// the bytes that were written before are gone: the end of file. After [CloseRead]
// every write gets [Closed] (EPIPE), and so does every read; what was inside is
// dropped.
//
// A write that waits and is longer than Atomic takes effect in several steps; see
// [Stream.Parts].
type Stream struct {
	c     StreamConfig
	rules rules // of refusals and of closing
	name  string
}

var (
	_ Spec    = (*Stream)(nil)
	_ Divided = (*Stream)(nil)
)

// NewStream returns the specification. It panics if the configuration is not
// valid; [StreamConfig.Validate] tells beforehand.
func NewStream(c StreamConfig) *Stream {
	must("stream", c.Validate())
	s := &Stream{c: c, rules: rules{capacity: c.Capacity, refusals: c.Refusals, deadlines: c.Deadlines, closeOK: c.IdempotentClose}}
	s.name = "byte stream " + s.rules.level()
	if c.Capacity > 0 {
		s.name = fmt.Sprintf("byte stream of %d bytes", c.Capacity)
	}
	if c.Atomic > 0 {
		s.name += fmt.Sprintf(", writes of up to %d bytes at once", c.Atomic)
	}
	if c.Short {
		s.name += ", short reads"
	}
	if c.HalfClose {
		s.name += ", half-close"
	}
	s.name += s.rules.extras()
	return s
}

// Config is what the stream promises.
func (s *Stream) Config() StreamConfig { return s.c }

// Name implements [Spec].
func (s *Stream) Name() string { return s.name }

// Init implements [Spec].
func (s *Stream) Init() State { return &streamState{} }

// streamState is the contents. Of a write that goes in by parts it knows how many
// of them are in.
type streamState struct {
	bytes              string
	noWriter, noReader bool
	under              []progress // by process
	offers             []offer    // of writes to a stream without a buffer, in order
}

// offer is what a write to a stream without a buffer has yet to hand over.
type offer struct {
	proc int
	rest string
}

type progress struct{ proc, parts int }

func (s *Stream) room(st *streamState) int {
	if s.c.Capacity == NoLimit {
		return math.MaxInt
	}
	return s.c.Capacity - len(st.bytes)
}

// Step implements [Spec].
func (s *Stream) Step(state State, op Op) []Outcome {
	st := state.(*streamState)
	var out []Outcome
	switch {
	case op.part > 0 && s.c.Capacity == 0:
		return s.handOver(st, op)
	case op.part > 0:
		return s.part(st, op)
	case op.Kind.Sends():
		b, ok := Bytes(op.Value)
		if !ok {
			return answer(st, Unsupported)
		}
		out = s.write(st, op, b)
	case op.Kind.Receives():
		out = s.read(st, op)
	case op.Kind == Close:
		return s.end(st, st.noWriter, &streamState{st.bytes, true, st.noReader, st.under, st.handedOver()})
	case op.Kind == CloseRead && s.c.HalfClose:
		return s.end(st, st.noReader, &streamState{st.bytes, st.noWriter, true, st.under, st.offers})
	case op.Kind == CloseRead:
		return s.end(st, st.noReader, &streamState{"", st.noWriter, true, st.under, st.handedOver()})
	default:
		return answer(st, Unsupported)
	}
	return s.rules.refuse(st, op, out)
}

func (s *Stream) end(st *streamState, already bool, next *streamState) []Outcome {
	switch {
	case !already:
		return []Outcome{{next, done}}
	case s.c.IdempotentClose:
		return answer(st, OK)
	}
	return answer(st, Closed)
}

func (s *Stream) write(st *streamState, op Op, b string) []Outcome {
	sent := func(n int, status Status) Outcome {
		return Outcome{st.with(b[:n]), Result{Status: status, From: AnyPeer, N: n}}
	}
	room := s.room(st)
	long := len(b) > s.c.Atomic
	switch {
	case st.noWriter || s.broken(st):
		return answer(st, Closed)
	case s.c.Capacity == 0: // alone it waits
		return nil
	}
	var out []Outcome
	if len(b) <= room {
		out = append(out, sent(len(b), OK))
	}
	if !long || op.Kind == Send {
		return out
	}
	// Some of it may go in: as much as there is room for, or less.
	most, status, any := min(room, len(b)-1), OK, s.c.Short
	if op.Kind == SendContext {
		status, any = Deadline, any || s.c.Deadlines == Spurious
	}
	least := room
	if any {
		least = 1
	}
	for n := max(least, 1); n <= most; n++ {
		out = append(out, sent(n, status))
	}
	return out
}

func (s *Stream) read(st *streamState, op Op) []Outcome {
	most := MaxPiece
	if op.Size > 0 {
		most = min(most, op.Size)
	}
	if s.c.Capacity == 0 {
		return s.takeOver(st, most)
	}
	most = min(most, len(st.bytes))
	switch {
	case s.broken(st), most == 0 && st.noWriter:
		return answer(st, Closed)
	case most == 0:
		return nil
	}
	var out []Outcome
	for n := most; n > 0 && (n == most || s.c.Short); n-- {
		next := *st
		next.bytes = st.bytes[n:]
		out = append(out, Outcome{&next, Result{Status: OK, Value: Piece(st.bytes[:n]), From: AnyPeer}})
	}
	return out
}

// broken reports whether nobody reads any more.
func (s *Stream) broken(st *streamState) bool { return st.noReader && !s.c.HalfClose }

func (st *streamState) with(b string) *streamState {
	next := *st
	next.bytes += b
	return &next
}

// Divided is the specification of an object with operations that take effect in
// several steps, between which others may.
type Divided interface {
	Spec
	// Parts are the steps of the operation, in order, each of which takes effect
	// at one time between the call and the return of the whole. The result is
	// what the whole returned, nil if it has not. There are none if the operation
	// takes effect at one time.
	Parts(op Op, r *Result) []Part
}

// Part is a step of an operation with what it answers; nil if the operation has
// not returned, and the step may not have been taken.
type Part struct {
	Op     Op
	Result *Result
}

// Parts implements [Divided]: a write that waits and is too long to go in at once
// goes in byte by byte. If it ended early there is one more step, in which that was
// so. Without a buffer a write offers its bytes, and ends when they have been read.
func (s *Stream) Parts(op Op, r *Result) []Part {
	b, ok := Bytes(op.Value)
	if s.c.Capacity == 0 && ok && op.Kind.Sends() {
		return offered(op, b, r)
	}
	if !ok || op.Kind != Send && op.Kind != SendContext || len(b) <= s.c.Atomic || len(b) == 0 {
		return nil
	}
	n, all := len(b), len(b)
	if r != nil {
		n = min(max(r.N, 0), n)
		if (r.Status == OK) != (r.N == len(b)) {
			return nil // no steps explain that
		}
		if all = n; r.Status != OK {
			all++
		}
	}
	step := func(i int, result *Result) Part {
		o := op
		o.part, o.parts, o.Value = uint8(i+1), uint8(all), Piece(b[i:i+1])
		return Part{o, result}
	}
	var parts []Part
	for i := range n {
		var result *Result
		if r != nil {
			result = &Result{Status: OK, From: AnyPeer, N: 1}
		}
		parts = append(parts, step(i, result))
	}
	if r != nil && r.Status != OK {
		parts = append(parts, step(n, &Result{Status: r.Status, From: AnyPeer}))
	}
	return parts
}

// Early reports whether the operation is a step of one that takes effect in several,
// and not the last of them.
func (o Op) Early() bool { return o.part < o.parts }

// part is a step of a long write. It waits until the steps before it are done.
func (s *Stream) part(st *streamState, op Op) []Outcome {
	b, _ := Bytes(op.Value)
	at, known := slices.BinarySearchFunc(st.under, op.Proc, func(p progress, proc int) int { return cmp.Compare(p.proc, proc) })
	before, now := 0, int(op.part)
	if known {
		before = st.under[at].parts
	}
	if now != before+1 {
		return nil
	}
	under := slices.Clone(st.under)
	switch {
	case known && op.part == op.parts:
		under = slices.Delete(under, at, at+1)
	case known:
		under[at].parts = now
	case op.part < op.parts:
		under = slices.Insert(under, at, progress{op.Proc, now})
	}
	// A step is a write of one byte: it goes in at once.
	whole, step := *s, op
	whole.c.Atomic, whole.c.Short = max(s.c.Atomic, 1), false
	step.part, step.parts = 0, 0
	out := s.rules.refuse(st, step, whole.write(st, step, b))
	for i := range out {
		next := *out[i].Next.(*streamState)
		next.under = under
		out[i].Next = &next
	}
	return out
}

// Joint implements [Spec]: operations on a stream never join.
func (s *Stream) Joint(State, Op, Op) []JointOutcome { return nil }

// Key implements [State].
func (st *streamState) Key() string {
	ends := 0
	if st.noWriter {
		ends |= 1
	}
	if st.noReader {
		ends |= 2
	}
	b := appendCount(nil, len(st.under)<<2|ends)
	for _, p := range st.under {
		b = appendCount(appendInt(b, p.proc), p.parts)
	}
	for _, o := range st.offers { // a stream without a buffer holds no bytes
		b = append(appendCount(appendInt(b, o.proc), len(o.rest)), o.rest...)
	}
	return string(b) + st.bytes
}

// Decode implements [Spec].
func (s *Stream) Decode(key string) (State, error) {
	k := keyReader{key: key}
	head := k.count(2)
	st := &streamState{noWriter: head&1 != 0, noReader: head&2 != 0}
	for i := range head >> 2 {
		p := progress{int(k.varint()), int(k.uvarint())}
		if i > 0 && st.under[i-1].proc >= p.proc {
			k.fail("processes out of order")
		}
		if p.parts < 1 || p.parts > MaxPiece {
			k.fail("%d parts", p.parts)
		}
		st.under = append(st.under, p)
	}
	for s.c.Capacity == 0 && k.err == nil && k.at < len(key) {
		o := offer{proc: int(k.varint())}
		n := int(k.uvarint())
		if k.err != nil || n > MaxPiece || n > len(key)-k.at {
			k.fail("an offer of %d bytes", n)
			break
		}
		o.rest = key[k.at : k.at+n]
		k.at += n
		st.offers = append(st.offers, o)
	}
	if k.err == nil && s.c.Capacity != 0 {
		st.bytes = key[k.at:]
		k.at = len(key)
		if s.c.Capacity != NoLimit && len(st.bytes) > s.c.Capacity {
			k.fail("%d bytes, the capacity is %d", len(st.bytes), s.c.Capacity)
		}
		if s.broken(st) && st.bytes != "" {
			k.fail("bytes that nobody can read")
		}
	}
	if err := k.end(s); err != nil {
		return nil, err
	}
	return st, nil
}

// String implements [State].
func (st *streamState) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", st.bytes)
	if st.noWriter {
		b.WriteString(" closed")
	}
	if st.noReader {
		b.WriteString(" broken")
	}
	for _, o := range st.offers {
		fmt.Fprintf(&b, ", %q offered by process %d", o.rest, o.proc)
	}
	for _, p := range st.under {
		fmt.Fprintf(&b, ", %d of process %d in", p.parts, p.proc)
	}
	return b.String()
}
