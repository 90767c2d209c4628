package mutants

import (
	"testing"

	"github.com/ipccheck/ipccheck/check"
)

var table = check.Errors{{Err: errFull, Status: check.Full}, {Err: errEmpty, Status: check.Empty}, {Err: errClosed, Status: check.Closed}}

var unlimited = check.Promise{Capacities: []int{1}, Capacity: check.NoLimit}

func tryMonitor(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] { return check.From[int](newMonitor(n, bug), table) }, check.Promise{})
}

func TestMonitor(t *testing.T)  { tryMonitor(t, "") }
func TestMonitor1(t *testing.T) { tryMonitor(t, "a helper receives for who gave up") }
func TestMonitor2(t *testing.T) { tryMonitor(t, "nobody is woken by the deadline") }
func TestMonitor3(t *testing.T) { tryMonitor(t, "a second close is ok") }
func TestMonitor4(t *testing.T) { tryMonitor(t, "close wakes one") }

func tryCounted(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] {
		q := &counted{bug: bug, max: n}
		o := check.FromTry(q.Offer, q.Poll)
		o.Len = q.Len
		return o
	}, check.Promise{})
}

func TestCounted(t *testing.T)  { tryCounted(t, "") }
func TestCounted1(t *testing.T) { tryCounted(t, "one too many") }
func TestCounted2(t *testing.T) { tryCounted(t, "counts outside of the lock") }
func TestCounted3(t *testing.T) { tryCounted(t, "empty while the lock is taken") }
func TestCounted4(t *testing.T) { tryCounted(t, "takes out below a lock for reading") }
func TestCounted5(t *testing.T) { tryCounted(t, "memory retained") }

func tryOverwriting(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] {
		q := &overwriting{bug: bug, buf: make([]int, n)}
		return check.FromTry(q.Offer, q.Poll)
	}, check.Promise{Loss: check.DropOldest})
}

func TestOverwriting(t *testing.T)  { tryOverwriting(t, "") }
func TestOverwriting1(t *testing.T) { tryOverwriting(t, "the head stays") }

func tryHalves(t *testing.T, bug string) {
	check.Buffer(t, func(int) check.Ops[int] {
		h := newHalves(bug)
		return check.FromBlocking(h.Put, h.Get)
	}, unlimited)
}

func TestHalves(t *testing.T)  { tryHalves(t, "") }
func TestHalves1(t *testing.T) { tryHalves(t, "keeps the slice") }

func tryLine(t *testing.T, bug string) {
	check.Buffer(t, func(int) check.Ops[int] { return check.From[int](&line{bug: bug}, table) }, unlimited)
}

func TestLine(t *testing.T)  { tryLine(t, "") }
func TestLine1(t *testing.T) { tryLine(t, "stays in line") }
func TestLine2(t *testing.T) { tryLine(t, "who gave up stays in line") }
func TestLine3(t *testing.T) { tryLine(t, "what came late is dropped") }

func tryBox(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] { return check.From[int](newBox(n, bug), table) }, check.Promise{})
}

func TestBox(t *testing.T)  { tryBox(t, "") }
func TestBox1(t *testing.T) { tryBox(t, "looks for the end without a lock") }
func TestBox2(t *testing.T) { tryBox(t, "the end comes before the rest") }

func tryMeeting(t *testing.T, bug string) {
	check.Rendezvous(t, func() check.Ops[int] {
		m := newMeeting(bug)
		return check.FromBlocking(m.Send, m.Recv)
	}, check.Promise{})
}

func TestMeeting(t *testing.T)  { tryMeeting(t, "") }
func TestMeeting1(t *testing.T) { tryMeeting(t, "takes the acknowledgement of another") }

func tryPump(t *testing.T, bug string) {
	check.Buffer(t, func(int) check.Ops[int] {
		in, out := pump(bug)
		return check.FromChans(in, out, nil)
	}, check.Promise{Capacities: []int{1}, Capacity: check.NoLimit, Refusals: check.Spurious, SendAfterClose: check.Panics, CloseAlone: true})
}

func TestPump(t *testing.T)  { tryPump(t, "") }
func TestPump1(t *testing.T) { tryPump(t, "the rest is dropped") }
func TestPump2(t *testing.T) { tryPump(t, "the last comes to the front") }

func tryTokens(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] { return check.From[int](newTokens(n, bug), table) }, check.Promise{})
}

func TestTokens(t *testing.T)  { tryTokens(t, "") }
func TestTokens1(t *testing.T) { tryTokens(t, "who gives up keeps his token") }

func tryActor(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] {
		a := newActor(n, bug)
		o := check.FromBlocking(a.put, a.get)
		o.Dispose = a.end
		return o
	}, check.Promise{})
}

func TestActor(t *testing.T)  { tryActor(t, "") }
func TestActor1(t *testing.T) { tryActor(t, "answers two") }
func TestActor2(t *testing.T) { tryActor(t, "does not end") }

func trySPSC(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] {
		q := &spsc{bug: bug, buf: make([]int, n)}
		return check.FromTry(q.Offer, q.Poll)
	}, check.Promise{Producers: 1, Consumers: 1})
}

func TestSPSC(t *testing.T)  { trySPSC(t, "") }
func TestSPSC1(t *testing.T) { trySPSC(t, "releases a slot before it is read") }

