package contract

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// stream is the contract of a stream of bytes. A byte of the specification stands
// for a block of the object's.
type stream struct {
	terms Terms
	spec  *model.Stream
}

// Stream is the contract of a stream. Writes of up to atomic blocks go in at once.
func Stream(t Terms, atomic int) Contract {
	if t.Capacity > 0 {
		atomic = min(atomic, t.Capacity)
	}
	return &stream{t, model.NewStream(model.StreamConfig{
		Capacity: t.Capacity, Atomic: atomic, Short: t.Short, HalfClose: t.HalfClose,
		Refusals: t.Refusals, Deadlines: t.Deadlines, IdempotentClose: t.IdempotentClose,
	})}
}

func (s *stream) Terms() *Terms    { return &s.terms }
func (s *stream) Spec() model.Spec { return s.spec }

func (s *stream) With(t Terms) Contract { return Stream(t, s.spec.Config().Atomic) }

func (s *stream) Boxes() []int { return nil }
func (s *stream) Sizes() []int { return []int{1, 2, 3, 4, 5, model.MaxPiece} }

func (s *stream) Op(src *Source, k model.Kind, box, size int) model.Op {
	op := model.Op{Kind: k, Proc: src.Proc, Box: box}
	switch {
	case k.Sends():
		op.Value = src.piece(size)
	case k.Receives():
		op.Size = size
	}
	return op
}

func (s *stream) DrawSize(src *Source, sends bool, rng *rand.Rand) (int, bool) {
	size := 1 + rng.IntN(model.MaxPiece)
	return size, !sends || src.next.Load()+int64(size) <= bytesPerProc
}

func (s *stream) TakeBack(src *Source, op model.Op) {
	b, _ := model.Bytes(op.Value)
	src.next.Add(-int64(len(b)))
}

func (s *stream) Amount(c record.Call) int {
	switch {
	case c.Pending():
	case c.Kind.Sends():
		return c.Result().N
	case c.Kind.Receives() && c.Status == model.OK:
		got, _ := model.Bytes(c.Value)
		return len(got)
	}
	return 0
}

func (s *stream) Parts() int { return model.MaxPiece }

// MostSends: each byte is written once, for the histories to tell them apart.
func (s *stream) MostSends() int { return bytesPerProc / model.MaxPiece }

func (s *stream) Name(v int64, sources []*Source) string {
	return pieceName(v, func(p int) string {
		if p < len(sources) {
			return sources[p].Name
		}
		return ""
	})
}

func (s *stream) Faults(h record.History, drained bool, name Namer) []linear.Finding {
	return linear.StreamFaults(s.spec.Config(), h, linear.Options{Drained: drained, Name: name})
}

func (s *stream) Stuck(h record.History, name Namer) []linear.Blocked {
	return linear.Stuck(s.spec, h, name)
}

func (s *stream) DecidesLong() bool { return false }

func (s *stream) Scopes() []Scope { return streamScopes(&s.terms, s.spec.Config().Atomic) }
