package contract

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// buffer is the contract of a buffer, or of a rendezvous, whose capacity is 0.
type buffer struct {
	terms Terms
	spec  *model.Buffer
}

// Buffer is the contract of a buffer with these terms.
func Buffer(t Terms) Contract { return &buffer{t, model.NewBuffer(t.buffer())} }

func (b *buffer) Terms() *Terms    { return &b.terms }
func (b *buffer) Spec() model.Spec { return b.spec }

func (b *buffer) With(t Terms) Contract { return Buffer(t) }

func (b *buffer) Boxes() []int { return nil }
func (b *buffer) Sizes() []int { return nil }

func (b *buffer) Op(src *Source, k model.Kind, box, size int) model.Op {
	op := model.Op{Kind: k, Proc: src.Proc, Box: box}
	if k.Sends() {
		op.Value, op.Size = src.item(), size
	}
	return op
}

func (b *buffer) DrawSize(*Source, bool, *rand.Rand) (int, bool) { return 0, true }
func (b *buffer) TakeBack(*Source, model.Op)                     {}

func (b *buffer) Amount(c record.Call) int {
	if c.Done() && (c.Kind.Sends() || c.Kind.Receives()) {
		return 1
	}
	return 0
}

func (b *buffer) Parts() int     { return 1 }
func (b *buffer) MostSends() int { return 0 }

func (b *buffer) Name(v int64, sources []*Source) string { return itemName(v, sources) }

func (b *buffer) Faults(h record.History, drained bool, name Namer) []linear.Finding {
	return linear.Faults(b.spec.Config(), h, linear.Options{Drained: drained, Name: name})
}

func (b *buffer) Stuck(h record.History, name Namer) []linear.Blocked {
	return linear.Stuck(b.spec, h, name)
}

// DecidesLong: what may have been dropped in several ways takes a search.
func (b *buffer) DecidesLong() bool { return !b.terms.Lossy() && !b.terms.IgnoreSends }

func (b *buffer) Scopes() []Scope { return bufferScopes(&b.terms) }
