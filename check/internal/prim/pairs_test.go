package prim

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// scene is one object, with what operations on it can tell apart besides its state:
// the value in memory, and how many have come before on either side of a channel.
type scene struct {
	State
	value, sent, received int32
}

func (s *scene) view() *moment { return &moment{state: s.State, woken: true} }

// execute executes an operation of a thread and says what it turned out to be, and
// what it returned.
func (s *scene) execute(op Op, thread int32) string {
	e := Event{G: thread, Op: op, Full: op}
	e.Op.Kind = Refine(op.Kind, &s.State)
	result, dead := int32(0), false // dead: it panics, or the program dies of it
	switch e.Op.Kind {
	case OpLoad:
		result = s.value
	case OpStore:
		s.value = 10 + thread
	case OpRMW, OpUpdateIf:
		result, s.value = s.value, 2*s.value+thread+1
	case OpChanLen:
		result = s.N
	case OpSend, OpArriveSend:
		result = s.sent
		s.sent++
		dead = s.Closed
	case OpRecvItem, OpArriveRecv:
		result = s.received
		s.received++
	case OpClose:
		dead = s.Closed
	case OpUnlock:
		dead = s.Owner == 0
	case OpRUnlock:
		dead = s.N == 0
	case OpCount:
		result = s.value
	case OpCounted:
		s.value++
	case OpTestLog:
		dead = s.Closed
	case OpWGAdd:
		dead = s.N+op.Arg < 0
	case OpStreamRead, OpAccept:
		if s.Shut&(ShutBoth|ShutReaders) == 0 {
			result = s.N
			if e.Op.Kind == OpAccept {
				result = 1
			}
		}
		e.Op.Arg = -result
	case OpStreamWrite, OpConnect:
		if e.Op.Arg = 0; s.Shut&(ShutBoth|ShutWriters) == 0 {
			e.Op.Arg = 1
		}
		result = e.Op.Arg
	case OpStreamPart:
		result, e.Op.Arg = s.N, s.Size-s.N
	}
	Apply(e.Op.Kind, &s.State, &e)
	return fmt.Sprint(e.Op.Kind, result, dead)
}

// announcedAs are the kinds that nobody announces: what announced operations turn out
// to be.
var announcedAs = map[Kind][]Kind{
	OpTryLockFailed: {OpTryLock}, OpTryRLocked: {OpTryRLock}, OpTryRLockFailed: {OpTryRLock},
	OpSignalNobody: {OpSignal, OpBroadcast}, OpRecvItem: {OpRecv}, OpRecvClosed: {OpRecv, OpArriveRecv},
}

// operations are those of a thread that turn out to be of the kind there, or anything
// where it is one that no operation turns out to be.
func (s *scene) operations(k Kind, thread int32, on string) (ops []Op) {
	if k == OpParked || k == OpWLockGo && s.Owner != thread+1 {
		return nil // nobody executes it
	}
	as, ok := announcedAs[k]
	if !ok {
		as = []Kind{k}
	}
	for _, a := range as {
		if !slices.Contains(infos[a].On, on) || k != OpTryRLock && k != OpRecv && Refine(a, &s.State) != k {
			continue
		}
		for _, op := range variants(a) {
			if Enabled(s.view(), &op, thread) {
				ops = append(ops, op)
			}
		}
	}
	return ops
}

// scenes are states of an object of some sort.
func scenes(on string) (all []scene) {
	switch on {
	case "mutex":
		for owner := range int32(4) {
			for n := range int32(4) {
				all = append(all, scene{State: State{Owner: owner, N: n}})
			}
		}
	case buffered:
		for size := range int32(3) {
			for n := range size + 2 {
				for _, closed := range []bool{false, true} {
					all = append(all, scene{State: State{N: n, Size: size + 1, Closed: closed}, sent: n})
				}
			}
		}
	case rendezvous:
		for k := range int32(4) {
			all = append(all, scene{State: State{Closed: k == 3}, sent: k % 2, received: k / 2})
		}
	case "stream", "listener":
		for n := range int32(3) {
			for shut := range ShutWriters << 1 {
				all = append(all, scene{State: State{N: n, Size: 2, Shut: shut}})
			}
		}
	default:
		for n := range int32(4) {
			all = append(all, scene{State: State{N: n}, value: n})
		}
	}
	return all
}

// variants are operations of a kind.
func variants(k Kind) (ops []Op) {
	args := []int32{0}
	switch k {
	case OpWGAdd:
		args = []int32{-2, -1, 1, 3}
	case OpStreamShut, OpStreamShutOther, OpListenerShut, OpStreamReadDeadline, OpStreamWriteDeadline, OpListenerDeadline:
		args = []int32{ShutKeep, ShutSet, ShutClear}
	}
	for _, a := range args {
		op := On(k, 0)
		op.Arg = a
		ops = append(ops, op)
	}
	return ops
}

