package thirdparty

import (
	"context"
	"testing"

	"github.com/eapache/channels"
	"github.com/gammazero/chanqueue"
	"github.com/smallnest/chanx"

	"github.com/ipccheck/ipccheck/check"
)

// Each of these is two channels with a goroutine between them, which is rarely at its
// channels at just the moment at which an operation comes that does not wait: refusals
// are spurious.

func eapache(c channels.Channel) check.Ops[int] {
	return check.Convert(check.FromChans(c.In(), c.Out(), c.Close),
		func(v int) any { return v }, func(v any) int { n, _ := v.(int); return n })
}

func TestInfiniteChannel(t *testing.T) {
	check.Buffer(t, func(int) check.Ops[int] {
		return eapache(channels.NewInfiniteChannel())
	}, check.Promise{Capacities: []int{1}, Capacity: check.NoLimit, Refusals: check.Spurious, SendAfterClose: check.Panics})
}

// A full ring channel drops the oldest item, an overflowing one the newest.
func TestRingChannel(t *testing.T) {
	lasts(t)
	check.Buffer(t, func(n int) check.Ops[int] {
		return eapache(channels.NewRingChannel(channels.BufferCap(n)))
	}, check.Promise{Refusals: check.Spurious, Loss: check.DropOldest, SendAfterClose: check.Panics})
}

func TestOverflowingChannel(t *testing.T) {
	lasts(t)
	check.Buffer(t, func(n int) check.Ops[int] {
		return eapache(channels.NewOverflowingChannel(channels.BufferCap(n)))
	}, check.Promise{Refusals: check.Spurious, Loss: check.DropNewest, SendAfterClose: check.Panics})
}

// Len adds up three lengths one after the other.
func TestUnboundedChan(t *testing.T) {
	lasts(t)
	check.Buffer(t, func(n int) check.Ops[int] {
		c := chanx.NewUnboundedChanSize[int](context.Background(), n, n, n)
		o := check.FromChans(c.In, c.Out, nil)
		o.Len = c.Len
		return o
	}, check.Promise{Capacities: []int{1, 4}, Capacity: check.NoLimit, Refusals: check.Spurious, ApproximateLen: true})
}

func TestChanQueue(t *testing.T) {
	lasts(t)
	unlimited := check.Promise{Capacities: []int{1}, Capacity: check.NoLimit, Refusals: check.Spurious, SendAfterClose: check.Panics, ApproximateLen: true}
	limited := check.Promise{Capacities: []int{1, 3}, Refusals: check.Spurious, SendAfterClose: check.Panics}
	ring := limited
	ring.Loss = check.DropOldest
	check.Buffer(t, func(int) check.Ops[int] {
		c := chanqueue.New[int]()
		o := check.FromChans(c.In(), c.Out(), c.Close)
		o.Len = c.Len
		return o
	}, unlimited)
	check.Buffer(t, func(n int) check.Ops[int] {
		c := chanqueue.New[int](chanqueue.WithCapacity[int](n))
		return check.FromChans(c.In(), c.Out(), c.Close)
	}, limited)
	check.Buffer(t, func(n int) check.Ops[int] {
		c := chanqueue.NewRing[int](chanqueue.WithCapacity[int](n))
		return check.FromChans(c.In(), c.Out(), c.Close)
	}, ring)
}
