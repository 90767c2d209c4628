//go:build linux && amd64

package cprog

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// What a harness records of an operation: see enum ipc_record in runtime/ipccheck.h.
const (
	recordSend = iota
	recordRecv
	recordFull
	recordEmpty
	recordCallSend
	recordCallRecv
)

// mostSteps bounds the search for an order of a history.
const mostSteps = 200_000

// historian judges what a harness records of objects under test, execution by execution.
type historian struct {
	wire      func() *wireJob // what is recorded, and declared
	called    func(obj int32) string
	position  func(pc uint64) string
	specs     map[string]model.Spec
	answers   map[string]linear.Decision // by specification and history
	judged    map[string]string          // the specifications, by name of the object
	undecided string                     // why not all histories could be judged
}

func newHistorian(wire func() *wireJob, called func(obj int32) string, position func(pc uint64) string) *historian {
	return &historian{wire: wire, called: called, position: position, specs: map[string]model.Spec{}, answers: map[string]linear.Decision{}, judged: map[string]string{}}
}

// recorded is the history of one object in an execution. The n-th of all that is recorded
// has the time 2n; an operation that is called then has the time 2n+1.
type recorded struct {
	history record.History
	places  []int // events, by half of their time
	drained bool
}

// judge says what is wrong with the histories of the last execution.
func (h *historian) judge(x *prim.Execution) (code verdict.Code, message string, ok bool) {
	if x.End != prim.Done && x.End != prim.Deadlock {
		return "", "", false
	}
	w := h.wire()
	for obj := range x.First {
		if w.Object[obj].Class != classHistory {
			continue
		}
		r := readHistory(w, x, int32(obj))
		if len(r.history.Calls) == 0 {
			continue
		}
		text, spec, err := h.spec(w, int32(obj))
		if err != nil {
			h.undecided = err.Error()
			continue
		}
		name := cmp.Or(h.called(int32(obj)), "the object")
		h.judged[name] = spec.Name()
		key := text + "\n" + r.key()
		d, known := h.answers[key]
		if !known {
			d = linear.Decide(spec, r.history, linear.Options{Budget: linear.Budget{Steps: mostSteps}, Drained: r.drained})
			h.answers[key] = d
		}
		switch d.Answer {
		case linear.Unknown:
			h.undecided = fmt.Sprintf("whether %s is a %s could not be decided in all executions: %s", name, spec.Name(), d.Reason)
		case linear.Unexplained:
			f := d.Findings[0]
			return f.Code, fmt.Sprintf("%s is no %s: %s%s", name, spec.Name(), f.Message, h.shown(r, f.Witness)), true
		}
	}
	return "", "", false
}

// spec is what the harness says that an object is.
func (h *historian) spec(w *wireJob, obj int32) (short string, spec model.Spec, err error) {
	short = "unbounded"
	for i := range min(max(w.Declared, 0), maxDeclared) {
		if d := &w.Declaration[i]; d.Object == obj {
			kind, promises, more := strings.Cut(text(d.Kind[:]), ",")
			if short = kind; d.Capacity != 0 {
				short += fmt.Sprintf(":%d", d.Capacity)
			}
			if more {
				short += "," + promises
			}
		}
	}
	if spec = h.specs[short]; spec == nil {
		c, err := linear.ParseSpec(short)
		if err != nil {
			return short, nil, fmt.Errorf("ipc_object: %w", err)
		}
		spec = model.NewBuffer(c)
		h.specs[short] = spec
	}
	return short, spec, nil
}

// readHistory is what the last execution has recorded of an object.
//
// A thread that does not say what it calls may have called an operation as soon as it had
// recorded its last one, was there, or had seen another thread or process end; and at the
// end of the execution it may be in one of either kind.
func readHistory(w *wireJob, x *prim.Execution, obj int32) *recorded {
	r := &recorded{history: record.History{End: record.Complete}}
	var from [maxThreads]int64
	var under [maxThreads]*record.Call
	said, unsaid := false, false
	for i := range x.Events {
		if k := prim.Kind(w.Event[i].Full.Kind); k == prim.OpCalled || k == prim.OpReturned || k == prim.OpRecorded {
			r.places = append(r.places, i)
		}
	}
	for t, g := range x.Threads {
		from[t] = int64(2*sort.SearchInts(r.places, int(g.SpawnAt))) - 1
	}
	n := 0
	for i := range x.Events {
		e, t := &w.Event[i], x.Events[i].G
		switch k := prim.Kind(e.Full.Kind); {
		case k == prim.OpJoin, e.Full.Obj >= 0 && w.Object[e.Full.Obj].Class == classChildren:
			from[t] = int64(2*n) - 1
		case k != prim.OpCalled && k != prim.OpReturned && k != prim.OpRecorded:
		default:
			now := int64(2 * n)
			n++
			op, result := performed(e.Full.Arg, int64(e.Full.Value))
			op.Proc = int(t)
			if k == prim.OpCalled {
				if e.Full.Obj == obj {
					c := record.NewPending(op, now+1)
					under[t], said = &c, true
				}
				continue
			}
			if e.Full.Obj == obj {
				call := from[t]
				if c := under[t]; c != nil {
					call = c.Call
				}
				unsaid = unsaid || under[t] == nil
				under[t] = nil
				r.history.Calls = append(r.history.Calls, record.NewCall(op, result, call, now))
			}
			from[t] = now + 1
		}
	}
	r.end(x, from[:], under[:], said && !unsaid)
	r.history.Sort()
	r.history.Contend()
	return r
}

