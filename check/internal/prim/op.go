package prim

import "slices"

// Op is an operation of one thread, announced before it is executed. It is copied all
// the time: with four fields, of which none is large, it is passed in registers.
type Op struct {
	Kind Kind
	manner
	target
	lists *lists // nil: all are empty
}

// manner is how an operation is done.
type manner struct {
	Spin bool // a read repeated in a loop: waits until what the loop reads changes
	// Ordered: it depends on what else adds to the same count; see [Plan].OrderSums.
	Ordered bool
}

// target is what an operation works on.
type target struct {
	Obj  int32 // object, -1: none
	Obj2 int32 // second object (the lock of a Cond), -1: none
	Arg  int32
}

// lists are what only few operations have, apart from [Op], which is copied often.
// Operations share them, so they are never changed.
type lists struct {
	more, also []int32
	cases      []CaseKind
	alert      int32 // object + 1
}

// Signals: see signals.go. They are named here because every operation may be interrupted
// by one. Kinds 104 to 107.
const (
	OpSigSend     Kind = 104 + iota // Arg is 1 if the thread does not block it
	OpSigMask                       // the thread says which it blocks: Arg is how many are left that it does not
	OpSigWait                       // until one has come
	OpInterrupted                   // one is delivered; Arg as of OpSigMask
)

// OpFork copies what a process has while others of its threads go on: all that anybody
// does may be part of it.
const OpFork Kind = 118

// Inherit lets a fork take effect on the state of an object: if that is an end of a pipe that
// the process has open, its child has it open, too. More names it as often as it has it.
//
//go:norace
func Inherit(s *State, obj int32, fork *Event) {
	for _, o := range fork.Full.More() {
		if o == obj {
			s.Owner++
		}
	}
}

// On is an operation of the kind on one object, -1: on none.
//
//go:norace
func On(k Kind, obj int32) Op { return OnBoth(k, obj, -1, 0) }

// OnBoth is an operation on two objects, with an argument.
//
//go:norace
func OnBoth(k Kind, obj, obj2, arg int32) Op { return Op{Kind: k, target: target{obj, obj2, arg}} }

// More are, of a select, the channels; of a read that spins, what the loop reads.
//
//go:norace
func (o *Op) More() []int32 {
	if o.lists == nil {
		return nil
	}
	return o.lists.more
}

// Also are further channels whose waiting threads the operation has changed: it
// completed a select that waited on them as well.
//
//go:norace
func (o *Op) Also() []int32 {
	if o.lists == nil {
		return nil
	}
	return o.lists.also
}

// Cases are, of a select, what it does to each of its channels, which come first in
// More.
//
//go:norace
func (o *Op) Cases() []CaseKind {
	if o.lists == nil {
		return nil
	}
	return o.lists.cases
}

// SetMore sets what [Op.More] and [Op.Cases] return.
//
//go:norace
func (o *Op) SetMore(more []int32, cases []CaseKind) {
	l := o.listed()
	l.more, l.cases = more, cases
	o.lists = &l
}

// listed is a copy of the lists: those of an operation that was copied are shared.
//
//go:norace
func (o *Op) listed() lists {
	if o.lists == nil {
		return lists{}
	}
	return *o.lists
}

// Alert is the object of the signals that may come before the operation, -1 if none may.
//
//go:norace
func (o *Op) Alert() int32 {
	if o.lists == nil {
		return -1
	}
	return o.lists.alert - 1
}

// SetAlert sets what [Op.Alert] returns.
//
//go:norace
func (o *Op) SetAlert(obj int32) {
	l := o.listed()
	l.alert = obj + 1
	o.lists = &l
}

// SetAlso sets what [Op.Also] returns.
//
//go:norace
func (o *Op) SetAlso(also []int32) {
	switch {
	case len(also) == 0 && len(o.Also()) == 0:
	case len(also) == 0 && o.lists.more == nil && o.lists.alert == 0:
		o.lists = nil
	default:
		l := o.listed()
		l.also = also
		o.lists = &l
	}
}

