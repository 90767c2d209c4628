package general

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// The search decides histories that an order of single operations cannot explain:
// those of objects whose operations take effect together (Spec.Joint), and those in
// which operations of several processes touch at one time.
//
// It goes through the calls and returns in order of time with all configurations in
// which the object may be: a state, and which of the open operations have had their
// effect. Nothing takes effect before a return asks for it (just-in-time
// linearization: Lowe, Testing for Linearizability, 2017). That is complete: of any
// explanation, the effects which the return does not need can wait until the next.

// stepsPerCall is what the search may cost by default: so many steps of the
// specification for each operation of the history, and of some more.
const stepsPerCall, callsMore = 2000, 1000

// effect is an operation as the search sees it, or a step of one that takes effect
// in several.
type effect struct {
	op     model.Op
	result *model.Result // nil: it has not returned
	// after are the operations that must have had their effect before: earlier ones
	// of the same process that returned at the time of the call.
	after []int
	slot  int // while it is open
}

// moment is a call or a return.
type moment struct {
	at      int64
	returns bool
	effect  int
}

// configuration is a state, and which of the open operations have had their effect,
// by slot.
type configuration struct {
	state model.State
	done  []uint64
}

func (c configuration) has(slot int) bool {
	return slot>>6 < len(c.done) && c.done[slot>>6]&(1<<(slot&63)) != 0
}

// with is the configuration in which the operations have had their effect.
func (c configuration) with(state model.State, slots ...int) configuration {
	n := len(c.done)
	for _, s := range slots {
		n = max(n, s>>6+1)
	}
	done := make([]uint64, n)
	copy(done, c.done)
	for _, s := range slots {
		done[s>>6] |= 1 << (s & 63)
	}
	return configuration{state, done}
}

