package exec

import (
	"runtime"
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// The operations on channels of which only the runtime knows the type: what package
// reflect does. A send or a receive is a select with one case.

// anyCase is a case of a select: value points to what is sent, or to where what is
// received goes.
type anyCase struct {
	send      bool
	ch, value unsafe.Pointer
}

// controlled is the goroutine that is to execute an operation, nil if it is not
// controlled. In a run that is over it ends the goroutine: reflect cannot do with a
// select that has done nothing.
//
//go:norace
func controlled() *G {
	g := Current()
	if g != nil && g.x.kill {
		runtime.Goexit()
	}
	return g
}

//go:norace
func selectAny(list []anyCase, wait bool) (chosen int, received, ours bool) {
	if controlled() == nil {
		return 0, false, false
	}
	cases := make([]Case, len(list))
	ok := false
	for i, c := range list {
		cases[i] = c.with(&ok)
	}
	i := Select(!wait, cases...)
	controlled()
	return i, ok, true
}

// with is the case as [Select] has it. A receive says in ok whether it got an item.
//
//go:norace
func (a anyCase) with(ok *bool) Case {
	c := Case{send: a.send, ok: ok}
	if a.ch == nil {
		return c
	}
	ch := a.ch
	c.id = func(x *Exec) int32 { return anyChannel(x, ch) }
	_, size, _ := chanState(ch)
	c.buffered = size > 0
	if a.send {
		c.ptr = chanElem(ch)
		chanCopy(ch, c.ptr, a.value)
		c.put = func() { chanSend(ch, c.ptr) }
		c.copy = func(to unsafe.Pointer) { chanCopy(ch, to, c.ptr) }
		return c
	}
	to := a.value
	if to == nil {
		to = chanElem(ch)
	}
	c.ptr = to
	c.take = func() bool {
		*ok = chanRecv(ch, to)
		return *ok
	}
	c.copy = func(from unsafe.Pointer) { chanCopy(ch, to, from) }
	return c
}

// anyChannel is [channel].
//
//go:norace
func anyChannel(x *Exec, ch unsafe.Pointer) int32 {
	id, isNew := x.at(ch)
	if isNew {
		n, size, closed := chanState(ch)
		x.meetChannel(id, ch, chanBytes(ch), n, size, func() bool { return closed })
	}
	return id
}

//go:norace
func closeAny(ch unsafe.Pointer) (ours bool) {
	g := controlled()
	if g == nil || ch == nil {
		return false
	}
	g.close(anyChannel(g.x, ch), func() { chanClose(ch) })
	return true
}

// lenAny announces a look at the number of items.
//
//go:norace
func lenAny(ch unsafe.Pointer) (ours bool) {
	g := controlled()
	if g == nil || ch == nil {
		return false
	}
	if _, size, _ := chanState(ch); size > 0 {
		g.read(prim.On(prim.OpChanLen, anyChannel(g.x, ch)))
	}
	return true
}
