package linear

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Finding is a fault that a history shows.
type Finding struct {
	Code    verdict.Code
	Message string
	// Witness are the operations that prove it, in the order in which the
	// message speaks of them.
	Witness []record.Call
}

// Decision is the answer about a history.
type Decision struct {
	Answer   Answer
	Findings []Finding // what is wrong if it is unexplained: each code once
	Engine   string    // what decided
	Reason   string    // why it is unknown
	// Behaves is a capacity with which the history would be explained, where the
	// capacity is what is wrong; 0 if there is none.
	Behaves int
}

// Options are what a decision may depend on besides specification and history.
type Options struct {
	Budget Budget
	// Name is an item in words; "item 7" by default.
	Name func(v int64) string
	// Drained says that after everything else somebody took what was left and
	// then found nothing.
	Drained bool
	// Context ends the work early; the answer is then unknown.
	Context context.Context
	// Progress is called now and then during a long search.
	Progress func(done, all int)
}

// Engines.
const (
	fifoMonitor       = "FIFO monitor"
	boundedSearch     = "bounded-FIFO search"
	producerMonitor   = "per-producer monitor"
	bagMonitor        = "bag monitor"
	rendezvousMonitor = "rendezvous monitor"
	streamMonitor     = "stream monitor"
	general           = "porcupine"
)

// Faults finds what is certainly wrong with the history of a buffer, each code
// once. It errs towards silence: a history in which it finds nothing need not be
// explained. Operations of which a buffer knows nothing are passed over. It takes
// O(n log n) time.
func Faults(config model.BufferConfig, h record.History, o Options) []Finding {
	p := newProblem(config, h, o.Name)
	if p.outside != "" {
		return nil
	}
	p.faults(o)
	return p.findings()
}

// faults applies the monitors.
func (p *problem) faults(o Options) {
	if p.config.Capacity == 0 {
		p.rendezvous()
		return
	}
	before := len(p.found)
	p.order()
	p.empty()
	p.overflow()
	p.passage()
	if p.config.Order != model.FIFO && len(p.kept) > 0 && len(p.takers) > 0 && len(p.found) > before {
		// Another choice of who takes what may explain it.
		p.found = p.found[:before]
		p.doubt = "receives that have not returned may have taken items in several ways"
	}
	p.full()
	if o.Drained {
		p.lost()
	}
}

// lost finds an item that entered and is no longer there.
func (p *problem) lost() {
	for _, i := range p.kept {
		if it := &p.items[i]; it.getCall == never {
			ops := []int32{it.put}
			if last := int32(len(p.calls) - 1); last != it.put {
				ops = append(ops, last)
			}
			p.blame(verdict.LostItem, ops, "%s was accepted, never delivered, and nothing holds it", p.name(p.calls[it.put].Value))
			return
		}
	}
}

// findings are the first of each code, without what only follows from another.
func (p *problem) findings() []Finding {
	var out []Finding
	lost := slices.ContainsFunc(p.found, func(f Finding) bool { return f.Code == verdict.LostItem })
	for _, f := range p.found {
		follows := lost && (f.Code == verdict.Overflow || // the lost item counts as held
			f.Code == verdict.FalseRefusal && slices.ContainsFunc(f.Witness, isEmptyAnswer)) // without it, it is empty
		if !follows && !slices.ContainsFunc(out, func(g Finding) bool { return g.Code == f.Code }) {
			out = append(out, f)
		}
	}
	return out
}

func isEmptyAnswer(c record.Call) bool {
	return c.Kind.Receives() && (c.Status == model.Empty || c.Status == model.Deadline)
}

