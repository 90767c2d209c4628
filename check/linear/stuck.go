package linear

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Blocked is an operation that is pending at the end of a stuck run and must not
// be.
type Blocked struct {
	Call    record.Call
	Message string        // "recv still waits while 1 item is inside"
	Witness []record.Call // the operations that show it; Call is one of them
}

// Stuck finds the operations that must not be pending at the end of a run in which
// nobody can go on: those that never wait, those that wait for what has happened
// (an item, room, the other side, a close), judged by the state that the completed
// operations have left. Each pending operation, alone, must have to wait there
// (Burckhardt, Dern, Musuvathi, Tan: Line-Up, PLDI 2010). What the state is follows
// from how much has come and gone, so the answer does not depend on an order of the
// operations.
//
// It takes the history for stuck whatever its End says, and knows buffers and
// streams; of any other specification it says nothing. It errs towards silence: the
// results of a stuck run may also need a pending operation to have taken effect,
// which [Decide] finds. It takes O(n log n) time.
func Stuck(spec model.Spec, h record.History, name func(v int64) string) []Blocked {
	h.Sort()
	switch spec := spec.(type) {
	case *model.Buffer:
		p := newProblem(spec.Config(), h, name)
		if p.outside != "" {
			return nil
		}
		return p.stuck()
	case *model.Stream:
		return stuckStream(spec.Config(), h, nameBytes(Options{Name: name}))
	}
	return nil
}

// stuck is [Stuck] for a buffer.
func (p *problem) stuck() []Blocked {
	var out []Blocked
	held := 0
	received := map[int32]int32{} // of sends: the receive of their item
	for i := range p.items {
		switch it := &p.items[i]; {
		case it.get != none && p.calls[it.put].Pending():
			received[it.put] = it.get
		case it.get == none:
			held++
		}
	}
	for i := range p.calls {
		c := &p.calls[i]
		if !c.Pending() {
			continue
		}
		k := int32(i)
		blocked := func(ops []int32, format string, args ...any) {
			out = append(out, Blocked{Call: *c, Message: p.blockedName(c) + " " + fmt.Sprintf(format, args...), Witness: p.witness(ops)})
		}
		get, passed := received[k]
		switch capacity := p.config.Capacity; {
		case passed:
			blocked([]int32{k, get}, "still waits though its item has been received")
		case !c.Kind.Waits():
			blocked([]int32{k}, "must answer at once, and does not return")
		case c.Kind == model.SendContext || c.Kind == model.RecvContext:
			blocked([]int32{k}, "still waits, and must not wait forever")
		case p.closing.closed:
			blocked([]int32{p.closing.byOp, k}, "still waits though %s", p.closedBy())
		case c.Kind.Sends() && p.lossy():
			blocked([]int32{k}, "still waits, and never may: what there is no room for is dropped")
		case capacity == 0:
		case c.Kind.Receives() && held > 0:
			blocked(append(p.some(held), k), "still waits while %s inside", words.Plural(held, "item is", "items are"))
		case c.Kind.Sends() && capacity == model.NoLimit:
			blocked([]int32{k}, "still waits, and there is no limit")
		case c.Kind.Sends() && held < capacity:
			blocked(append(p.some(held), k), "still waits while %s inside and the capacity is %d", words.Plural(held, "item is", "items are"), capacity)
		}
	}
	if p.config.Capacity == 0 {
		out = append(out, p.stuckRendezvous()...)
	}
	return out
}

// blockedName is a pending operation in words.
func (p *problem) blockedName(c *record.Call) string {
	if c.Kind.Sends() {
		return c.Kind.String() + " of " + p.name(c.Value)
	}
	return c.Kind.String()
}

// some are up to three of the sends whose items are still inside.
func (p *problem) some(held int) []int32 {
	var ops []int32
	for _, i := range p.kept[:min(held, 3, len(p.kept))] {
		ops = append(ops, p.items[i].put)
	}
	return ops
}

