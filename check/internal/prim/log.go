package prim

import "slices"

// Log is a moment of an execution that has ended, as it would be without some of
// the events: a [View] that is worked out from the events.
type Log struct {
	X       *Execution
	Dropped []bool // by event: it has not been
	N       int    // events before this one have been

	state State
}

// State works out the state of an object, in time proportional to the number of
// events. It is valid until the next call.
func (l *Log) State(obj int32) *State {
	s := &l.state
	*s = l.X.First[obj]
	channel := s.Size > 0
	events, dropped := l.X.Events[:l.N], l.Dropped[:l.N]
	for i := range events {
		if dropped[i] {
			continue
		}
		e := &events[i]
		if e.Op.Obj == obj {
			Apply(e.Op.Kind, s, e)
		} else if e.Op.Obj2 == obj {
			Apply(e.Op.Kind.Info().Second, s, e)
		} else if e.Op.Kind == OpFork {
			Inherit(s, obj, e)
		}
		if !channel {
			continue
		}
		if e.Chan == obj {
			ApplyCase(s, e)
		}
		if slices.Contains(e.TimerSends, obj) {
			putItem(s, e)
		}
	}
	return s
}

// Woken reports whether the thread has been woken: who went on had been.
func (l *Log) Woken(thread int32) bool {
	return l.N < len(l.X.Events) || l.X.Threads[thread].Woken
}

// Due reports false: a sleep is not moved to before the jump of the clock that ends
// it.
func (l *Log) Due(int32) bool { return false }

// Decide is what an update of an object under a condition turns out to be after the events
// that are not dropped. It reports false if that is not known.
//
// What was in a cell before an event, the event says. So what the last event of those
// that are not dropped has left there is what the next one found that has to do with
// the cell, dropped or not.
func (l *Log) Decide(obj int32, c *Condition) (k Kind, known bool) {
	var value uint64
	unknown := true // the next event says it
	for i := range l.X.Events {
		e := &l.X.Events[i]
		if k := e.Full.Kind; e.Op.Obj != obj || k != OpStore && k != OpRMW && k != OpUpdateIf {
			continue
		}
		switch e.Condition.Cell {
		case c.Cell:
			if unknown {
				value, known, unknown = e.Before, true, false
			}
			if !l.Dropped[i] && e.Op.Kind.Writes() {
				known, unknown = false, true
			}
		case AllCells:
			if !l.Dropped[i] {
				value, known = 0, true
			}
			unknown = false
		}
	}
	switch {
	case !known:
		return OpUpdateIf, false
	case c.Holds(value):
		return OpRMW, true
	}
	return OpLoad, true
}

// State is the state of an object at the end, worked out from the events.
func (x *Execution) State(obj int32) State {
	l := Log{X: x, Dropped: make([]bool, len(x.Events)), N: len(x.Events)}
	return *l.State(obj)
}