// Decide says whether the specification explains the history, and if it does
// not, which fault shows.
//
// Of a [model.Buffer] whose items each are sent once it takes the monitors: they
// are exact, but for a bounded buffer without total order that also refuses
// sends. First in, first out, per-producer order, no order, and rendezvous take
// O(n log n) time; a bounded buffer takes that and a search over the orders of
// what overlaps, which is linear in practice. Everything else goes to porcupine,
// within the budget; of a [model.Stream] too, after [StreamFaults].
//
// In a stuck run every operation that still waits must have to wait.
func Decide(spec model.Spec, h record.History, o Options) Decision {
	h.Sort()
	if s, ok := spec.(*model.Stream); ok {
		return stream(s, h, o)
	}
	b, ok := spec.(*model.Buffer)
	if !ok {
		return generally(spec, h, o)
	}
	p := newProblem(b.Config(), h, o.Name)
	if p.outside != "" {
		if p.uncounted(); len(p.found) > 0 {
			return Decision{Answer: Unexplained, Findings: p.findings(), Engine: p.engine()}
		}
		d := generally(spec, h, o)
		if d.Answer == Unknown {
			d.Reason = p.outside + ", so the monitors do not apply, and " + d.Reason
		}
		return d
	}
	p.faults(o)
	p.stuck()
	if fs := p.findings(); len(fs) > 0 {
		d := Decision{Answer: Unexplained, Findings: fs, Engine: p.engine()}
		d.Behaves = p.behaves(fs, o)
		return d
	}
	d := p.exactly(b, h, o)
	if d.Answer != Explained || h.End != record.Stuck || len(h.Pending()) == 0 {
		return d
	}
	// Those that wait have had no effect.
	rest := newProblem(b.Config(), settled(h), o.Name)
	rest.faults(o)
	if len(rest.findings()) == 0 {
		if e := rest.exactly(b, settled(h), o); e.Answer != Unexplained {
			return e
		}
	}
	var waits []int32
	for i := range p.calls {
		if p.calls[i].Pending() {
			waits = append(waits, int32(i))
		}
	}
	p.blame(verdict.LostWakeup, waits, "the results are explained only if an operation that still waits has had its effect, and then it should have returned")
	return Decision{Answer: Unexplained, Findings: p.findings(), Engine: d.Engine}
}

// engine is the name of the monitor.
func (p *problem) engine() string {
	switch {
	case p.config.Capacity == 0:
		return rendezvousMonitor
	case p.config.Order == model.PerProducer:
		return producerMonitor
	case p.config.Order == model.Bag:
		return bagMonitor
	}
	return fifoMonitor
}

// exactly decides a history in which the monitors found nothing wrong.
func (p *problem) exactly(b *model.Buffer, h record.History, o Options) Decision {
	bounded := p.config.Capacity > 0
	switch {
	case p.doubt != "" || bounded && p.config.Order != model.FIFO && len(p.fulls) > 0:
		d := generally(b, h, o)
		switch {
		case d.Answer == Unknown && p.doubt != "":
			d.Reason = p.doubt + ", and " + d.Reason
		case d.Answer == Unexplained && p.doubt == "":
			// The monitors are exact about everything else.
			w := p.fulls[0]
			p.blame(verdict.FalseRefusal, []int32{w.op}, "no order of the operations fills the buffer whenever one answers full, as this %v does", p.calls[w.op].Kind)
			d.Findings = p.findings()
		}
		return d
	case !bounded || p.config.Order != model.FIFO || p.roomy():
		return Decision{Answer: Explained, Engine: p.engine()}
	}
	return p.bounded(o)
}

// roomy reports whether the buffer can never have been full, and never was said
// to be.
func (p *problem) roomy() bool {
	if len(p.fulls) > 0 {
		return false
	}
	if len(p.items) <= p.config.Capacity {
		return true
	}
	for _, l := range levels(len(p.items), func(i int) int64 { return p.items[i].putCall }, func(i int) int64 { return p.items[i].getRet }, true) {
		if int(l.n) > p.config.Capacity {
			return false
		}
	}
	return true
}

// What the bounded search may cost.
const stepsPerItem = 2000

// bounded searches for a sequence of the items.
func (p *problem) bounded(o Options) Decision {
	r, s := p.sequence(o)
	switch r {
	case explained:
		return Decision{Answer: Explained, Engine: boundedSearch}
	case gaveUp:
		return Decision{Engine: boundedSearch, Reason: fmt.Sprintf("the search for an order was given up: %d of %d items are placed, and too many orders are left", s.deepest, len(s.items))}
	}
	p.diagnose(s, o)
	d := Decision{Answer: Unexplained, Findings: p.findings(), Engine: boundedSearch}
	d.Behaves = p.behaves(d.Findings, o)
	return d
}

