package linear

import (
	"fmt"
	"math"
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

const (
	never  = record.Never
	always = math.MinInt64
)

// item is one value on its way through the buffer. Times are those between which
// it entered and left; both ends are included.
type item struct {
	putCall, putRet int64
	getCall, getRet int64 // never: it has not left
	put, get        int32 // operations of the history; get is none if nobody has got it
}

const none = -1

// window is a refusal that must be explained: at some time from call to ret the
// buffer was empty, or full.
type window struct {
	call, ret int64
	op        int32
}

// problem is a history of values that each enter once, in the form that the
// monitors work on.
type problem struct {
	config model.BufferConfig
	calls  []record.Call
	name   func(v int64) string

	// items entered certainly; they come by call of their put. spare may have
	// entered, with nobody getting them: their send has not returned, or may have
	// dropped them.
	items, spare []item
	takers       []int32 // receives that have not returned, by call
	empties      []window
	fulls        []window
	closing      closing

	kept     []int32 // completed puts that nobody got, by return
	byReturn []int32 // items by return of their put, made when it is needed

	found []Finding
	// outside says why the monitors do not apply, doubt why a history in which
	// they find nothing is not yet explained.
	outside, doubt string
}

// closing is what the history tells about the close.
type closing struct {
	closed  bool  // there was one, certainly
	by      int64 // it took effect not later than this
	byOp    int32 // the operation that says so
	from    int64 // nor earlier than this
	drained int64 // by then all items had left; never if nothing says so
	drainer int32 // the receive that says so
}

func (p *problem) blame(code verdict.Code, ops []int32, format string, args ...any) {
	p.found = append(p.found, Finding{Code: code, Message: fmt.Sprintf(format, args...), Witness: p.witness(ops)})
}

// witness are the operations of these numbers.
func (p *problem) witness(ops []int32) []record.Call {
	var out []record.Call
	for _, i := range ops {
		if i != none { // none: nobody is known to have got it
			out = append(out, p.calls[i])
		}
	}
	return out
}

// newProblem reads the history, which is sorted. It takes O(n) time but for the sorting of what
// was never received.
func newProblem(config model.BufferConfig, h record.History, name func(v int64) string) *problem {
	p := &problem{config: config, calls: h.Calls, name: name}
	if p.name == nil {
		p.name = itemName
	}
	table := p.collect()
	if p.outside != "" {
		return p
	}
	p.pair(table)
	p.close()
	p.constrain()
	return p
}

func itemName(v int64) string { return fmt.Sprintf("item %d", v) }

// collect finds the items and the receives that have not returned.
func (p *problem) collect() *values {
	n := 0
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for i := range p.calls {
		if c := &p.calls[i]; c.Kind.Sends() && (c.Pending() || c.Status == model.OK) {
			n++
			least, most = min(least, c.Value), max(most, c.Value)
		}
	}
	table := newValues(n, least, most)
	p.items = make([]item, 0, n)
	for i := range p.calls {
		c := &p.calls[i]
		switch {
		case c.Kind.Sends() && (c.Pending() || c.Status == model.OK):
			if !table.add(c.Value, int32(len(p.items))) {
				p.outside = fmt.Sprintf("%s is sent more than once", p.name(c.Value))
				return nil
			}
			p.items = append(p.items, item{c.Call, c.Return, never, never, int32(i), none})
		case c.Kind.Receives() && c.Pending():
			p.takers = append(p.takers, int32(i))
		}
	}
	return table
}

// pair finds for every receive the send of what it got.
func (p *problem) pair(table *values) {
	var again, invented, late, refused []int32
	for i := range p.calls {
		c := &p.calls[i]
		if !c.Kind.Receives() || !c.Done() {
			continue
		}
		k, ok := table.find(c.Value)
		switch {
		case !ok:
			invented = append(invented, int32(i))
		case p.items[k].get != none:
			again = append(again, int32(i))
		default:
			it := &p.items[k]
			it.get, it.getCall, it.getRet = int32(i), c.Call, c.Return
			if it.putCall > it.getRet {
				late = append(late, int32(i))
			}
		}
	}
	for _, i := range invented {
		for k := range p.calls { // whether somebody tried to send it
			if c := &p.calls[k]; c.Kind.Sends() && c.Value == p.calls[i].Value {
				refused = append(refused, int32(k), i)
				break
			}
		}
		if len(refused) > 0 {
			break
		}
		if len(invented) > 64 {
			break
		}
	}
	switch {
	case len(refused) > 0:
		s, r := &p.calls[refused[0]], &p.calls[refused[1]]
		p.blame(verdict.InventedItem, refused, "%s was delivered, though its %v had answered %v", p.name(r.Value), s.Kind, s.Status)
	case len(invented) > 0:
		p.blame(verdict.InventedItem, invented[:1], "%s was delivered, and nobody had sent it", p.name(p.calls[invented[0]].Value))
	case len(late) > 0:
		k, _ := table.find(p.calls[late[0]].Value)
		p.blame(verdict.InventedItem, []int32{late[0], p.items[k].put}, "%s was delivered before anybody had sent it", p.name(p.calls[late[0]].Value))
	}
	if len(again) > 0 {
		k, _ := table.find(p.calls[again[0]].Value)
		it := p.items[k]
		p.blame(verdict.DuplicatedItem, []int32{it.put, it.get, again[0]}, "%s was delivered twice", p.name(p.calls[again[0]].Value))
	}
	// What was never received.
	kept := p.items[:0]
	closing := p.firstClose()
	for i := range p.items {
		it := p.items[i]
		if it.get == none && (p.calls[it.put].Pending() || p.mayDrop(&it, closing)) {
			p.spare = append(p.spare, it)
			continue
		}
		if it.get != none && it.putCall > it.getRet {
			it.getCall, it.getRet = never, never // blamed already
			it.get = none
			continue
		}
		kept = append(kept, it)
	}
	p.items = kept
	for i := range p.items {
		if p.items[i].get == none {
			p.kept = append(p.kept, int32(i))
		}
	}
	order := byKey(len(p.kept), func(i int32) int64 { return p.items[p.kept[i]].putRet })
	for i, k := range order {
		order[i] = p.kept[k]
	}
	p.kept = order
}

// uncounted finds, where values are sent more than once, one that was delivered
// more often than it was sent.
func (p *problem) uncounted() {
	left := map[int64]int{}
	sends := map[int64]int32{}
	for i := range p.calls {
		if c := &p.calls[i]; c.Kind.Sends() && (c.Pending() || c.Status == model.OK) {
			left[c.Value]++
			sends[c.Value] = int32(i)
		}
	}
	for i := range p.calls {
		c := &p.calls[i]
		if !c.Kind.Receives() || !c.Done() {
			continue
		}
		if left[c.Value]--; left[c.Value] >= 0 {
			continue
		}
		if s, ok := sends[c.Value]; ok {
			p.blame(verdict.DuplicatedItem, []int32{s, int32(i)}, "%s was delivered more often than it was sent", p.name(c.Value))
		} else {
			p.blame(verdict.InventedItem, []int32{int32(i)}, "%s was delivered, and nobody had sent it", p.name(c.Value))
		}
		return
	}
}

// A lossy buffer drops what it has no room for, and one that ignores sends drops what
// comes after the close. An item that was accepted and never received may then be one
// of those; the monitors know of it only that it may have entered.

// mayDrop reports whether the item, which nobody received, may have been dropped by
// promise. closing is the call of the first close.
func (p *problem) mayDrop(it *item, closing int64) bool {
	may := p.lossy() || p.config.IgnoreSends && it.putRet >= closing
	if may && p.doubt == "" && p.config.Capacity != 0 { // the search knows no rendezvous
		p.doubt = "items may have been dropped in several ways"
	}
	return may
}

// lossy reports whether items may have been dropped for want of room.
func (p *problem) lossy() bool {
	return p.config.Loss != model.Lossless && p.config.Capacity != model.NoLimit
}

// firstClose is when close was first called; never if it was not.
func (p *problem) firstClose() int64 {
	for i := range p.calls {
		if p.calls[i].Kind == model.Close {
			return p.calls[i].Call
		}
	}
	return never
}

// match gives the items that nobody is known to have got to the receives that
// have not returned: in the order in which the sends returned to those in the
// order of their calls.
func (p *problem) match(kept []int32) {
	for n, i := range kept {
		it := &p.items[i]
		it.getCall, it.getRet = never, never
		if n < len(p.takers) {
			it.getCall, it.getRet = p.calls[p.takers[n]].Call, p.closing.drained
		}
	}
}

// sorted are the items by return of their put.
func (p *problem) sorted() []int32 {
	if p.byReturn == nil {
		p.byReturn = byKey(len(p.items), func(i int32) int64 { return p.items[i].putRet })
	}
	return p.byReturn
}

// mode is what the answer promises, for an operation that was refused.
func (p *problem) mode(c *record.Call) model.Refusals {
	if c.Status == model.Deadline {
		return p.config.Deadlines
	}
	return p.config.Refusals
}

// constrain collects the refusals that need an explanation.
func (p *problem) constrain() {
	for i := range p.calls {
		c := &p.calls[i]
		if c.Kind > model.Close && !c.Pending() && c.Status != model.Failed {
			p.doubt = fmt.Sprintf("%v is an operation of which the monitors know nothing", c.Kind)
			continue
		}
		if c.Pending() || c.Status == model.OK || c.Status == model.Closed || c.Kind == model.Close {
			continue
		}
		refusal, can := c.Kind.Refusal()
		if c.Status == model.Full || c.Status == model.Empty || c.Status == model.Deadline {
			if !can || c.Status != refusal {
				p.blame(verdict.FalseRefusal, []int32{int32(i)}, "%v answered %v, which it never may", c.Kind, c.Status)
				continue
			}
		} else {
			if c.Status != model.Failed {
				p.doubt = fmt.Sprintf("%v answered %v, of which the monitors know nothing", c.Kind, c.Status)
			}
			continue
		}
		mode := p.mode(c)
		if mode == model.Spurious {
			continue
		}
		excused := mode.Excused(c.Op())
		if c.Call > p.closing.by && !(excused && (c.Kind.Receives() || p.config.IgnoreSends)) {
			p.blame(verdict.BrokenBoundary, []int32{p.closing.byOp, int32(i)}, "%s, yet %v, called after that, answered %v", p.closedBy(), c.Kind, c.Status)
			continue
		}
		if excused {
			if c.Call > p.closing.by && c.Kind.Receives() {
				p.weakAfterClose(c, int32(i))
			}
			continue
		}
		w := window{c.Call, min(c.Return, p.closing.by), int32(i)}
		if c.Kind.Sends() {
			p.fulls = append(p.fulls, w)
		} else {
			p.empties = append(p.empties, w)
		}
	}
}

// weakAfterClose looks at a refused receive that was called when the buffer was
// closed. It may be refused only while something is left.
func (p *problem) weakAfterClose(c *record.Call, i int32) {
	left := len(p.spare) > 0 || slices.ContainsFunc(p.items, func(it item) bool { return it.getRet >= c.Call })
	if left {
		p.doubt = "a receive was refused after the close"
		return
	}
	p.blame(verdict.BrokenBoundary, []int32{p.closing.byOp, i}, "%s and everything had been received, yet %v answered %v", p.closedBy(), c.Kind, c.Status)
}
