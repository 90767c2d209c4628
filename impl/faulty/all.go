package faulty

import (
	"sync/atomic"

	"github.com/ipccheck/ipccheck/impl/mailbox"
	"github.com/ipccheck/ipccheck/impl/rendezvous"

	"github.com/ipccheck/ipccheck/model"
)

// All lists the variants.
func All() []Variant {
	slots := func(n int) []atomic.Int64 { return make([]atomic.Int64, n) }
	return []Variant{
		// Waking.
		bounded("missing-signal", "a receive does not signal that there is room",
			model.LostWakeup, Sequential, func(n int) any { return &missingSignal{newRing(n)} }),
		bounded("one-condition", "one condition variable for both sides, and Signal where it must be Broadcast",
			model.LostWakeup, Stress, func(n int) any { return newOneCondition(n) }),
		bounded("if-for-while", "a woken receiver does not look again whether there is an item",
			model.InventedItem, Sequential, func(n int) any { return &ifForWhile{newRing(n)} }),
		bounded("lost-wake-on-close", "close wakes one waiting process of each side, not all",
			model.LostWakeup, Sequential, func(n int) any { return &lostWakeOnClose{newRing(n)} }),
		bounded("cancel-loses-signal", "a receiver that is signalled and cancelled at once keeps the signal to itself",
			model.LostWakeup, Schedules, func(n int) any { return &cancelLosesSignal{r: newRing(n)} }),
		bounded("mutex-first", "waits for room and items with the mutex held",
			model.Deadlock, Sequential, func(n int) any { return newMutexFirst(n) }),
		bounded("busy-wait", "a receive waits by spinning",
			model.BusyWaiting, Sequential, func(n int) any { return &busyWait{newRing(n)} }),

		// The arithmetic of rings.
		bounded("off-by-one-full", "the test for full is n > capacity where it must be n >= capacity",
			model.Overflow, Sequential, func(n int) any { return &offByOneFull{newRing(n)} }).alone(),
		bounded("wrong-modulo", "slots are computed with a mask though the capacity is no power of two",
			model.LostItem, Sequential, func(n int) any { return &wrongModulo{slots: make([]int, n)} }).alone().at(3, 5, 6, 7),
		bounded("forgotten-wrap", "the index of the next send runs past the last slot",
			model.Crash, Sequential, func(n int) any { return &forgottenWrap{slots: make([]int, n)} }).alone(),
		bounded("false-full", "a circular queue with one slot too few: full with one item less than it may hold",
			model.FalseRefusal, Sequential, func(n int) any { return &falseFull{slots: make([]int, n)} }).alone(),
		bounded("vyukov-one-slot", "sequence numbers of slots that are ambiguous when there is one slot",
			model.LostItem, Sequential, func(n int) any { return newVyukovOneSlot(n) }).alone().at(1),

		// Atomicity.
		bounded("unlock-before-update", "a receive reads the item in one critical section and removes it in another",
			model.DuplicatedItem, Stress, func(n int) any { return &unlockBeforeUpdate{newRing(n)} }),
		bounded("check-then-act", "a send looks for room in one critical section and appends in another",
			model.Overflow, Stress, func(n int) any { return &checkThenAct{capacity: n} }),
		bounded("non-atomic-counter", "the count of items is decremented by a load and a store",
			model.LostItem, Stress, func(n int) any { return &nonAtomicCounter{slots: slots(n)} }),
		bounded("two-producers", "a ring for one producer is used by several",
			model.LostItem, Stress, func(n int) any { return &twoProducers{slots: slots(n)} }).consumers(1),
		bounded("racing-receives", "receives advance the index by a load and a store",
			model.DuplicatedItem, Stress, func(n int) any { return &racingReceives{slots: slots(n)} }),
		bounded("publish-before-write", "a send makes its item visible before it writes it",
			model.InventedItem, Schedules, func(n int) any { return &publishBeforeWrite{slots: slots(n)} }).producers(1).consumers(1),
		bounded("aba", "a lock-free stack of free slots without versions",
			model.LostItem, Schedules, func(n int) any { return newABA(n) }).weak().at(2, 3, 4, 8),
		bounded("false-empty", "TryRecv says empty when the lock is taken",
			model.FalseRefusal, Stress, func(n int) any { return &falseEmpty{newRing(n)} }),

		// Order.
		bounded("lifo", "a stack: the newest item leaves first",
			model.ReorderedItem, Sequential, func(n int) any { return &lifo{capacity: n} }).alone().at(2, 3, 8),
		unbounded("lanes", "two queues in turn, and a receive that prefers one of them",
			model.ReorderedItem, Sequential, func(int) any { return new(lanes) }).alone(),

		// Modes and deadlines.
		bounded("try-waits", "TrySend waits for room",
			model.LostWakeup, Sequential, func(n int) any { return &tryWaits{newRing(n)} }),
		bounded("deadline-loses-item", "a receive whose deadline has passed drops the item that it has taken",
			model.LostItem, Sequential, func(n int) any { return &deadlineLosesItem{newRing(n)} }).alone(),
		bounded("deadline-sends-later", "a send whose deadline has passed still sends in the background",
			model.InventedItem, Sequential, func(n int) any { return &deadlineSendsLater{newRing(n)} }),

		// Close.
		bounded("close-drops-items", "close throws away what was accepted",
			model.LostItem, Sequential, func(n int) any { return &closeDropsItems{newRing(n)} }).alone(),
		bounded("empty-after-close", "TryRecv says empty where it must say closed",
			model.BrokenBoundary, Sequential, func(n int) any { return &emptyAfterClose{newRing(n)} }).alone(),
		bounded("zero-after-close", "a receive after the close returns a zero as if it were an item",
			model.InventedItem, Sequential, func(n int) any { return &zeroAfterClose{newRing(n)} }).alone(),
		bounded("send-after-close", "TrySend does not look whether the buffer is closed",
			model.BrokenBoundary, Sequential, func(n int) any { return &sendAfterClose{newRing(n)} }).alone(),
		bounded("send-once-more", "a send that waits when the buffer is closed goes on if there is room by then",
			model.BrokenBoundary, Schedules, func(n int) any { return &sendOnceMore{newRing(n)} }),
		bounded("close-panics", "a bare channel: sending on it panics after the close",
			model.Crash, Sequential, func(n int) any { return &closePanics{make(chan int, n)} }).alone().racy(),
		bounded("leaky", "a goroutine of the buffer's own outlives the close",
			model.Leak, Sequential, func(n int) any { return newLeaky(n) }).alone(),

		// Rendezvous.
		meeting("buffers-one", "a channel with room for one item",
			model.Overflow, Sequential, func() any { return newBuffersOne() }).alone(),
		meeting("refused-and-sent", "a refused send is tried again in the background",
			model.InventedItem, Sequential, func() any { return &refusedAndSent{rendezvous.NewHand[int]()} }).alone(),

		// Mailboxes.
		boxes("oversize-accepted", "messages over the size are accepted",
			model.BrokenBoundary, Sequential, func(n int) any { return newOversizeAccepted(n) }).alone(),
		boxes("oversize-cut", "messages over the size are cut off and accepted",
			model.BrokenBoundary, Sequential, func(n int) any {
				return &oversizeCut{mailbox.NewBoxes(n, mailbox.MaxBytes(MessageSize))}
			}).alone(),
		boxes("destroy-forgets", "destroy takes the name away, and those who wait on the box wait forever",
			model.LostWakeup, Sequential, func(n int) any { return newUnnamed(n) }),
		boxes("destroy-closes", "those who wait on a box that is destroyed are told that it was closed",
			model.BrokenBoundary, Sequential, func(n int) any { return &destroyCloses{newUnnamed(n)} }),

		// Streams of bytes.
		stream("mixed-writes", "the bytes of a write go in one by one, so that others come in between",
			model.BrokenBoundary, Stress, func(n int) any { return &mixedWrites{newPipe(n)} }),
		stream("short-write", "a write that does not wait says that all is in when only a part is",
			model.LostItem, Sequential, func(n int) any { return &shortWrite{newPipe(n)} }).alone(),
		stream("early-end", "a read says end of file when the pipe is closed, though there are bytes",
			model.LostItem, Sequential, func(n int) any { return &earlyEnd{Pipe: newPipe(n)} }).alone(),
		stream("deadline-miscounts", "a write whose deadline passes says that nothing is in when some bytes are",
			model.InventedItem, Sequential, func(n int) any { return &deadlineMiscounts{newPipe(n)} }).alone(),
		stream("unseen-end", "writers are not told that nobody reads any more",
			model.LostWakeup, Sequential, func(n int) any { return &unseenEnd{newPipe(n)} }),
		stream("one-woken", "a write that is enough for several readers wakes one",
			model.LostWakeup, Sequential, func(n int) any { return &oneWoken{newCareless(n)} }),
		stream("silent-close", "close does not wake those who wait for bytes",
			model.LostWakeup, Sequential, func(n int) any { return &silentClose{newCareless(n)} }),
	}
}

