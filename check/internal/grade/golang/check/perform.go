package check

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// T is what is needed of a *testing.T.
type T interface {
	Helper()
	Attr(key, value string)
	Skip(args ...any)
}

// wanted is the scenario to perform.
var wanted *Scenario

// Want says which scenario is performed: by its number in [Scenarios].
func Want(scenario int) { wanted = &Scenarios[scenario] }

// Quiet waits until nobody else can go on: synctest.Wait. The test files that are
// generated set it.
var Quiet func()

// perform performs the scenario that is wanted.
func perform(t T, build func(capacity int) Ops[int], p Promise) {
	t.Helper()
	if wanted == nil {
		t.Skip("no scenario is wanted")
	}
	n, ok := p.ask(wanted.Holds)
	if !ok && wanted.Long() && wanted.Holds > 0 {
		n, ok = p.most()
	}
	if !ok {
		t.Skip("no object of this kind holds so many items")
	}
	r := &run{t: t, promise: &p, phases: wanted.phases()}
	r.ops = build(n)
	if wanted.Neighbour() == Another {
		r.ops = r.ops.Beside(Another, build(n))
	}
	if why := r.unfit(); why != "" {
		t.Skip(why)
	}
	r.note("ipccheck.object", fmt.Sprintf(`{"Capacity":%d,"Order":%q,"Refusals":%q,"Spins":%t,"IdempotentClose":%t}`,
		p.holds(n), p.Order, p.Refusals, p.Spins, p.IdempotentClose || p.CloseAgain))
	if wanted.Long() {
		r.turns(wanted.Script, p.holds(n))
		return
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	for i := range r.phases {
		r.phase(i, &r.phases[i])
	}
}

// run is one execution of a scenario.
type run struct {
	t       T
	promise *Promise
	phases  []phase
	ops     Ops[int]
	ctx     context.Context
	cancel  func()
}

// unfit says why the object cannot perform the scenario; "" if it can.
func (r *run) unfit() string {
	if wanted.Long() {
		return r.unfitForTurns(wanted.Script)
	}
	for _, p := range r.phases {
		senders, receivers, closes := 0, 0, false
		group := p.groups
		if len(p.then) > 0 {
			group = append(slices.Clone(group), p.then)
			if r.promise.Spins {
				return "who waits on the object runs in a loop"
			}
		}
		for _, script := range group {
			sends, receives := false, false
			for _, word := range script {
				if !r.ops.has(word) {
					return "the object does not have: " + word
				}
				switch kindOf(word) {
				case "send", "try to send", "send with a context":
					sends = true
				case "receive", "try to receive", "receive with a context":
					receives = true
				case "close":
					closes = true
				}
			}
			if sends {
				senders++
			}
			if receives {
				receivers++
			}
		}
		if r.promise.Producers > 0 && senders > r.promise.Producers || r.promise.Consumers > 0 && receivers > r.promise.Consumers {
			return "the object is not made for so many goroutines"
		}
		if closes && senders > 0 && r.promise.CloseAlone && len(group) > 1 {
			return "the object is closed when nobody sends"
		}
	}
	return ""
}

// kinds are the operations, by their words in scripts, as they are noted.
var kinds = map[string]string{
	"send": "send", "recv": "receive", "recv*": "receive", "try-send": "try to send", "try-recv": "try to receive",
	"send-ctx": "send with a context", "recv-ctx": "receive with a context", "close": "close", "len": "length", "cancel": "cancel",
}

// kindOf is the operation that a word of a script is, on whichever object.
func kindOf(word string) string {
	word, _, _ = strings.Cut(word, "@")
	return kinds[word]
}

// phase runs the goroutines of a phase. It returns when all are done. The one of a phase
// that has no other runs where the test does.
func (r *run) phase(i int, p *phase) {
	if p.alone() {
		r.script("main", 100*i, p.groups[0])
		return
	}
	var all sync.WaitGroup
	names := called(i, p.groups)
	for k, script := range p.groups {
		all.Add(1)
		go func() {
			defer all.Done()
			r.script(names[k], 100*i+10*k, script)
		}()
	}
	if len(p.then) > 0 {
		Quiet()
		r.script("main", 100*i+10*len(p.groups), p.then)
	}
	if r.ops.Len != nil {
		Quiet()
		r.operation("main", "len", 0)
	}
	all.Wait()
}

// called are the names of the goroutines of a phase.
func called(i int, group [][]string) (names []string) {
	counts := map[string]int{}
	for _, script := range group {
		role := roles[kindOf(script[0])]
		counts[role]++
		name := fmt.Sprintf("%s %d", role, counts[role])
		if i > 0 {
			name += fmt.Sprintf(" of phase %d", i+1)
		}
		names = append(names, name)
	}
	return names
}

// roles are what the goroutines are called that begin with an operation.
var roles = map[string]string{
	"send": "sender", "try to send": "sender", "send with a context": "sender",
	"receive": "receiver", "try to receive": "receiver", "receive with a context": "receiver",
	"close": "closer", "length": "looker", "cancel": "canceller",
}

// mostReceived is more than a goroutine ever receives that receives until the end.
const mostReceived = 8

// script performs operations one after the other. What it sends is numbered from first.
func (r *run) script(name string, first int, script []string) {
	for k, word := range script {
		if word != "recv*" {
			r.operation(name, word, first+k+1)
			continue
		}
		for range mostReceived {
			if r.operation(name, word, 0) != "ok" {
				break
			}
		}
	}
}

// operation performs an operation, and notes when it was called, and what it answers.
func (r *run) operation(name, word string, value int) (status string) {
	ops, op := r.ops.at(word)
	r.called(name, op, value, where(word))
	got := 0
	var s Status
	switch op {
	case "send":
		s = ops.Send(value)
	case "recv", "recv*":
		got, s = ops.Recv()
	case "try-send":
		s = ops.TrySend(value)
	case "try-recv":
		got, s = ops.TryRecv()
	case "send-ctx":
		s = ops.SendContext(r.ctx, value)
	case "recv-ctx":
		got, s = ops.RecvContext(r.ctx)
	case "close":
		s = ops.Close()
	case "len":
		got = ops.Len()
	case "cancel":
		r.cancel()
	}
	return r.returned(name, s, got)
}

// called notes that an operation begins.
func (r *run) called(name, op string, value int, where string) {
	r.note("ipccheck.call", `{"Process":"`+name+`","Op":"`+kinds[op]+`","Value":`+strconv.Itoa(value)+`,"Where":"`+where+`"}`)
}

// returned notes what it has answered, and says that in a word.
func (r *run) returned(name string, s Status, got int) (status string) {
	status = words[s]
	if status == "" {
		status = "unknown"
	}
	r.note("ipccheck.return", `{"Process":"`+name+`","Status":"`+status+`","Value":`+strconv.Itoa(got)+`}`)
	return status
}

// words are those of the statuses that a buffer answers with.
var words = map[Status]string{OK: "ok", Full: "full", Empty: "empty", Deadline: "deadline", Closed: "closed"}

// note notes what has happened. It is no operation that the engine orders.
func (r *run) note(key, value string) { r.t.Attr(key, value) }
