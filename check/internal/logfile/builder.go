package logfile

import (
	"cmp"
	"math"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// builder makes the history of the events of a file.
type builder struct {
	in    *input
	log   *Log
	near  [256]under      // open calls of processes with small numbers
	far   map[int32]under // of the others
	last  int64
	begun bool
}

// under is an open call: its number, and its line, 0 if there is none.
type under struct {
	call int32
	line int
}

func (b *builder) open(p int32) (under, bool) {
	if uint32(p) < uint32(len(b.near)) {
		return b.near[p], b.near[p].line > 0
	}
	u, ok := b.far[p]
	return u, ok
}

func (b *builder) setOpen(p int32, u under) {
	switch {
	case uint32(p) < uint32(len(b.near)):
		b.near[p] = u
	case u.line == 0:
		delete(b.far, p)
	default:
		if b.far == nil {
			b.far = map[int32]under{}
		}
		b.far[p] = u
	}
}

// at moves the time on.
func (b *builder) at(t int64) error {
	switch {
	case b.begun && t < b.last:
		return b.in.errorf("time runs backwards: %d after %d", t, b.last)
	case t == record.Never:
		return b.in.errorf("a time of %d: want less", t)
	}
	b.last, b.begun = t, true
	return nil
}

// call opens an operation.
func (b *builder) call(t int64, p int32, k model.Kind, v int64) error {
	if u, ok := b.open(p); ok {
		return b.in.errorf("process %d calls %v while its %v, called in line %d, has not returned", p, k, b.log.Calls[u.call].Kind, u.line)
	}
	if len(b.log.Calls) == math.MaxInt32 {
		return b.in.errorf("more than %d operations", math.MaxInt32)
	}
	b.setOpen(p, under{int32(len(b.log.Calls)), b.in.line})
	b.log.Calls = append(b.log.Calls, record.Call{Call: t, Return: record.Never, Value: v, Proc: p, From: model.AnyPeer, Kind: k})
	return nil
}

// ret closes the operation that the process has open.
func (b *builder) ret(t int64, p int32, s model.Status, v int64, valued bool) error {
	u, ok := b.open(p)
	if !ok {
		return b.in.errorf("process %d returns, and has called nothing", p)
	}
	c := &b.log.Calls[u.call]
	if !answers(c.Kind, s) {
		return b.in.errorf("%v, called in line %d, answers %v: want %s", c.Kind, u.line, s, wanted(c.Kind))
	}
	receives := c.Kind.Receives() && s == model.OK
	switch {
	case receives && !valued:
		return b.in.errorf("%v answers ok without the value it got", c.Kind)
	case receives:
		c.Value = v
	case valued && (!c.Kind.Sends() || v != c.Value):
		return b.in.errorf("%v answers %v with the value %s, which makes no sense", c.Kind, s, b.log.Values.Text(v))
	}
	c.Return, c.Status = t, s
	b.setOpen(p, under{})
	return nil
}

// answers reports whether the operation can give the answer at all, right or
// wrong.
func answers(k model.Kind, s model.Status) bool {
	switch s {
	case model.OK, model.Closed, model.Failed:
		return true
	case model.Full:
		return k.Sends()
	case model.Empty:
		return k.Receives()
	case model.Deadline:
		return k.Waits()
	}
	return false
}

func wanted(k model.Kind) string {
	switch {
	case k == model.TrySend:
		return "ok, full, closed or error"
	case k == model.TryRecv:
		return "ok, empty, closed or error"
	case k == model.SendContext || k == model.RecvContext:
		return "ok, deadline, closed or error"
	}
	return "ok, closed or error"
}

// pending is the first operation that has not returned, with its line.
func (b *builder) pending() (record.Call, int, bool) {
	for i := range b.log.Calls {
		if c := b.log.Calls[i]; c.Pending() {
			u, _ := b.open(c.Proc)
			return c, u.line, true
		}
	}
	return record.Call{}, 0, false
}

// inOrder puts the operations in order of their times. Of one process what takes no
// time comes before what is called then and takes some.
func (b *builder) inOrder() {
	slices.SortStableFunc(b.log.Calls, func(x, y record.Call) int {
		return cmp.Or(cmp.Compare(x.Call, y.Call), cmp.Compare(x.Return, y.Return))
	})
}
