// Package workload makes histories of any length for tests and measurements.
package workload

import (
	"math/rand/v2"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Simulated is a history of n operations on a first-in-first-out buffer, by
// clients of which half send and half receive. Each takes effect at some moment
// between call and return, and they overlap.
func Simulated(n, clients, capacity int, seed uint64) record.History {
	r := rand.New(rand.NewPCG(seed, 1))
	type client struct {
		since int64
		value int64
		state int // 0 idle, 1 called, 2 has taken effect
	}
	cs := make([]client, clients)
	var queue []int64
	h := record.History{End: record.Complete, Calls: make([]record.Call, 0, n)}
	now, next, started := int64(0), int64(0), 0
	calls := [2]int{} // sends and receives called
	for len(h.Calls) < n {
		p := r.IntN(clients)
		c := &cs[p]
		send := p%2 == 0
		switch c.state {
		case 0:
			side := p % 2
			if started == n || calls[side] == n/2 {
				continue
			}
			calls[side]++
			started++
			now++
			*c = client{since: now, state: 1}
			if send {
				next++
				c.value = next
			}
		case 1:
			switch {
			case send && (capacity < 0 || len(queue) < capacity):
				queue = append(queue, c.value)
				c.state = 2
			case !send && len(queue) > 0:
				c.value, queue = queue[0], queue[1:]
				c.state = 2
			}
		case 2:
			now++
			op := model.Op{Kind: model.Send, Proc: p, Value: c.value}
			if !send {
				op = model.Op{Kind: model.Recv, Proc: p}
			}
			h.Calls = append(h.Calls, record.NewCall(op, model.Result{Status: model.OK, Value: c.value, From: model.AnyPeer}, c.since, now))
			c.state = 0
		}
	}
	h.Sort()
	return h
}

// Damaged exchanges what two receives in the middle got, which are far enough
// apart that no order explains it.
func Damaged(h record.History) record.History {
	out := record.History{Calls: append([]record.Call(nil), h.Calls...), End: h.End}
	first := -1
	for i := len(out.Calls) / 2; i < len(out.Calls); i++ {
		if c := &out.Calls[i]; c.Kind.Receives() {
			if first < 0 {
				first = i
			} else if c.Call > out.Calls[first].Return+int64(len(out.Calls)/20) || i > len(out.Calls)*3/4 {
				c.Value, out.Calls[first].Value = out.Calls[first].Value, c.Value
				return out
			}
		}
	}
	return out
}
