package judge

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// late is a buffer whose sender puts its item when somebody has found it empty. If
// loses is set, the item is gone.
type late struct {
	loses bool
	asked chan bool
	once  sync.Once
	items chan int64
}

func (l *late) Has(k model.Kind) bool { return k == model.Send || k == model.TryRecv }

func (l *late) Perform(_ context.Context, op model.Op) model.Result {
	r := model.Result{From: model.AnyPeer}
	if op.Kind == model.Send {
		<-l.asked
		if !l.loses {
			l.items <- op.Value
		}
		return r
	}
	select {
	case r.Value = <-l.items:
	default:
		r.Status = model.Empty
		l.once.Do(func() { close(l.asked) })
		for range 1000 { // the sender returns first
			runtime.Gosched()
		}
	}
	return r
}

func concludeLate(t *testing.T, loses bool) Outcome {
	x, end := harness.New(func() harness.Object {
		return &late{loses: loses, asked: make(chan bool), items: make(chan int64, 1)}
	}, 200*time.Millisecond)
	require.Equal(t, record.Complete, end)
	c := contract.Buffer(contract.Terms{Kinds: []model.Kind{model.Send, model.TryRecv}, Capacity: 1})
	p := x.Process("sender")
	p.StartOp(harness.Plain, c.Op(p.Source, model.Send, 0, 0))
	return Conclude(x, c, record.Complete, true)
}

// An item that is put while the last ones are taken out is taken out too, and not
// taken for lost; one that is gone is.
func TestWhatComesLateIsNotLost(t *testing.T) {
	assert.Empty(t, concludeLate(t, false).Findings)
	found := concludeLate(t, true).Findings
	require.NotEmpty(t, found)
	assert.Equal(t, verdict.LostItem, found[0].Code)
}

// blockedForever is an object whose operations never return.
type blockedForever struct{ never chan bool }

func (blockedForever) Has(model.Kind) bool { return true }

func (b blockedForever) Perform(context.Context, model.Op) model.Result {
	<-b.never
	return model.Result{}
}

// Who waits in vain lost a wakeup; who rightly waits, with everybody else, is in a
// deadlock.
func TestWhoMustNotWaitIsNamed(t *testing.T) {
	b := blockedForever{make(chan bool)}
	defer close(b.never)
	for kind, want := range map[model.Kind]verdict.Code{model.Send: verdict.LostWakeup, model.TryRecv: verdict.LostWakeup, model.Recv: verdict.Deadlock} {
		x, _ := harness.New(func() harness.Object { return b }, 50*time.Millisecond)
		c := contract.Buffer(contract.Terms{Kinds: []model.Kind{model.Send, model.Recv}, Capacity: 1})
		p := x.Process("process 1")
		p.StartOp(harness.Plain, c.Op(p.Source, kind, 0, 0))
		o := Conclude(x, c, x.Await(p), true)
		require.Len(t, o.Findings, 1, "%v", kind)
		assert.Equal(t, want, o.Findings[0].Code, "%v: %s", kind, o.Findings[0].Message)
		assert.Contains(t, o.Findings[0].Message, "process 1")
		assert.Contains(t, o.Findings[0].Message, "judge_test.go")
		assert.True(t, o.Abandoned)
	}
}

// Who waits for good is told so by another contract as well, though the run was cut
// before all were seen at rest.
func TestComplaintsOfRunsThatWereCut(t *testing.T) {
	c := contract.Buffer(contract.Terms{Kinds: []model.Kind{model.Send, model.Recv}, Capacity: 1})
	p := Complaint{History: record.History{Calls: []record.Call{
		{Call: 1, Return: 2, Value: 1, Kind: model.Send, From: model.AnyPeer, Peer: model.AnyPeer},
		{Call: 3, Return: record.Never, Proc: 1, Kind: model.Recv, From: model.AnyPeer, Peer: model.AnyPeer},
	}, End: record.Cut}}
	assert.True(t, p.Explained(c))
	p.ForGood()
	assert.False(t, p.Explained(c))
}