// Renumber gives each object that the operation has to do with another number.
//
//go:norace
func (o *Op) Renumber(number func(obj int32) int32) {
	o.Obj, o.Obj2 = number(o.Obj), number(o.Obj2)
	if o.lists == nil {
		return
	}
	all := func(list []int32) []int32 {
		list = slices.Clone(list)
		for i, obj := range list {
			list[i] = number(obj)
		}
		return list
	}
	o.lists = &lists{more: all(o.lists.more), also: all(o.lists.also), cases: o.lists.cases, alert: number(o.lists.alert-1) + 1}
}

// Interrupted is what the operation turns out to be where a signal comes first. What it
// waits for matters: it may fail then, and wait no longer, and without the signal others
// may get before it what it waits for.
//
//go:norace
func (o *Op) Interrupted() Op {
	alert := o.Alert()
	more := []int32{alert}
	if !o.Kind.Always() {
		for _, obj := range []int32{o.Obj, o.Obj2} {
			if obj >= 0 {
				more = append(more, obj)
			}
		}
		more = append(more, o.More()...)
	}
	p := OnBoth(OpInterrupted, alert, -1, o.Arg)
	p.lists = &lists{more: more, alert: alert + 1}
	return p
}

// Touches reports whether the operation, or the loop it spins in, has to do with
// the object.
//
//go:norace
func (o *Op) Touches(obj int32) bool {
	return o.Names(obj) || obj >= 0 && o.lists != nil && slices.Contains(o.lists.also, obj)
}

// Names reports whether the operation, as its thread announces it, has to do with the
// object; what else it changes when it is executed (see [Op.Also]) does not count.
//
//go:norace
func (o *Op) Names(obj int32) bool {
	return obj >= 0 && (o.Obj == obj || o.Obj2 == obj || o.lists != nil && slices.Contains(o.lists.more, obj))
}

// TouchesOne reports whether the operation, or the loop it spins in, has to do with
// one of the objects.
//
//go:norace
func (o *Op) TouchesOne(objs []int32) bool {
	for _, obj := range objs {
		if o.Touches(obj) {
			return true
		}
	}
	return false
}

// Changes reports whether the operation, if it writes, may change the object: it does
// not change what only its loop reads, nor a channel at which the select that it
// completes is not waiting any more.
//
//go:norace
func (o *Op) Changes(obj int32) bool {
	return o.Obj == obj || o.Obj2 == obj || !o.Spin && slices.Contains(o.More(), obj)
}

// Depends reports whether the order of two operations of different threads can
// matter. Enabling is not a matter of order: a receive and the send of its item are
// ordered by [Event.After].
//
//go:norace
func Depends(a, b *Op) bool {
	fa, fb := flags[a.Kind%maxKinds], flags[b.Kind%maxKinds]
	if (fa|fb)&(last|many) == 0 && a.lists == nil && b.lists == nil && a.Obj2 < 0 && b.Obj2 < 0 && !a.Spin && !b.Spin { // most are
		return a.Obj == b.Obj && a.Obj >= 0 && (inOrder(a.Kind, b.Kind) || a.Ordered && b.Ordered && fa&fb&adds != 0)
	}
	switch {
	case (fa|fb)&last != 0:
		return true
	case a.Spin && a.wokenBy(b), b.Spin && b.wokenBy(a):
		return true
	case a.lists != nil && (b.TouchesOne(a.lists.also) || a.alertedBy(b)), b.lists != nil && (a.TouchesOne(b.lists.also) || b.alertedBy(a)):
		return true
	case fa&many != 0:
		return a.looksAt(b)
	case fb&many != 0:
		return b.looksAt(a)
	case a.Obj >= 0 && a.Obj == b.Obj:
		return inOrder(a.Kind, b.Kind) || a.Ordered && b.Ordered && fa&fb&adds != 0
	case a.Obj2 >= 0 && a.Obj2 == b.Obj:
		return inOrder(a.Kind.Info().Second, b.Kind)
	case b.Obj2 >= 0 && b.Obj2 == a.Obj:
		return inOrder(a.Kind, b.Kind.Info().Second)
	case a.Obj2 >= 0 && a.Obj2 == b.Obj2:
		return inOrder(a.Kind.Info().Second, b.Kind.Info().Second)
	}
	return false
}

