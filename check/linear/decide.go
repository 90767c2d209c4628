package linear

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/linear/internal/boundedfifo"
	"github.com/ipccheck/ipccheck/check/linear/internal/general"
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
	porcupineSearch   = general.Porcupine
	justInTimeSearch  = general.Search
)

// Decide says whether the specification explains the history, and if it does
// not, which fault shows.
//
// Of a [model.Buffer] whose items each are sent once it takes the monitors: they
// are exact, but for a bounded buffer that is not first in, first out and also refuses
// sends. First in, first out, per-producer order, no order, and rendezvous take
// O(n log n) time; a bounded buffer takes that and a search over the orders of
// what overlaps, which is linear in practice. Everything else goes to [Check], within
// the budget; of a [model.Stream] too, after [StreamFaults].
//
// In a stuck run every operation that still waits must have to wait: without them the
// others have an order that leads to a state in which all of them do.
func Decide(spec model.Spec, h record.History, o Options) Decision {
	h.Sort()
	if h.Touching() {
		return sequentially(spec, h, o)
	}
	return decide(spec, h, o)
}

// decide is [Decide] where no operations of one process touch.
func decide(spec model.Spec, h record.History, o Options) Decision {
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
		if b.Capacity() == 0 {
			if distinct, ok := met(h); ok {
				if d := buffer(b, distinct, o); d.Answer == Explained {
					return d
				}
			}
		}
		d := generally(b, h, o)
		if d.Answer == Unexplained && b.Capacity() == 0 && d.Findings[0].Code == verdict.NotLinearizable {
			if f, ok := unmet(h, p.name); ok {
				d.Findings = []Finding{f}
			}
		}
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
		e := rest.exactly(b, settled(h), o)
		if e.Answer == Explained && p.lossy() {
			if f, ok := emptyReceiver(b, h, o); ok {
				return Decision{Answer: Unexplained, Findings: []Finding{f}, Engine: porcupineSearch}
			}
		}
		if e.Answer != Unexplained {
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

// emptyReceiver finds, at the end of a stuck run that the specification explains, a
// receive that waits though the buffer cannot be empty: no order of the operations
// leaves it so. It does not depend on how the buffer refuses.
func emptyReceiver(b *model.Buffer, h record.History, o Options) (f Finding, ok bool) {
	var waiter *record.Call
	end := int64(0)
	for i := range h.Calls {
		c := &h.Calls[i]
		end = max(end, c.Call)
		switch {
		case c.Kind == model.Close && c.Done():
			return f, false // who waits after it is blamed already
		case !c.Pending():
			end = max(end, c.Return)
		case c.Kind == model.Recv:
			waiter = c
		}
	}
	if waiter == nil {
		return f, false
	}
	last := settled(h)
	probe := model.Op{Proc: int(waiter.Proc), Kind: model.Close}
	last.Calls = append(last.Calls, record.NewCall(probe, model.Result{From: model.AnyPeer}, end+1, end+2))
	probe.Kind = model.Recv
	last.Calls = append(last.Calls, record.NewCall(probe, model.Result{Status: model.Closed, From: model.AnyPeer}, end+3, end+4))
	if generally(b, last, o).Answer != Unexplained {
		return f, false
	}
	return Finding{Code: verdict.LostWakeup, Message: waiter.Kind.String() + " still waits, and no order of the operations leaves the buffer empty", Witness: []record.Call{*waiter}}, true
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
		d := explained(b, h, o)
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
	for l := range changes(len(p.items), func(i int) int64 { return p.items[i].putCall }, func(i int) int64 { return p.items[i].getRet }, true) {
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
	case boundedfifo.OutOfBudget:
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
