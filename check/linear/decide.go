package linear

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/linear/internal/boundedfifo"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Engines.
const (
	fifoMonitor       = "FIFO monitor"
	boundedSearch     = "bounded-FIFO search"
	producerMonitor   = "per-producer monitor"
	bagMonitor        = "bag monitor"
	rendezvousMonitor = "rendezvous monitor"
	streamMonitor     = "stream monitor"
	porcupineSearch   = "porcupine"
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
		// The receives that have not returned may have taken other items.
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
	switch spec := spec.(type) {
	case *model.Buffer:
		return buffer(spec, h, o)
	case *model.Stream:
		return stream(spec, h, o)
	}
	return generally(spec, h, o)
}

// buffer decides the history of a buffer.
func buffer(b *model.Buffer, h record.History, o Options) Decision {
	p := newProblem(b.Config(), h, o.Name)
	if p.outside != "" {
		if p.uncounted(); len(p.found) > 0 {
			return Decision{Answer: Unexplained, Findings: p.findings(), Engine: p.engine()}
		}
		d := generally(b, h, o)
		if d.Answer == Unknown {
			d.Reason = p.outside + ", so the monitors do not apply, and " + d.Reason
		}
		return d
	}
	p.faults(o)
	if h.End == record.Stuck && len(p.found) == 0 {
		p.found = lostWakeups(p.stuck())
	}
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

// stepsPerItem is what the bounded search may cost, unless the budget says more.
const stepsPerItem = 2000

// bounded searches for a sequence of the items.
func (p *problem) bounded(o Options) Decision {
	r := p.sequence(o)
	switch r.Outcome {
	case boundedfifo.Explained:
		return Decision{Answer: Explained, Engine: boundedSearch}
	case boundedfifo.GaveUp:
		return Decision{Engine: boundedSearch, Reason: fmt.Sprintf("the search for an order was given up: %d of %d items are placed, and too many orders are left", r.Placed, len(p.candidates()))}
	}
	p.diagnose(r.At, o)
	d := Decision{Answer: Unexplained, Findings: p.findings(), Engine: boundedSearch}
	d.Behaves = p.behaves(d.Findings, o)
	return d
}

// candidates are the items that the search orders, by call of their put. The
// spare ones matter only where an answer needs the buffer to be full.
func (p *problem) candidates() []item {
	if len(p.fulls) == 0 || len(p.spare) == 0 {
		return p.items
	}
	all := slices.Concat(p.items, p.spare)
	slices.SortStableFunc(all, func(x, y item) int { return cmp.Compare(x.putCall, y.putCall) })
	return all
}

// ordering is the problem in the form of the search.
func (p *problem) ordering() boundedfifo.Problem {
	candidates := p.candidates()
	out := boundedfifo.Problem{
		Capacity: p.config.Capacity, Drained: p.closing.drained,
		Items: make([]boundedfifo.Item, len(candidates)), Empties: refusals(p.empties), Fulls: refusals(p.fulls),
	}
	for i, it := range candidates {
		out.Items[i] = boundedfifo.Item{
			PutCall: it.putCall, PutRet: it.putRet, GetCall: it.getCall, GetRet: it.getRet,
			Got: it.get != none, Optional: it.get == none && p.calls[it.put].Pending(),
		}
	}
	for _, t := range p.takers {
		out.Takers = append(out.Takers, p.calls[t].Call)
	}
	return out
}

func refusals(ws []window) []boundedfifo.Refusal {
	out := make([]boundedfifo.Refusal, len(ws))
	for i, w := range ws {
		out[i] = boundedfifo.Refusal{Call: w.call, Return: w.ret}
	}
	return out
}

// sequence runs the search.
func (p *problem) sequence(o Options) boundedfifo.Result {
	q := p.ordering()
	limits := boundedfifo.Options{Steps: o.Budget.Steps, Progress: o.Progress}
	if limits.Steps == 0 {
		limits.Steps = stepsPerItem * int64(len(q.Items)+100)
	}
	if o.Context != nil {
		limits.Stop = func() bool { return o.Context.Err() != nil }
	}
	return boundedfifo.Search(q, limits)
}

// diagnose finds the code for a history in which the monitors found nothing wrong and
// which no sequence explains. It leaves out one kind of answer after the other: the
// one without which a sequence exists is wrong.
func (p *problem) diagnose(at int64, o Options) {
	near := p.around(at)
	if len(p.fulls) > 0 {
		q := *p
		q.fulls = nil
		if q.sequence(o).Outcome == boundedfifo.Explained {
			var ops []int32
			for _, w := range p.fulls {
				if w.call <= at && w.ret >= at || len(ops) == 0 {
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

// around are the sends of the items that may have been inside at a time.
func (p *problem) around(at int64) []int32 {
	var ops []int32
	for _, it := range p.candidates() {
		if it.putCall <= at && it.getRet >= at {
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
		return q.sequence(o).Outcome == boundedfifo.Explained
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
