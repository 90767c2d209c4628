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
	if recv := t.First(model.TryRecv, model.Recv); t.Has(model.Close) && !t.CloseAlone && t.Has(model.TrySend) && t.Has(recv) {
		add(Scope{Name: fmt.Sprintf("2 × try_send, close, %v", recv), Scripts: []Script{
			{Name: "producer 1", Ops: ops(model.TrySend, model.TrySend)},
			{Name: "closer", Ops: ops(model.Close, model.TrySend)},
			{Name: "consumer 1", Ops: ops(recv)},
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
	for _, s := range slices.Concat(closeWhileSending(t), otherForms(t), uneven(t)) {
		add(s)
	}
	return out
}

// closeWhileSending are scopes in which the buffer is closed while producers wait for
// room, and then emptied by who has closed it: what they find when there is room must be
// that it is closed.
func closeWhileSending(t *Terms) (out []Scope) {
	fill := t.First(model.TrySend, model.Send, model.SendContext)
	recv := t.First(model.Recv, model.TryRecv, model.RecvContext)
	if !t.Has(model.Close) || t.CloseAlone || !t.SendersWait() || t.Capacity > mostFilled || !t.Has(recv) {
		return nil
	}
	for _, send := range []model.Kind{model.Send, model.SendContext} {
		for n := 1; t.Has(send) && n <= min(2, t.Most(true)); n++ {
			s := group(send, recv, n, 0, 1)
			s.Name, s.Open = fmt.Sprintf("full, %d × %v, close %v", n, send, recv), true
			s.First = ops(slices.Repeat([]model.Kind{fill}, t.Capacity)...)
			then := append([]model.Kind{model.Close}, slices.Repeat([]model.Kind{recv}, t.Capacity+1)...)
			s.Scripts = append(s.Scripts, Script{Name: "closer", Ops: ops(then...)})
			out = append(out, s)
		}
	}
	return out
}

// mostFilled is the largest capacity that a scope fills.
const mostFilled = 2

// otherForms are the groups for a buffer whose operations make none of the pairs above:
// one that sends with one that receives, in the forms that it has.
func otherForms(t *Terms) (out []Scope) {
	if t.Has(model.Send) && t.Has(model.Recv) || t.Has(model.TrySend) && t.Has(model.TryRecv) {
		return nil
	}
	send := t.First(model.Send, model.SendContext, model.TrySend)
	recv := t.First(model.Recv, model.RecvContext, model.TryRecv)
	if !t.Has(send) || !t.Has(recv) {
		return nil
	}
	for _, d := range shapes {
		if d.producers <= t.Most(true) && d.consumers <= t.Most(false) {
			s := group(send, recv, d.producers, d.consumers, d.items)
			s.Open = !send.Waits() || !recv.Waits() // what does not wait may be refused
			out = append(out, s)
		}
	}
	return out
}

// uneven are scopes in which one of those who wait has to go on waiting, and the others
// must not wait with it.
func uneven(t *Terms) (out []Scope) {
	if !t.Has(model.Send) || !t.Has(model.Recv) || t.Lossy() {
		return nil
	}
	add := func(senders, receivers int) {
		if senders > t.Most(true) || receivers > t.Most(false) {
			return
		}
		s := group(model.Send, model.Recv, senders, 0, 1)
		for i := range receivers {
			s.Scripts = append(s.Scripts, Script{Name: fmt.Sprintf("consumer %d", i+1), Ops: ops(model.Recv)})
		}
		s.Name, s.Open = fmt.Sprintf("%d × send, %d × recv, uneven", senders, receivers), true
		out = append(out, s)
	}
	if t.SendersWait() && t.Capacity <= mostFilled {
		add(t.Capacity+2, 1)
	}
	add(1, 2)
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
	for k := range s.First {
		s.First[k].Value = int64(opsPerScript*len(s.Scripts) + k + 1)
	}
	s.Item = func(v int64) string {
		if p := int(v-1) / opsPerScript; v > 0 && p < len(s.Scripts) {
			return fmt.Sprintf("item %d of %s", (v-1)%opsPerScript+1, s.Scripts[p].Name)
		} else if p == len(s.Scripts) {
			return fmt.Sprintf("item %d from the beginning", (v-1)%opsPerScript+1)
		}
		return fmt.Sprintf("item %d", v)
	}
	return s
}