// end adds what is under way at the end of the execution. told: the harness has said of all
// operations that they were called.
func (r *recorded) end(x *prim.Execution, from []int64, under []*record.Call, told bool) {
	h := &r.history
	unsent := unsent(h.Calls)
	first := int64(0)
	for t, g := range x.Threads {
		switch {
		case under[t] != nil:
			h.Calls = append(h.Calls, *under[t])
		case g.Ended || told:
		default:
			first = max(first, from[t])
			h.Calls = append(h.Calls, record.NewPending(model.Op{Kind: model.Recv, Proc: t, Peer: model.AnyPeer}, from[t]))
			for k, v := range unsent {
				h.Calls = append(h.Calls, record.NewPending(model.Op{Kind: model.Send, Value: v, Proc: (t+1)*maxThreads + k, Peer: model.AnyPeer}, from[t]))
			}
			unsent = nil
		}
	}
	switch pending := h.Pending(); {
	case len(pending) == 0:
		r.drained = drained(h.Calls)
	case told && x.End == prim.Deadlock:
		h.End = record.Stuck
	default:
		h.End = record.Cut
	}
}

// performed is the operation that a harness records, and its result.
func performed(what int32, value int64) (model.Op, model.Result) {
	op, result := model.Op{Kind: model.Recv, Peer: model.AnyPeer}, model.Result{From: model.AnyPeer}
	switch what {
	case recordSend, recordCallSend:
		op.Kind, op.Value = model.Send, value
	case recordRecv:
		result.Value = value
	case recordFull:
		op.Kind, op.Value, result.Status = model.TrySend, value, model.Full
	case recordEmpty:
		op.Kind, result.Status = model.TryRecv, model.Empty
	}
	return op, result
}

// unsent are the values that have been received though nobody has recorded that they were
// sent.
func unsent(calls []record.Call) (values []int64) {
	sent := map[int64]int{}
	for _, c := range calls {
		if c.Kind.Sends() && c.Done() {
			sent[c.Value]++
		}
	}
	for _, c := range calls {
		if c.Kind.Receives() && c.Done() {
			if sent[c.Value]--; sent[c.Value] < 0 {
				values = append(values, c.Value)
			}
		}
	}
	return values
}

// drained reports whether somebody has found the object empty when all else was over.
func drained(calls []record.Call) bool {
	if len(calls) == 0 {
		return false
	}
	last := slices.MaxFunc(calls, func(a, b record.Call) int { return cmp.Compare(a.Return, b.Return) })
	return last.Status == model.Empty && !slices.ContainsFunc(calls, func(c record.Call) bool { return c != last && c.Return >= last.Call })
}

// key is the same for histories that are the same.
func (r *recorded) key() string {
	b := []byte(r.history.End)
	if r.drained {
		b = append(b, '.')
	}
	for _, c := range r.history.Calls {
		b = append(b, byte(c.Kind), byte(c.Status))
		for _, n := range []int64{c.Value, int64(c.Proc), c.Call, c.Return} {
			b = binary.AppendVarint(b, n)
		}
	}
	return string(b)
}

// shown names the places at which operations of a history are recorded.
func (h *historian) shown(r *recorded, calls []record.Call) string {
	var list []string
	for _, c := range calls {
		at := c.Return
		if c.Pending() {
			at = c.Call
		}
		if at < 0 || at/2 >= int64(len(r.places)) || c.Proc >= maxThreads {
			continue
		}
		if place := h.position(h.wire().Event[r.places[at/2]].PC); place != "" && !slices.Contains(list, place) {
			list = append(list, place)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// conclude has a verdict say what has been judged, and what has not been.
func (h *historian) conclude(v *verdict.Verdict) {
	if h.undecided != "" {
		v.Unchecked = append(v.Unchecked, h.undecided)
		if v.Answer == verdict.Pass {
			v.Answer, v.Reason = verdict.Inconclusive, h.undecided
		}
	}
	var names []string
	for name, spec := range h.judged {
		names = append(names, name+" is a "+spec)
	}
	slices.Sort(names)
	if len(names) > 0 && v.Answer == verdict.Pass {
		v.Coverage += "; by what is recorded, " + strings.Join(names, ", ")
	}
}
