package contract

import (
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/model"
)

// shapes are the numbers of producers and consumers of a scope, and how many items
// each producer sends.
var shapes = []struct{ producers, consumers, items int }{{1, 1, 2}, {1, 1, 3}, {2, 1, 1}, {1, 2, 2}, {2, 2, 1}, {2, 1, 2}}

// bufferScopes are the groups for a buffer: producers and consumers that wait or
// poll, a close, cancelled contexts.
func bufferScopes(t *Terms) (out []Scope) {
	add := func(s Scope) { out = append(out, numbered(s)) }
	for _, d := range shapes {
		if d.producers > t.Most(true) || d.consumers > t.Most(false) {
			continue
		}
		drops := t.Lossy() && d.producers*d.items > t.Capacity // then there are not items for all who wait
		if t.Has(model.Send) && t.Has(model.Recv) && !drops {
			add(group(model.Send, model.Recv, d.producers, d.consumers, d.items))
		}
		if t.Has(model.TrySend) && t.Has(model.TryRecv) && d.producers*d.items < 4 {
			add(group(model.TrySend, model.TryRecv, d.producers, d.consumers, d.items))
		}
	}
	if t.Has(model.Recv) && t.Has(model.Close) {
		for c := 1; c <= min(2, t.Most(false)); c++ {
			s := group(model.Send, model.Recv, 0, c, 0)
			s.Name = fmt.Sprintf("%d × recv, close", c)
			for i := range s.Scripts {
				s.Scripts[i].Ops = ops(model.Recv)
			}
			s.Scripts = append(s.Scripts, Script{Name: "closer", Ops: ops(model.Close)})
			add(s)
		}
	}
	if t.Has(model.Close) && !t.CloseAlone && t.Has(model.TrySend) && t.Has(model.TryRecv) {
		add(Scope{Name: "2 × try_send, close, try_recv", Scripts: []Script{
			{Name: "producer 1", Ops: ops(model.TrySend, model.TrySend)},
			{Name: "closer", Ops: ops(model.Close, model.TrySend)},
			{Name: "consumer 1", Ops: ops(model.TryRecv)},
		}})
	}
	if t.Has(model.Close) && !t.CloseAlone && t.Has(model.Send) && t.Has(model.Recv) {
		add(Scope{Name: "2 × send, close, recv", Open: true, Scripts: []Script{
			{Name: "producer 1", Ops: ops(model.Send, model.Send)},
			{Name: "closer", Ops: ops(model.Close)},
			{Name: "consumer 1", Ops: ops(model.Recv)},
		}})
	}
	if t.Has(model.SendContext) && t.Has(model.TryRecv) {
		add(Scope{Name: "2 × send_until cancelled, 2 × try_recv", Scripts: []Script{
			{Name: "producer 1", Ops: ops(model.SendContext, model.SendContext)},
			{Name: "consumer 1", Ops: ops(model.TryRecv, model.TryRecv)},
			{Name: "canceller", Cancels: true},
		}})
	}
	if t.Has(model.TrySend) && t.Has(model.TryRecv) && t.Capacity == 2 && t.Most(true) > 1 {
		add(Scope{Name: "try_send, 3 × try_send, try_recv", Scripts: []Script{
			{Name: "producer 1", Ops: ops(model.TrySend)},
			{Name: "producer 2", Ops: ops(model.TrySend, model.TrySend, model.TrySend)},
			{Name: "consumer 1", Ops: ops(model.TryRecv)},
		}})
	}
	if t.Has(model.RecvContext) && t.Has(model.Recv) && t.Has(model.TrySend) && t.Most(false) > 1 {
		add(Scope{Name: "recv_until cancelled, recv, try_send", Open: true, Scripts: []Script{
			{Name: "consumer 1", Ops: ops(model.RecvContext)},
			{Name: "consumer 2", Ops: ops(model.Recv)},
			{Name: "producer 1", Ops: ops(model.TrySend, model.TrySend)},
			{Name: "canceller", Cancels: true},
		}})
	}
	return out
}

// group is a scope of producers, each of which sends so many items, and consumers,
// which share them.
func group(send, recv model.Kind, producers, consumers, items int) Scope {
	s := Scope{Name: fmt.Sprintf("%d × %v, %d × %v", producers, send, consumers, recv)}
	for i := range producers {
		s.Scripts = append(s.Scripts, Script{Name: fmt.Sprintf("producer %d", i+1), Ops: ops(slices.Repeat([]model.Kind{send}, items)...)})
	}
	for i := range consumers {
		s.Scripts = append(s.Scripts, Script{Name: fmt.Sprintf("consumer %d", i+1), Ops: ops(slices.Repeat([]model.Kind{recv}, producers*items/consumers)...)})
	}
	return s
}

// opsPerScript is more than a process performs in a scope.
const opsPerScript = 10

// numbered gives every send of the scope an item of its own, which tells its
// process and operation.
func numbered(s Scope) Scope {
	for i, p := range s.Scripts {
		for k := range p.Ops {
			if p.Ops[k].Kind.Sends() {
				p.Ops[k].Value = int64(opsPerScript*i + k + 1)
			}
		}
	}
	s.Item = func(v int64) string {
		if p := int(v-1) / opsPerScript; v > 0 && p < len(s.Scripts) {
			return fmt.Sprintf("item %d of %s", (v-1)%opsPerScript+1, s.Scripts[p].Name)
		}
		return fmt.Sprintf("item %d", v)
	}
	return s
}