// key tells configurations apart: equal ones have equal keys.
func (c configuration) key() string {
	n := len(c.done)
	for n > 0 && c.done[n-1] == 0 {
		n--
	}
	key := binary.AppendUvarint(nil, uint64(n))
	for _, w := range c.done[:n] {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	return string(key) + c.state.Key()
}

// search is a run of the search.
type search struct {
	ctx     context.Context
	spec    model.Spec
	effects []effect
	moments []moment
	open    []int // by slot: the effect, or -1
	closed  []bool
	steps   int64 // that are left
	often   bool  // looks at the context at each step
	stopped string
}

// searched decides by the search; stuck is that of [Stuck].
func searched(ctx context.Context, spec model.Spec, h record.History, stuck bool, b Limits) (explained bool, unknown string) {
	s := &search{ctx: ctx, spec: spec, steps: b.Steps, often: b.Wall > 0}
	if s.steps == 0 {
		s.steps = stepsPerCall * int64(len(h.Calls)+callsMore)
	}
	most := s.steps
	if b.Bytes > 0 {
		most = min(most, b.Bytes/bytesPerStep)
	}
	s.steps = most
	if b.Wall > 0 {
		timed, cancel := context.WithTimeout(ctx, b.Wall)
		defer cancel()
		s.ctx = timed
	}
	explained, late := within(b.Wall, func(time.Duration) bool { return s.run(h, stuck) })
	switch {
	case late, s.stopped == interrupted && ctx.Err() == nil:
		return false, undecided("the search", b.Wall)
	case s.stopped == outOfSteps:
		return false, fmt.Sprintf("the search did not decide it in %d steps", most)
	}
	return explained, s.stopped
}

// run reports whether the history is explained, unless it is stopped.
func (s *search) run(h record.History, stuck bool) bool {
	waits := s.begin(h, stuck)
	now := []configuration{{state: s.spec.Init()}}
	for _, m := range s.moments {
		e := &s.effects[m.effect]
		if !m.returns {
			s.call(m.effect)
			continue
		}
		if now = s.until(now, e.slot); len(now) == 0 || s.stopped != "" {
			return false
		}
		s.open[e.slot], s.closed[m.effect] = -1, true
		for i := range now {
			now[i] = now[i].with(now[i].state)
			now[i].done[e.slot>>6] &^= 1 << (e.slot & 63)
		}
	}
	if stuck {
		now = slices.DeleteFunc(s.until(now, -1), func(c configuration) bool { return !allWait(s.spec, c.state, waits) })
	}
	return len(now) > 0 && s.stopped == ""
}

const outOfSteps = "out of steps"

// begin takes the operations of the history, without those that failed. In a stuck run
// it returns those that wait in the end; of what they do it takes all steps but the last.
func (s *search) begin(h record.History, stuck bool) (waits []model.Op) {
	divided, _ := s.spec.(model.Divided)
	last := map[int32][]returned{} // those of a process that returned last, by process
	for _, c := range h.Calls {
		if !c.Pending() && c.Status == model.Failed {
			continue
		}
		var result *model.Result
		if !c.Pending() {
			r := c.Result()
			result = &r
		}
		parts := []model.Part{{Op: c.Op(), Result: result}}
		if divided != nil {
			if p := divided.Parts(c.Op(), result); len(p) > 0 {
				parts = p
			}
		}
		var after []int
		for _, r := range last[c.Proc] {
			if r.at == c.Call {
				after = append(after, r.effect)
			}
		}
		for _, p := range parts {
			if stuck && c.Pending() {
				if waits = append(waits, p.Op); !p.Op.Early() {
					continue
				}
			}
			k := len(s.effects)
			s.effects = append(s.effects, effect{op: p.Op, result: p.Result, after: after})
			s.moments = append(s.moments, moment{c.Call, false, k})
			if c.Pending() {
				continue
			}
			s.moments = append(s.moments, moment{c.Return, true, k})
			last[c.Proc] = append(slices.DeleteFunc(last[c.Proc], func(r returned) bool { return r.at < c.Call }), returned{c.Return, k})
		}
	}
	slices.SortStableFunc(s.moments, func(a, b moment) int {
		if c := cmp.Compare(a.at, b.at); c != 0 || a.returns == b.returns {
			return c
		}
		if a.returns {
			return 1 // what has one time overlaps
		}
		return -1
	})
	s.closed = make([]bool, len(s.effects))
	return waits
}

type returned struct {
	at     int64
	effect int
}

// call gives the operation a slot.
func (s *search) call(k int) {
	slot := slices.Index(s.open, -1)
	if slot < 0 {
		slot = len(s.open)
		s.open = append(s.open, -1)
	}
	s.open[slot] = k
	s.effects[k].slot = slot
}

// until gives the configurations, after some effects more, in which the operation
// with the slot has had its effect and is the last that has. With no slot: all that
// can be reached.
func (s *search) until(from []configuration, slot int) []configuration {
	var out []configuration
	reached := map[string]bool{}
	seen := map[string]bool{}
	var todo []configuration
	add := func(c configuration) {
		there := slot >= 0 && c.has(slot)
		set := seen
		if there {
			set = reached
		}
		if k := c.key(); !set[k] {
			set[k] = true
			if there || slot < 0 {
				out = append(out, c)
			}
			if !there {
				todo = append(todo, c)
			}
		}
	}
	for _, c := range from {
		add(c)
	}
	for len(todo) > 0 && s.stopped == "" {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		s.moves(c, add)
	}
	return out
}

// moves gives every configuration that one effect more, or two together, lead to.
func (s *search) moves(c configuration, add func(configuration)) {
	var ready []int // slots
	for slot, k := range s.open {
		if k >= 0 && !c.has(slot) && s.ready(c, k) {
			ready = append(ready, slot)
		}
	}
	for i, x := range ready {
		e := &s.effects[s.open[x]]
		if !s.step() {
			return
		}
		for _, o := range s.spec.Step(c.state, e.op) {
			if e.gives(o.Result) {
				add(c.with(o.Next, x))
			}
		}
		for _, y := range ready[i+1:] {
			f := &s.effects[s.open[y]]
			if !s.step() {
				return
			}
			for _, o := range s.spec.Joint(c.state, e.op, f.op) {
				if e.gives(o.A) && f.gives(o.B) {
					add(c.with(o.Next, x, y))
				}
			}
		}
	}
}

// step counts a step; false if there is none left.
func (s *search) step() bool {
	if s.steps--; s.steps < 0 {
		s.stopped = outOfSteps
		return false
	}
	if (s.often || s.steps&1023 == 0) && s.ctx.Err() != nil {
		s.stopped = interrupted
		return false
	}
	return true
}

func (s *search) ready(c configuration, k int) bool {
	for _, a := range s.effects[k].after {
		if !s.closed[a] && !c.has(s.effects[a].slot) {
			return false
		}
	}
	return true
}

// gives reports whether the operation can have had this result.
func (e *effect) gives(r model.Result) bool {
	if e.result == nil {
		return true
	}
	seen := *e.result
	if !e.op.Kind.Receives() {
		seen.Value, seen.From = 0, model.AnyPeer
	}
	return r.Matches(seen)
}

// allWait reports whether none of the operations can go on, alone or with another.
func allWait(spec model.Spec, state model.State, ops []model.Op) bool {
	for i, x := range ops {
		if !model.Waits(spec, state, x) {
			return false
		}
		for _, y := range ops[i+1:] {
			if x.Proc != y.Proc && len(spec.Joint(state, x, y)) > 0 {
				return false
			}
		}
	}
	return true
}
