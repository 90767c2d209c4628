package record

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/model"
)

func area(t *testing.T, n int) (writer, reader *Area) {
	t.Helper()
	f, err := NewAreaFile(n)
	require.NoError(t, err)
	defer f.Close()
	clock, err := NewMonotonic()
	require.NoError(t, err)
	for _, a := range []**Area{&writer, &reader} {
		*a, err = OpenArea(f, clock)
		require.NoError(t, err)
		t.Cleanup(func() { _ = (*a).Close() })
	}
	return writer, reader
}

func TestAreaIsReadByAnother(t *testing.T) {
	w, r := area(t, 3)
	require.True(t, w.Begin(model.Op{Kind: model.Send, Value: 7}))
	w.End(model.Result{Status: model.OK})
	require.True(t, w.Begin(model.Op{Kind: model.Recv}))
	w.Drop()
	require.True(t, w.Begin(model.Op{Kind: model.Recv}))
	calls, err := r.Calls()
	require.NoError(t, err)
	require.Len(t, calls, 2)
	assert.Equal(t, int64(7), calls[0].Value)
	assert.True(t, calls[0].Done())
	assert.True(t, calls[1].Pending())
	assert.LessOrEqual(t, calls[0].Return, calls[1].Call, "those of one process do not overlap")
	w.End(model.Result{Value: 9})
	require.True(t, w.Begin(model.Op{Kind: model.Recv}))
	assert.False(t, w.Begin(model.Op{Kind: model.Recv}), "it is full")
	assert.Equal(t, 3, r.Len())
}

func TestAreaRefusesNonsense(t *testing.T) {
	w, r := area(t, 4)
	for range 3 {
		w.Begin(model.Op{Kind: model.Recv})
		w.End(model.Result{})
	}
	w.n.Store(99)
	w.ended.Store(99)
	calls, err := r.Calls()
	assert.Nil(t, calls)
	assert.ErrorContains(t, err, "operation 4 of the log makes no sense", "one that nobody has written")
	w.n.Store(3)
	w.calls[1].Kind = 200
	_, err = r.Calls()
	assert.ErrorContains(t, err, "operation 2 of the log makes no sense")
}

func TestMonotonicClockIsNeverWrong(t *testing.T) {
	a, err := NewMonotonic()
	require.NoError(t, err)
	b, err := NewMonotonic()
	require.NoError(t, err)
	for range 10_000 {
		before := a.Call()
		after := b.Return()
		assert.LessOrEqual(t, before, after, "what came first never seems to come later")
	}
	last := a.Return()
	assert.GreaterOrEqual(t, a.CallAfter(last), last)
}

func BenchmarkArea(b *testing.B) {
	f, err := NewAreaFile(b.N + 1)
	require.NoError(b, err)
	clock, err := NewMonotonic()
	require.NoError(b, err)
	a, err := OpenArea(f, clock)
	require.NoError(b, err)
	b.ReportAllocs()
	for range b.N {
		a.Begin(model.Op{Kind: model.Send})
		a.End(model.Result{})
	}
}