// ordersDiffer executes operations of two kinds in both orders, wherever both can be
// executed, and says where that makes a difference; "" if it never does. met is how
// often both could be.
func ordersDiffer(a, b Kind) (differ string, met int) {
	for _, on := range infos[a].On {
		if !slices.Contains(infos[b].On, on) {
			continue
		}
		for _, from := range scenes(on) {
			for _, p := range from.operations(a, 0, on) {
				for _, q := range from.operations(b, 1, on) {
					met++
					first, second := from, from
					p1, can1 := first.execute(p, 0), Enabled(first.view(), &q, 1)
					q1 := first.execute(q, 1)
					q2, can2 := second.execute(q, 1), Enabled(second.view(), &p, 0)
					p2 := second.execute(p, 0)
					if !can1 || !can2 || p1 != p2 || q1 != q2 || first != second {
						return fmt.Sprintf("%v %d and %v %d in %+v: %s %s %v %+v or %s %s %v %+v", a, p.Arg, b, q.Arg, from, p1, q1, can1, first, p2, q2, can2, second), met
					}
				}
			}
		}
	}
	return "", met
}

// What is declared to commute does: from every state, both orders can be executed or
// none, each operation turns out and returns the same, and the state is the same.
// Additions to a count are the exception that [Plan].OrderSums is for.
func TestWhatCommutesDoes(t *testing.T) {
	tried, never, cautious := 0, 0, 0
	for a := range Kind(maxKinds) {
		for b := range a + 1 {
			if relations[a][b] == undeclared || !meet(&infos[a], &infos[b]) {
				continue
			}
			differ, met := ordersDiffer(a, b)
			p, q := On(a, 0), On(b, 0)
			p.Ordered, q.Ordered = a.Adds(), b.Adds()
			switch {
			case relations[a][b] == ordered && differ == "":
				cautious++
			case relations[a][b] == ordered:
			case a.Adds() && b.Adds():
				assert.True(t, Depends(&p, &q), "%v, %v", a, b)
			default:
				assert.Empty(t, differ, "declared to commute, for %s", reasons[[2]Kind{a, b}])
				assert.False(t, Depends(&p, &q), "%v, %v", a, b)
			}
			if met == 0 {
				never++
			}
			tried += met
		}
	}
	t.Logf("%d states of pairs; %d pairs are never enabled together; %d depend on each other and no state shows it", tried, never, cautious)
	assert.Greater(t, tried, 300)
}

// Additions to a count commute where no sum is below zero.
func TestAdditionsCommuteAboveZero(t *testing.T) {
	adds := []Kind{OpWGAdd, OpRLock, OpRUnlock, OpTryRLocked}
	for _, a := range adds {
		for _, b := range adds {
			if !meet(&infos[a], &infos[b]) {
				continue
			}
			for _, p := range variants(a) {
				for _, q := range variants(b) {
					from := scene{State: State{N: 5}}
					first, second := from, from
					p1, q1 := first.execute(p, 0), first.execute(q, 1)
					q2, p2 := second.execute(q, 1), second.execute(p, 0)
					assert.Equal(t, []any{p1, q1, first}, []any{p2, q2, second}, "%v %v", p, q)
				}
			}
		}
	}
}

// A pair that is wrongly declared to commute is found.
func TestWrongPairsAreFound(t *testing.T) {
	for _, pair := range [][2]Kind{
		{OpLoad, OpStore}, {OpStore, OpStore}, {OpRMW, OpRMW}, {OpLoad, OpUpdateIf}, {OpUpdateIf, OpUpdateIf},
		{OpLock, OpTryLock}, {OpLock, OpLock}, {OpUnlock, OpTryLockFailed}, {OpUnlock, OpUnlock},
		{OpWLock, OpRLock}, {OpWLock, OpTryRLock}, {OpRUnlock, OpTryLockFailed}, {OpRUnlock, OpRUnlock},
		{OpSend, OpSend}, {OpSend, OpChanLen}, {OpSend, OpClose}, {OpRecvItem, OpChanLen}, {OpRecvItem, OpRecvItem}, {OpClose, OpClose},
		{OpArriveSend, OpArriveSend}, {OpArriveSend, OpClose}, {OpArriveRecv, OpArriveRecv},
		{OpWGAdd, OpWGWait}, {OpWGAdd, OpWGAdd}, {OpSignal, OpSignal}, {OpBroadcast, OpSignal},
		{OpAcquire, OpAcquire}, {OpTestLog, OpTestEnd}, {OpCount, OpCounted},
	} {
		differ, met := ordersDiffer(pair[0], pair[1])
		assert.NotEmpty(t, differ, "%v, %v", pair[0], pair[1])
		assert.NotZero(t, met)
	}
}
