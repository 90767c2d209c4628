package step

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
)

// Ledger is the ghost record that any buffer model carries to get the
// properties of buffers: which items were accepted and not yet delivered, oldest
// first, and which were delivered. Put it into the state as a field, call
// [Ledger.Accept] and [Tracker.Deliver] where the algorithm's operations take
// effect, and register it with [Buffer].
//
// An item is a number from 1 to 64, unique in a run; 0 is no item. At most 23 are
// accepted and not delivered at once.
type Ledger struct {
	Delivered uint64   // bit item-1
	Live      [23]Item // accepted, not delivered, in the order of acceptance
	N         uint8    // how many of them
}

// Item is an item's number.
type Item uint8

// Accept records that the buffer has taken the item. It panics if that is no item, or one
// more than the ledger has room for.
func (l *Ledger) Accept(c *Ctx, item Item) {
	if int(l.N) == len(l.Live) {
		panic(fmt.Sprintf("step: a ledger holds at most %d items", len(l.Live)))
	}
	if item < 1 || item > 64 {
		panic(fmt.Sprintf("step: item %d: items are numbered from 1 to 64", item))
	}
	l.Live[l.N] = item
	l.N++
}

// Props are what a buffer model says of itself, for [Buffer].
type Props[S comparable] struct {
	Ledger   func(s *S) *Ledger
	Capacity int                          // items the buffer may hold; negative: no limit
	Holds    func(s *S, item Item) bool   // the item is in the buffer, where a consumer will find it, or in a process's hands
	Why      func(s *S, item Item) string // how a lost item got lost, if the model can tell
	Name     func(item Item) string       // the item in words; nil: its number
	Producer func(item Item) int          // who sent it; needed for [model.PerProducer]
	Order    model.Order
}

// Tracker records deliveries against the promises of a buffer.
type Tracker[S comparable] struct {
	p Props[S]
}

// Buffer gives the model the properties of a buffer: nothing accepted is lost
// (IPC002), delivered twice (IPC003), delivered out of order (IPC004) or
// invented (IPC005), and no more is held than the capacity (IPC006). The
// tracker records deliveries.
func Buffer[S comparable](m *Model[S], p Props[S]) *Tracker[S] {
	if p.Name == nil {
		p.Name = func(i Item) string { return fmt.Sprintf("item %d", i) }
	}
	t := &Tracker[S]{p}
	lost := func(s *S) Item {
		l := p.Ledger(s)
		for _, it := range l.Live[:l.N] {
			if !p.Holds(s, it) {
				return it
			}
		}
		return 0
	}
	if p.Holds != nil {
		m.Invariant(model.LostItem, "every accepted item is held until it is delivered",
			func(s *S) bool { return lost(s) == 0 },
			func(s *S) string {
				it := lost(s)
				why := ""
				if p.Why != nil {
					why = ": " + p.Why(s, it)
				}
				return fmt.Sprintf("%s was accepted, never delivered, and nothing holds it any more%s", p.Name(it), why)
			})
	}
	if p.Capacity >= 0 {
		m.Invariant(model.Overflow, "no more items are held than the capacity",
			func(s *S) bool { return int(p.Ledger(s).N) <= p.Capacity },
			func(s *S) string {
				return fmt.Sprintf("%d items are held, the capacity is %d", p.Ledger(s).N, p.Capacity)
			})
	}
	return t
}

// Deliver records that a consumer got the item.
func (t *Tracker[S]) Deliver(s *S, c *Ctx, item Item) {
	l := t.p.Ledger(s)
	at := -1
	for i, it := range l.Live[:l.N] {
		if it == item {
			at = i
			break
		}
	}
	switch {
	case at < 0 && item >= 1 && item <= 64 && l.Delivered>>(item-1)&1 == 1:
		c.Fail(model.DuplicatedItem, "%s was delivered a second time", t.p.Name(item))
		return
	case at < 0:
		c.Fail(model.InventedItem, "%s was delivered, but the buffer never accepted it", t.p.Name(item))
		return
	}
	for _, earlier := range l.Live[:at] {
		if t.p.Order == model.FIFO || t.p.Order == model.PerProducer && t.p.Producer(earlier) == t.p.Producer(item) {
			c.Fail(model.ReorderedItem, "%s left before %s, which had entered earlier", t.p.Name(item), t.p.Name(earlier))
			break
		}
	}
	l.Delivered |= 1 << (item - 1)
	copy(l.Live[at:l.N], l.Live[at+1:l.N])
	l.N--
	l.Live[l.N] = 0
}

// String lists the live items, oldest first.
func (l Ledger) String() string { return fmt.Sprint(l.Live[:l.N]) }
