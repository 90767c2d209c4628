package linear

import (
	"github.com/ipccheck/ipccheck/check/linear/internal/boundedfifo"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

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
	if p.wentOn(o) {
		p.blame(verdict.BrokenBoundary, append([]int32{p.closing.byOp}, near...), "%s, and a send that was under way went on all the same: no order of these operations keeps to the capacity of %d if all came before the close",
			p.closedBy(), p.config.Capacity)
		return
	}
	p.blame(verdict.Overflow, near, "no order of these operations keeps to the capacity of %d", p.config.Capacity)
}

// wentOn reports whether it is the close alone that stands in the way of an order.
func (p *problem) wentOn(o Options) bool {
	open, ok := unclosed(record.History{Calls: p.calls})
	if !ok || p.closing.byOp == none {
		return false
	}
	q := newProblem(p.config, open, p.name)
	o.Drained = false
	q.faults(o)
	return len(q.found) == 0 && (q.roomy() || q.config.Order != model.FIFO || q.sequence(o).Outcome == boundedfifo.Explained)
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
