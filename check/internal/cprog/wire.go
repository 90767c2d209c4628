//go:build linux && amd64

package cprog

import (
	"unsafe"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// What the command and the child exchange: the twin of runtime/wire.h.

const (
	maxThreads  = 64
	maxEvents   = 1 << 15
	maxObjects  = 1 << 13
	maxMore     = 16
	maxKinds    = 128
	maxWakes    = 1 << 14
	maxRaces    = 64
	maxIdle     = 64
	maxWeak     = 16
	maxJobs     = 9
	maxCode     = 1 << 20
	maxFrames   = 12
	maxOutput   = 1 << 18
	ticks       = 10
	maxMessage  = 512
	maxName     = 48
	maxDeclared = 32
	maxNames    = 256
	maxPlaces   = 256
)

type wireOp struct {
	Kind, Spin, Obj, Obj2, Arg, NMore int32
	Conditional, Unless               int32
	Alert, Pad                        int32 // object + 1
	Value                             uint64
	More                              [maxMore]int32
}

type wireEvent struct {
	Thread, Kind, Arg, Alt, Alts, Same, WakesAt, Wakes, After, Objects int32
	Enabled, PC, Before                                                uint64
	Full                                                               wireOp
}

type wireThread struct {
	There, Parent, SpawnAt, Seq, Ended, Woken, Enabled, Left int32
	PC, Entry, Created                                       uint64
	Process, Joined                                          int32
	Op                                                       wireOp
	Frames                                                   [maxFrames]uint64
}

// Classes of objects.
const (
	classMemory = iota
	classMutex
	classRWLock
	classSpinLock
	classCond
	classSemaphore
	classBarrier
	classOnce
	classThread
	classPipe
	classReadEnd
	classChildren
	classSignals
	classHistory
)

// Kinds of pipes: see enum pipe_kind in runtime/rt.h.
const (
	pipeFIFO    = 1
	pipeCounter = 2
	pipeStream  = 3
)

type wireObject struct {
	Address                  uint64
	Class, Space, Generation int32
	Owner, N, Size           int32
	Of, _                    int32
	Holders                  uint64
	Made                     uint64
}

type wireRace struct {
	PC                   [2]uint64
	Address              uint64
	Write, Thread, Event [2]int32
	Size, Atomic         int32
	Frames               [2]uint64
}

type wireDeclaration struct {
	Object, Capacity int32
	Kind             [maxName]byte
}

type wireName struct {
	Mark, Sized     uint64
	Address, Size   uint64
	Made            uint64
	Messages, Slots int32
	Name            [maxName]byte
}

// Ends of an execution, as the child has them.
const (
	endDone = iota
	endDeadlock
	endBound
	endStopped
	endCrashed
	endFailed
	endNoProgress
	endAgain
	endUnsupported
	endTooEarly
)

type wireChoice struct{ Thread, Alt int32 }

type wireSleeper struct {
	Thread, Pad int32
	Op          wireOp
}

func (s *wireSleeper) set(sleeps *prim.Sleeper) {
	s.Thread = sleeps.G
	s.Op.set(&sleeps.Op)
}

// wireManner is how an execution is to be made, but for its choices.
type wireManner struct{ Steps, Lenient, SleepAt, SignalAny, Ask, Positions, Sets, Beyond int32 }

// wireJob is an execution: how it is to be made, and what it has come to.
type wireJob struct {
	// From the command.
	wireManner
	Choices, Sleepers, Ahead, Answer int32
	Choice                           [maxEvents]wireChoice
	Sleeper                          [maxThreads]wireSleeper

	// From the child.
	Question, Alternatives                                        int32
	Enabled                                                       uint64
	Events, Threads, Objects, Spawned, End, Where, Status, Misfit int32
	Wakes, Races, Idles, Output, OutputLost, Left, Used, Printed  int32
	Names, Returned, Unwritten, Late                              int32
	Declared, Behind                                              int32
	CrashPC                                                       uint64
	Message                                                       [maxMessage]byte
	Spawn                                                         [maxThreads]int32
	Wake                                                          [maxWakes]int32
	Idle                                                          [maxIdle]uint64
	Race                                                          [maxRaces]wireRace
	Declaration                                                   [maxDeclared]wireDeclaration
	Name                                                          [maxNames]wireName
	Thread                                                        [maxThreads]wireThread
	Object                                                        [maxObjects]wireObject
	Event                                                         [maxEvents]wireEvent
	Frames                                                        [maxEvents][maxFrames]uint64
	Out, Print                                                    [maxOutput]byte
}

// child is the number of a process among the children that there are: it has that of its
// first thread.
func (j *wireJob) child(process int32) int {
	n := 0
	for i := range min(process+1, maxThreads) {
		if i > 0 && j.Thread[i].There != 0 && j.Thread[i].Process == i {
			n++
		}
	}
	return n
}

// wireNumbers are the numbers of threads, and of what is shared under names.
type wireNumbers struct {
	IDs           [maxThreads + 1][maxThreads]int32
	NIDs, NPlaces int32
	Place         [maxPlaces]uint64
}

type wireMemory struct {
	// From the command.
	Todo                                        [maxJobs]int32
	Todos                                       int32
	StdinSize, Signals, Spurious, Early, Prints int32
	Patience                                    int32
	Ordered                                     [maxKinds][maxKinds]bool
	Writes, Last, Many, Always                  [maxKinds]bool
	Second                                      [maxKinds]int32
	wireNumbers
	Visible [maxCode / 8]uint8

	// From the child.
	Sizes              [4]int32
	CodeBegin, CodeEnd uint64
	Entered            uint64
	Weak               [maxWeak]uint64
	Waits              [maxWeak]uint64

	Jobs [maxJobs]wireJob
}

// sizes are those that the child must have, too.
var sizes = [4]int32{
	int32(unsafe.Sizeof(wireMemory{})), int32(unsafe.Sizeof(wireEvent{})),
	int32(unsafe.Sizeof(wireThread{})), int32(unsafe.Sizeof(wireObject{})),
}

// describe tells the child what the descriptions of the operations say. sums: additions to one
// count are in order, see [prim.Plan].OrderSums.
func (m *wireMemory) describe(sums bool) {
	t := prim.Table()
	for a := range maxKinds {
		for b := range maxKinds {
			t.Ordered[a][b] = t.Ordered[a][b] || sums && prim.Kind(a).Adds() && prim.Kind(b).Adds()
		}
	}
	m.Ordered, m.Writes, m.Last, m.Many, m.Always = t.Ordered, t.Writes, t.Last, t.Many, t.Always
	for k, second := range t.Second {
		m.Second[k] = int32(second)
	}
}

// forgetNumbers has threads, and what is shared under names, numbered in the order in which
// they are met from now on.
func (m *wireMemory) forgetNumbers() {
	for i := range m.IDs {
		for k := range m.IDs[i] {
			m.IDs[i][k] = -1
		}
	}
	m.NIDs, m.NPlaces = 0, 0
}

// op is an operation as package prim has it.
func (o *wireOp) op() prim.Op {
	p := prim.OnBoth(prim.Kind(o.Kind), o.Obj, o.Obj2, o.Arg)
	p.Spin = o.Spin != 0
	if o.NMore > 0 {
		p.SetMore(append([]int32(nil), o.More[:min(o.NMore, maxMore)]...), nil)
	}
	if o.Alert > 0 {
		p.SetAlert(o.Alert - 1)
	}
	return p
}

// set is the reverse of op.
func (o *wireOp) set(p *prim.Op) {
	*o = wireOp{Kind: int32(p.Kind), Obj: p.Obj, Obj2: p.Obj2, Arg: p.Arg, Alert: p.Alert() + 1}
	if p.Spin {
		o.Spin = 1
	}
	o.NMore = int32(copy(o.More[:], p.More()))
}

// condition is what an update depends on.
func (o *wireOp) condition() prim.Condition {
	if o.Conditional == 0 {
		return prim.Condition{}
	}
	return prim.Condition{Unless: o.Unless != 0, Value: o.Value}
}

func truth(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

func text(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