// sequence runs the search.
func (p *problem) sequence(o Options) (outcome, *bounded) {
	b := newBounded(p)
	b.limit = o.Budget.Steps
	if b.limit == 0 {
		b.limit = stepsPerItem * int64(len(b.items)+100)
	}
	if o.Context != nil {
		b.stop = func() bool { return o.Context.Err() != nil }
	}
	b.progress = o.Progress
	return b.adaptive(func(at int64) bool { return p.refuted(at, b.stop) }), b
}

// refuted reports whether the items around a time alone have no sequence. Then
// all have none: from a sequence of all one may be left out, if nothing needs the
// buffer to be full.
func (p *problem) refuted(at int64, stop func() bool) bool {
	middle, _ := slices.BinarySearchFunc(p.items, at, func(it item, at int64) int { return cmp.Compare(it.putCall, at) })
	for _, n := range []int{32, 256} {
		q := *p
		q.items = p.items[max(middle-n, 0):min(middle+n, len(p.items))]
		q.fulls, q.spare, q.empties = nil, nil, nil
		from, to := int64(never), int64(always)
		for i := range q.items {
			from, to = min(from, q.items[i].putCall), max(to, q.items[i].putCall)
		}
		for _, w := range p.empties {
			if w.call >= from && w.ret <= to {
				q.empties = append(q.empties, w)
			}
		}
		b := newBounded(&q)
		b.limit, b.stop = 1_000_000, stop
		if b.search(widest) == unexplained {
			return true
		}
	}
	return false
}

// diagnose finds the code for a history that the monitors found nothing wrong
// with and that no sequence explains: what explains it when it is left out is
// what is wrong.
func (p *problem) diagnose(s *bounded, o Options) {
	near := p.around(s)
	if len(p.fulls) > 0 {
		q := *p
		q.fulls = nil
		if r, _ := q.sequence(o); r == explained {
			var ops []int32
			for _, w := range p.fulls {
				if w.call <= s.at && w.ret >= s.at || len(ops) == 0 {
					ops = append(ops[:0], w.op)
				}
			}
			c := &p.calls[ops[0]]
			p.blame(verdict.FalseRefusal, append(ops, near...), "no order of the operations fills the buffer while %v answers %v, and there is one if it did not", c.Kind, c.Status)
			return
		}
	}
	p.blame(verdict.Overflow, near, "no order of these operations keeps to the capacity of %d", p.config.Capacity)
}

// around are the sends of the items where the search came to its end.
func (p *problem) around(s *bounded) []int32 {
	var ops []int32
	for i := range s.items {
		it := &s.items[i]
		if it.putCall <= s.at && it.getRet >= s.at {
			ops = append(ops, it.put)
		}
	}
	if len(ops) > 8 {
		ops = ops[len(ops)-8:]
	}
	return ops
}

// behaves finds the capacity that would explain the history, if the fault is
// about the capacity: the least greater one, or the greatest smaller one.
func (p *problem) behaves(fs []Finding, o Options) int {
	if p.config.Capacity < 1 || p.config.Order != model.FIFO || len(fs) != 1 {
		return 0
	}
	explains := func(k int) bool {
		q := *p
		q.found, q.doubt = nil, ""
		q.config.Capacity = k
		q.faults(o)
		if len(q.found) > 0 || q.doubt != "" {
			return false
		}
		if q.roomy() {
			return true
		}
		r, _ := q.sequence(o)
		return r == explained
	}
	k := p.config.Capacity
	switch {
	case fs[0].Code == verdict.Overflow && len(p.fulls) == 0:
		// What a capacity explains, a greater one explains too.
		low, high := k, k+1
		for !explains(high) {
			if low = high; high > len(p.items) {
				return 0
			}
			high *= 2
		}
		for low+1 < high {
			if mid := (low + high) / 2; explains(mid) {
				high = mid
			} else {
				low = mid
			}
		}
		return high
	case fs[0].Code == verdict.Overflow || fs[0].Code == verdict.FalseRefusal && !isEmptyAnswer(fs[0].Witness[0]):
		for d := 1; d <= 4; d++ {
			if fs[0].Code == verdict.FalseRefusal && k-d > 0 && explains(k-d) {
				return k - d
			}
			if explains(k + d) {
				return k + d
			}
		}
	}
	return 0
}