// stuckRendezvous finds a send and a receive that wait for each other.
func (p *problem) stuckRendezvous() []Blocked {
	var send, recv int32 = none, none
	for i := range p.calls {
		c := &p.calls[i]
		if !c.Pending() {
			continue
		}
		if c.Kind == model.Send {
			send = int32(i)
		}
		if c.Kind == model.Recv {
			recv = int32(i)
		}
	}
	if send == none || recv == none {
		return nil
	}
	s := &p.calls[send]
	return []Blocked{{Call: *s, Witness: p.witness([]int32{send, recv}),
		Message: fmt.Sprintf("%s and %v both wait, and do not meet", p.blockedName(s), p.calls[recv].Kind)}}
}

// stuckStream is [Stuck] for a stream.
func stuckStream(config model.StreamConfig, h record.History, name func(piece int64) string) []Blocked {
	inside, wanted := 0, 0 // bytes of what has returned, and of long writes that wait
	needed := 0            // by the shortest of the short ones
	closed := model.Kind(0)
	var read, short, long *record.Call
	for i := range h.Calls {
		c := &h.Calls[i]
		b, _ := model.Bytes(c.Value)
		switch {
		case c.Pending() && c.Kind.Receives():
			read = c
		case c.Pending() && c.Kind.Sends() && len(b) > config.Atomic:
			long, wanted = c, wanted+len(b)
		case c.Pending() && c.Kind.Sends():
			if short == nil || len(b) < needed {
				short, needed = c, len(b)
			}
		case c.Kind.Sends():
			inside += c.Result().N
		case c.Kind.Receives() && c.Done():
			inside -= len(b)
		case (c.Kind == model.Close || c.Kind == model.CloseRead && !config.HalfClose) && c.Done():
			closed = c.Kind
		}
	}
	blocked := func(c *record.Call, why string, args ...any) []Blocked {
		what := c.Kind.String()
		if c.Kind.Sends() {
			what += " of " + name(c.Value)
		}
		return []Blocked{{Call: *c, Message: what + " still waits " + fmt.Sprintf(why, args...), Witness: []record.Call{*c}}}
	}
	for i := range h.Calls {
		switch c := &h.Calls[i]; {
		case !c.Pending():
		case !c.Kind.Waits():
			return blocked(c, "and must answer at once")
		case c.Kind == model.SendContext || c.Kind == model.RecvContext:
			return blocked(c, "and must not wait forever")
		case closed != 0:
			return blocked(c, "though %v has returned", closed)
		case config.Capacity == 0 && c.Kind.Sends() && read == nil && taken(h, c):
			return blocked(c, "though all of it has been read")
		}
	}
	if config.Capacity == 0 && read == nil {
		return nil
	}
	unlimited := config.Capacity == model.NoLimit
	room := config.Capacity - inside
	switch {
	case read != nil && inside > 0:
		return blocked(read, "while %s inside", words.Plural(inside, "byte is", "bytes are"))
	case read != nil && long != nil:
		return blocked(long, "while somebody waits to read")
	case read != nil && short != nil:
		return blocked(short, "while somebody waits to read, and there is room")
	case long != nil && (unlimited || wanted <= room):
		return blocked(long, "while there is room for all that is being written")
	case short != nil && long == nil && (unlimited || needed <= room):
		return blocked(short, "while there is room for it")
	}
	return nil
}

// taken reports whether all bytes of the write have been read.
func taken(h record.History, write *record.Call) bool {
	b, _ := model.Bytes(write.Value)
	return !strings.ContainsFunc(b, func(x rune) bool {
		return !slices.ContainsFunc(h.Calls, func(c record.Call) bool {
			got, _ := model.Bytes(c.Value)
			return c.Kind.Receives() && c.Done() && strings.IndexByte(got, byte(x)) >= 0
		})
	})
}

// lostWakeups are the blocked operations of a stuck run as findings.
func lostWakeups(blocked []Blocked) []Finding {
	out := make([]Finding, len(blocked))
	for i, b := range blocked {
		out[i] = Finding{Code: verdict.LostWakeup, Message: b.Message, Witness: b.Witness}
	}
	return out
}

// settled is the history of a stuck run without what still waits: what waits has
// not taken effect, or it would have returned.
func settled(h record.History) record.History {
	if h.End != record.Stuck {
		return h
	}
	out := record.History{End: h.End, Calls: make([]record.Call, 0, len(h.Calls))}
	for _, c := range h.Calls {
		if !c.Pending() {
			out.Calls = append(out.Calls, c)
		}
	}
	return out
}