// Reads are the objects that a read reads. Of one that waits, that is not all that its
// loop reads.
//
//go:norace
func (o *Op) Reads() []int32 {
	if c := o.Cases(); c != nil {
		return o.More()[:len(c)]
	}
	if o.Kind.Info().Many {
		return o.More()
	}
	return []int32{o.Obj}
}

// wokenBy: a read that waits for a change of what its loop reads is enabled by
// whatever writes one of these.
//
//go:norace
func (o *Op) wokenBy(b *Op) bool { return b.Kind.Writes() && b.TouchesOne(o.More()) }

// alertedBy: a signal that is sent before the operation is delivered before it.
//
//go:norace
func (o *Op) alertedBy(b *Op) bool { return b.Kind == OpSigSend && b.Obj == o.Alert() }

// alerted reports whether a signal is to be delivered before the operation.
//
//go:norace
func (o *Op) alerted(v View) bool {
	return o.lists != nil && o.lists.alert > 0 && v.State(o.lists.alert-1).N > 0
}

// looksAt: a select looks at all its channels, and what it finds there may be
// what anybody does to one of them.
//
//go:norace
func (o *Op) looksAt(b *Op) bool {
	if o.Kind == OpFork || b.Kind == OpFork {
		return true
	}
	if b.Kind.Info().Many {
		for _, obj := range o.More() {
			if slices.Contains(b.More(), obj) {
				return true
			}
		}
		return false
	}
	return !b.Kind.Info().Never && b.Obj >= 0 && slices.Contains(o.More(), b.Obj)
}

// Enabled reports whether the operation that a thread has announced can be
// executed at a moment. A read that spins needs a change besides.
//
//go:norace
func Enabled(v View, op *Op, thread int32) bool {
	if op.Kind.Always() {
		return true
	}
	switch e := &effects[op.Kind%maxKinds]; {
	case op.alerted(v):
		return true
	case e.enabled != nil:
		return e.enabled(v.State(op.Obj))
	case e.enabledIn != nil:
		return e.enabledIn(v, op, thread)
	}
	return false
}

// Refine is what the operation, announced as one of the kind, turns out to be in
// a state of its object, where that can be told from it.
//
//go:norace
func Refine(k Kind, s *State) Kind {
	if f := effects[k%maxKinds].refine; f != nil {
		return f(s)
	}
	return k
}

// RefineAt is Refine at a moment: a signal may come first.
//
//go:norace
func RefineAt(v View, op *Op) Kind {
	switch {
	case op.alerted(v):
		return OpInterrupted
	case effects[op.Kind%maxKinds].refine == nil:
		return op.Kind
	}
	return Refine(op.Kind, v.State(op.Obj))
}

// Apply lets an event take effect on the state of an object, to which it does what
// the kind does.
//
//go:norace
func Apply(k Kind, s *State, e *Event) {
	if f := effects[k%maxKinds].apply; f != nil {
		f(s, e)
	}
}

// CanMeet reports whether the two operations may have to do with the same object, if
// nothing is known of their objects but of what sort they are.
//
//go:norace
func CanMeet(a, b *Op) bool {
	if a.Kind == OpInterrupted || b.Kind == OpInterrupted || a.alertedBy(b) || b.alertedBy(a) {
		return true
	}
	for _, s := range a.sorts() {
		if slices.Contains(b.sorts(), s) {
			return true
		}
	}
	return false
}

// sorts are the sorts of the objects of an operation.
//
//go:norace
func (o *Op) sorts() []string {
	if cases := o.Cases(); cases != nil {
		var list []string
		for _, c := range cases {
			if c&CaseBuffered != 0 {
				list = append(list, buffered)
			} else {
				list = append(list, rendezvous)
			}
		}
		return list
	}
	list := o.Kind.Info().On
	if s := o.Kind.Info().Second; s != OpNone {
		list = append(list[:len(list):len(list)], s.Info().On...)
	}
	return list
}
