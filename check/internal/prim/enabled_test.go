package prim

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// moment is one object in a state.
type moment struct {
	state      State
	woken, due bool
}

func (m *moment) State(int32) *State { return &m.state }
func (m *moment) Woken(int32) bool   { return m.woken }
func (m *moment) Due(int32) bool     { return m.due }

// selects is a select that waits, on object 0.
func selects(cases []CaseKind) Op {
	op := On(OpSelectGo, -1)
	op.SetMore([]int32{0}, cases)
	return op
}

// When the operations that may have to wait are enabled, and what an attempt turns
// out to be.
func TestEnabled(t *testing.T) {
	held, read, open := State{Owner: 1}, State{N: 2}, State{}
	full, empty, some := State{N: 2, Size: 2}, State{Size: 2}, State{N: 1, Size: 2}
	closed := State{Size: 2, Closed: true}
	sends, receives := []CaseKind{CaseSends | CaseBuffered}, []CaseKind{CaseBuffered}
	rendezvous := []CaseKind{CaseSends}
	for _, tt := range []struct {
		op   Op
		in   moment
		want bool
	}{
		{On(OpLock, 0), moment{state: open}, true},
		{On(OpLock, 0), moment{state: held}, false},
		{On(OpLock, 0), moment{state: read}, false},
		{On(OpUnlock, 0), moment{state: open}, true},
		{On(OpTryLock, 0), moment{state: held}, true},
		{On(OpRLock, 0), moment{state: read}, true},
		{On(OpRLock, 0), moment{state: held}, false},
		{On(OpWLock, 0), moment{state: read}, true},
		{On(OpWLock, 0), moment{state: held}, false},
		{On(OpWLockGo, 0), moment{state: read}, false},
		{On(OpWLockGo, 0), moment{state: held}, true},
		{On(OpCondWake, 0), moment{state: open}, false},
		{On(OpCondWake, 0), moment{state: open, woken: true}, true},
		{On(OpCondWake, 0), moment{state: held, woken: true}, false},
		{On(OpCondWake, -1), moment{woken: true}, true},
		{On(OpWGWait, 0), moment{state: some}, false},
		{On(OpWGWait, 0), moment{state: open}, true},
		{On(OpSend, 0), moment{state: full}, false},
		{On(OpSend, 0), moment{state: some}, true},
		{On(OpSend, 0), moment{state: closed}, true},
		{On(OpRecv, 0), moment{state: empty}, false},
		{On(OpRecv, 0), moment{state: some}, true},
		{On(OpRecv, 0), moment{state: closed}, true},
		{On(OpParked, 0), moment{state: some}, false},
		{selects(sends), moment{state: full}, false},
		{selects(sends), moment{state: some}, true},
		{selects(receives), moment{state: empty}, false},
		{selects(receives), moment{state: closed}, true},
		{selects(rendezvous), moment{state: some}, false},
		{On(OpSleep, -1), moment{}, false},
		{On(OpSleep, -1), moment{due: true}, true},
		{On(OpTick, -1), moment{}, false},
		{On(OpQuiet, -1), moment{}, false},
		{On(OpBlock, -1), moment{}, false},
	} {
		assert.Equal(t, tt.want, Enabled(&tt.in, &tt.op, 0), "%v in %+v", tt.op, tt.in)
	}
	for _, tt := range []struct {
		kind Kind
		in   State
		want Kind
	}{
		{OpTryLock, open, OpTryLock}, {OpTryLock, held, OpTryLockFailed}, {OpTryLock, read, OpTryLockFailed},
		{OpTryRLock, read, OpTryRLocked}, {OpTryRLock, held, OpTryRLockFailed},
		{OpSignal, open, OpSignalNobody}, {OpSignal, read, OpSignal}, {OpBroadcast, open, OpSignalNobody}, {OpBroadcast, read, OpBroadcast},
		{OpRecv, some, OpRecvItem}, {OpRecv, closed, OpRecvClosed}, {OpRecv, empty, OpRecv},
		{OpStore, held, OpStore},
	} {
		assert.Equal(t, tt.want, Refine(tt.kind, &tt.in), "%v in %+v", tt.kind, tt.in)
	}
}