func bounded(name, summary string, code model.Code, needs string, build func(n int) any) Variant {
	return Variant{
		Name: name, Summary: summary, Object: "bounded", Code: code, Needs: needs,
		Promise: func(n int) model.BufferConfig { return model.BufferConfig{Capacity: n} }, New: build,
	}
}

func unbounded(name, summary string, code model.Code, needs string, build func(n int) any) Variant {
	v := bounded(name, summary, code, needs, build)
	v.Object, v.Promise = "unbounded", func(int) model.BufferConfig { return model.BufferConfig{Capacity: model.NoLimit} }
	return v
}

func meeting(name, summary string, code model.Code, needs string, build func() any) Variant {
	v := bounded(name, summary, code, needs, func(int) any { return build() })
	v.Object, v.Promise = "rendezvous", func(int) model.BufferConfig { return model.BufferConfig{} }
	return v
}

func boxes(name, summary string, code model.Code, needs string, build func(n int) any) Variant {
	v := bounded(name, summary, code, needs, build)
	v.Object = "mailbox"
	return v
}

// stream claims that writes of up to the capacity go in at once.
func stream(name, summary string, code model.Code, needs string, build func(n int) any) Variant {
	v := bounded(name, summary, code, needs, build)
	v.Object = "stream"
	return v
}

// alone marks a variant that one goroutine which never waits can catch.
func (v Variant) alone() Variant { v.Sequential = true; return v }

// at limits the capacities with which the fault can show.
func (v Variant) at(capacities ...int) Variant { v.Capacities = capacities; return v }

func (v Variant) producers(n int) Variant { v.MaxProducers = n; return v }
func (v Variant) consumers(n int) Variant { v.MaxConsumers = n; return v }

// racy marks a variant whose fault is a data race as well.
func (v Variant) racy() Variant { v.RaceFault = true; return v }

// weak lets an operation be refused while one of the opposite direction is under
// way.
func (v Variant) weak() Variant {
	v.Promise = func(n int) model.BufferConfig {
		return model.BufferConfig{Capacity: n, Refusals: model.Weak, Deadlines: model.Weak}
	}
	return v
}