func tryNarrow(t *testing.T, bug string) {
	sizes := []int{1, 2, 8}
	if bug != "" {
		sizes = []int{3}
	}
	check.Buffer(t, func(n int) check.Ops[int] {
		q := &narrow{buf: make([]int, n)}
		return check.FromTry(q.Offer, q.Poll)
	}, check.Promise{Capacities: sizes})
}

func TestNarrow(t *testing.T)  { tryNarrow(t, "") }
func TestNarrow1(t *testing.T) { tryNarrow(t, "counts in eight bits") }

func tryMasked(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] {
		q := newMasked(n, bug)
		return check.FromTry(q.Offer, q.Poll)
	}, check.Promise{Capacity: check.PowerOfTwo})
}

func TestMasked(t *testing.T)  { tryMasked(t, "") }
func TestMasked1(t *testing.T) { tryMasked(t, "the mask of a size not rounded up") }

func trySpin(t *testing.T, bug string) {
	check.Buffer(t, func(n int) check.Ops[int] {
		s := &spin{bug: bug, max: n}
		return check.FromBlocking(s.Put, s.Get)
	}, check.Promise{Spins: bug != "spins, and does not say so"})
}

func TestSpin(t *testing.T)  { trySpin(t, "") }
func TestSpin1(t *testing.T) { trySpin(t, "looks without the lock") }
func TestSpin2(t *testing.T) { trySpin(t, "spins, and does not say so") }

func tryLinked(t *testing.T, bug string) {
	check.Buffer(t, func(int) check.Ops[int] {
		q := newLinked(bug)
		return check.FromTry(q.Offer, q.Poll)
	}, unlimited)
}

func TestLinked(t *testing.T)  { tryLinked(t, "") }
func TestLinked1(t *testing.T) { tryLinked(t, "the tail moves before the link") }
func TestLinked2(t *testing.T) { tryLinked(t, "links without comparing") }
func TestLinked3(t *testing.T) { tryLinked(t, "the head is stored") }

func tryEnds(t *testing.T, bug string) {
	check.Buffer(t, func(int) check.Ops[int] {
		q := newEnds(bug)
		return check.FromTry(q.Offer, q.Poll)
	}, unlimited)
}

func TestEnds(t *testing.T)  { tryEnds(t, "") }
func TestEnds1(t *testing.T) { tryEnds(t, "a link that is not atomic") }

func tryStacks(t *testing.T, bug string) {
	check.Buffer(t, func(int) check.Ops[int] {
		q := &stacks{bug: bug}
		return check.FromTry(q.Offer, q.Poll)
	}, unlimited)
}

func TestStacks(t *testing.T)  { tryStacks(t, "") }
func TestStacks1(t *testing.T) { tryStacks(t, "pushes without comparing") }
func TestStacks2(t *testing.T) { tryStacks(t, "is not turned") }

func tryShards(t *testing.T, bug string) {
	check.Buffer(t, func(int) check.Ops[int] {
		q := &shards{bug: bug}
		return check.FromTry(q.Offer, q.Poll)
	}, check.Promise{Capacities: []int{1}, Capacity: check.NoLimit, Order: check.Bag, Refusals: check.Abortable})
}

func TestShards(t *testing.T)  { tryShards(t, "") }
func TestShards1(t *testing.T) { tryShards(t, "does not look everywhere") }
func TestShards2(t *testing.T) { tryShards(t, "takes out in two steps") }

func tryPipe(t *testing.T, bug string) {
	check.Stream(t, func(n int) check.StreamOps {
		p := newPipe(n, bug)
		return check.FromStream(p, reader{p}, nil)
	}, check.StreamPromise{Atomic: whole})
}

func TestPipe(t *testing.T)  { tryPipe(t, "") }
func TestPipe1(t *testing.T) { tryPipe(t, "short writes go in by and by") }
func TestPipe2(t *testing.T) { tryPipe(t, "the rest of a write is dropped") }
func TestPipe3(t *testing.T) { tryPipe(t, "what wraps around is dropped") }
func TestPipe4(t *testing.T) { tryPipe(t, "the reader leaves silently") }

func tryChunks(t *testing.T, bug string) {
	check.Stream(t, func(int) check.StreamOps {
		c := newChunks(bug)
		o := check.FromStream(c, c, nil)
		o.CloseRead = nil
		return o
	}, check.StreamPromise{Promise: check.Promise{Capacities: []int{4}, Capacity: check.NoLimit, IdempotentClose: true}, Atomic: 1 << 20})
}

func TestChunks(t *testing.T)  { tryChunks(t, "") }
func TestChunks1(t *testing.T) { tryChunks(t, "keeps the writer's bytes") }

func tryBoxes(t *testing.T, bug string) {
	check.Mailbox(t, func(n int) check.Mailboxes {
		b := newBoxes(n, bug)
		return check.Mailboxes{Create: b.create, Destroy: b.destroy, Open: b.open}
	}, check.Promise{})
}

func TestBoxes(t *testing.T)  { tryBoxes(t, "") }
func TestBoxes1(t *testing.T) { tryBoxes(t, "a new box has the old letters") }
func TestBoxes2(t *testing.T) { tryBoxes(t, "who waits is not told") }
