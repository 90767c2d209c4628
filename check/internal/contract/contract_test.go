package contract

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/model"
)

// all are contracts of objects that have every operation.
func all() map[string]Contract {
	kinds := []model.Kind{model.Send, model.Recv, model.TrySend, model.TryRecv, model.SendContext, model.RecvContext, model.Close, model.CloseRead}
	t := Terms{Kinds: kinds, Capacity: 2}
	return map[string]Contract{
		"buffer": Buffer(t), "mailboxes": Mailboxes(t, model.Sizes{}), "stream": Stream(t, 2),
	}
}

// No two items of an execution are the same, and each is named after its process.
func TestItemsTellTheirProcess(t *testing.T) {
	for name, c := range all() {
		sources := []*Source{{Proc: 0, Name: "producer 1"}, {Proc: 1, Name: "producer 2"}}
		seen := map[int64]bool{}
		for _, src := range sources {
			for range 2 {
				op := c.Op(src, model.Send, 0, 2)
				assert.False(t, seen[op.Value], "%s: the value %d twice", name, op.Value)
				seen[op.Value] = true
				assert.Contains(t, c.Name(op.Value, sources), src.Name, name)
			}
		}
		assert.NotContains(t, c.Name(7_000_000, sources), "producer", "%s: nobody sent it", name)
	}
}

// A stream has few bytes that tell themselves apart, so refused ones are written
// again and a process stops when none are left.
func TestBytesAreUsedOnce(t *testing.T) {
	c, src := all()["stream"], &Source{Name: "writer"}
	first := c.Op(src, model.TrySend, 0, 3)
	c.TakeBack(src, first)
	assert.Equal(t, first.Value, c.Op(src, model.TrySend, 0, 3).Value)
	rng, writes := rand.New(rand.NewPCG(1, 1)), 0
	for {
		size, ok := c.DrawSize(src, true, rng)
		if !ok {
			break
		}
		c.Op(src, model.Send, 0, size)
		writes++
	}
	assert.LessOrEqual(t, src.next.Load(), int64(bytesPerProc))
	assert.GreaterOrEqual(t, writes, c.MostSends()-1)
}

// Every item of a scope tells itself apart and has a name, and no scope has an
// operation that the object does not have, or more processes than it allows.
func TestScopesKeepToTheContract(t *testing.T) {
	for name, c := range all() {
		scopes := c.Scopes()
		assert.Equal(t, name == "mailboxes", len(scopes) == 0)
		for _, s := range scopes {
			seen := map[int64]bool{}
			for _, op := range s.First {
				seen[op.Value] = true
				assert.Contains(t, s.Item(op.Value), "from the beginning")
			}
			for _, p := range s.Scripts {
				for _, op := range p.Ops {
					assert.True(t, c.Terms().Has(op.Kind), "%s: %v", s.Name, op.Kind)
					if op.Kind.Sends() {
						assert.False(t, seen[op.Value], "%s: the value %d twice", s.Name, op.Value)
						seen[op.Value] = true
						assert.Contains(t, s.Item(op.Value), p.Name)
					}
				}
			}
		}
	}
	few := Terms{Kinds: []model.Kind{model.Send, model.Recv}, Capacity: 1, Producers: 1, Consumers: 1}
	for _, c := range []Contract{Buffer(few), Stream(few, 1)} {
		assert.NotEmpty(t, c.Scopes())
		for _, s := range c.Scopes() {
			assert.LessOrEqual(t, len(s.Scripts), 2, s.Name)
		}
	}
}
