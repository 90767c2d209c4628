package record

import (
	"sync"

	"github.com/ipccheck/ipccheck/model"
)

// Call is one operation of a history: from Call to Return, both ends included.
type Call struct {
	Op     model.Op
	Result model.Result // if it returned
	Call   int64
	Return int64 // Never: it has not returned
}

// Pending reports whether the operation has not returned.
func (c Call) Pending() bool { return c.Return == Never }

// Overlaps reports whether neither of the operations ended before the other
// began.
func (c Call) Overlaps(d Call) bool { return c.Call <= d.Return && d.Call <= c.Return }

// Before reports whether the operation ended before the other began.
func (c Call) Before(d Call) bool { return c.Return < d.Call }

// Log records the operations of one process, one at a time. One goroutine
// writes; others may read.
type Log struct {
	clock *Clock
	mu    sync.Mutex // orders the writer and a reader, never two writers
	calls []Call
	spans []Call // refused attempts that were folded
}

// NewLog returns an empty log whose events are numbered by the clock.
func NewLog(c *Clock) *Log { return &Log{clock: c} }

// Begin records that the process calls the operation.
func (l *Log) Begin(op model.Op) {
	l.mu.Lock()
	l.calls = append(l.calls, Call{Op: op, Return: Never})
	c := &l.calls[len(l.calls)-1]
	c.Call = l.clock.Tick()
	l.mu.Unlock()
}

// End records that the operation called last has returned.
func (l *Log) End(r model.Result) {
	t := l.clock.Tick()
	l.mu.Lock()
	c := &l.calls[len(l.calls)-1]
	c.Return, c.Result = t, r
	l.mu.Unlock()
}

// Fold takes the last operation, which was refused, out of the history and
// remembers only that it was under way. A refused operation changes nothing, so
// a history without it is explained whenever the whole one is. Polling would
// otherwise make histories too long to judge.
func (l *Log) Fold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.calls[len(l.calls)-1]
	l.calls = l.calls[:len(l.calls)-1]
	if n := len(l.spans); n > 0 && l.spans[n-1].Op.Kind == last.Op.Kind && (len(l.calls) == 0 || l.calls[len(l.calls)-1].Return < l.spans[n-1].Call) {
		l.spans[n-1].Return = last.Return
		return
	}
	l.spans = append(l.spans, last)
}

// Open returns the operation that has not returned, if there is one.
func (l *Log) Open() (Call, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.calls); n > 0 && l.calls[n-1].Pending() {
		return l.calls[n-1], true
	}
	return Call{}, false
}

// Last returns the last operation, if there is one.
func (l *Log) Last() (Call, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.calls); n > 0 {
		return l.calls[n-1], true
	}
	return Call{}, false
}

func (l *Log) copy() (calls, spans []Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append(calls, l.calls...), append(spans, l.spans...)
}
