package linear

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Faults finds what is certainly wrong with the history of a buffer, each code
// once. It errs towards silence: a history in which it finds nothing need not be
// explained. Operations of which a buffer knows nothing are passed over. It takes
// O(n log n) time.
func Faults(config model.BufferConfig, h record.History, o Options) []Finding {
	h.Sort()
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
	if o.Drained || p.closing.drained != never {
		p.dropped()
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
