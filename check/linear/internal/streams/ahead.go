package streams

import (
	"encoding/binary"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// ahead is a stream that knows what will be read: it lets a byte in only after all
// bytes that were certainly read before it. A search would otherwise try orders
// that only a much later read refutes.
type ahead struct {
	*model.Stream
	before [256]bitmap // the bytes that must be in before a byte is
}

// bitmap is a set of bytes.
type bitmap [4]uint64

func (m *bitmap) add(b byte) { m[b/64] |= 1 << (b % 64) }

// within reports whether all are in the other.
func (m *bitmap) within(o *bitmap) bool {
	for i := range m {
		if m[i]&^o[i] != 0 {
			return false
		}
	}
	return true
}

// LookAhead is the specification with what the history tells of the order of the
// bytes, if each is written once and read at most once. In the history that it
// returns, bytes that nobody read are all the same, for nothing depends on which
// is which. It takes O(n²) time for n bytes.
func LookAhead(spec *model.Stream, h record.History) (model.Spec, record.History) {
	s := newStream(h, func(int64) string { return "" })
	if s == nil {
		return spec, h
	}
	if s.origin(); len(s.found) > 0 {
		return spec, h
	}
	const unread = 0
	if s.bytes[unread] != nil && s.bytes[unread].read >= 0 {
		return spec, h
	}
	a := &ahead{Stream: spec}
	taken := false // by a read that has not returned
	for _, c := range h.Calls {
		taken = taken || c.Kind.Receives() && c.Pending()
	}
	for b, p := range s.bytes {
		if p.read < 0 {
			b = unread
		}
		for c, q := range s.bytes {
			switch {
			case q.read < 0:
			case p.read < 0 && !taken,
				p.read >= 0 && (q.read == p.read && q.in < p.in || h.Calls[q.read].Before(h.Calls[p.read])):
				a.before[b].add(c)
			}
		}
	}
	calls := slices.Clone(h.Calls)
	for i := range calls {
		if c := &calls[i]; c.Kind.Sends() {
			b, _ := model.Bytes(c.Value)
			same := []byte(b)
			for k := range same {
				if p := s.bytes[same[k]]; p == nil || p.read < 0 {
					same[k] = unread
				}
			}
			c.Value = model.Piece(string(same))
		}
	}
	return a, record.History{Calls: calls, End: h.End}
}

// aheadState is a state with the bytes that have ever been let in.
type aheadState struct {
	model.State
	in bitmap
}

func (s aheadState) Key() string {
	var b [32]byte
	for i, w := range s.in {
		binary.LittleEndian.PutUint64(b[8*i:], w)
	}
	return string(b[:]) + s.State.Key()
}

// Init implements [model.Spec].
func (a *ahead) Init() model.State { return aheadState{State: a.Stream.Init()} }

// Step implements [model.Spec].
func (a *ahead) Step(s model.State, op model.Op) []model.Outcome {
	from := s.(aheadState)
	out := a.Stream.Step(from.State, op)
	b, _ := model.Bytes(op.Value)
	kept := out[:0]
	for _, o := range out {
		next := aheadState{o.Next, from.in}
		fits := true
		if op.Kind.Sends() {
			for k := range o.Result.N {
				fits = fits && a.before[b[k]].within(&next.in)
				next.in.add(b[k])
			}
		}
		if fits {
			kept = append(kept, model.Outcome{Next: next, Result: o.Result})
		}
	}
	return kept
}
