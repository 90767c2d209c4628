package check

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// waiting is an operation that does not return, and the place where it waits.
type waiting struct {
	call  record.Call
	name  string // of the process
	state string // of its goroutine
	at    string
	stack string
}

// waiters are the operations that have not returned.
func (r *run) waiters() []waiting {
	all := map[int64]goroutine{}
	for _, g := range goroutines() {
		all[g.id] = g
	}
	var out []waiting
	for _, p := range r.procs {
		if c, ok := p.log.Open(); ok && (p.done == nil || !p.finished()) {
			g := all[p.gid.Load()]
			out = append(out, waiting{c, p.name, g.state, g.top(), g.stack})
		}
	}
	return out
}

// locked reports whether the operation waits for a mutex.
func (w waiting) locked() bool {
	return strings.HasPrefix(w.state, "sync.Mutex") || strings.HasPrefix(w.state, "sync.RWMutex")
}

func (w waiting) String() string {
	s := fmt.Sprintf("%s waits in %v", w.name, w.call.Kind)
	if w.at != "" {
		s += " (" + w.state + " in " + w.at + ")"
	}
	return s
}

// stuck says why a run in which nobody goes on should have gone on. To tell a
// lost item from a lost wakeup it lets another process ask the object.
func (r *run) stuck(b buffering, ws []waiting) []finding {
	if b.streams() {
		return r.stuckStream(b, ws)
	}
	kinds, capacity := b.kinds, b.capacity
	held, closed := r.account(b)
	var calls []record.Call
	var send, recv *waiting
	for i := range ws {
		w := &ws[i]
		calls = append(calls, w.call)
		switch k := w.call.Kind; {
		case k == model.TrySend || k == model.TryRecv:
			return []finding{{w.code(verdict.LostWakeup), fmt.Sprintf("%v must answer at once", w), calls}}
		case k == model.SendContext || k == model.RecvContext:
			return []finding{{w.code(verdict.LostWakeup), fmt.Sprintf("%v, though its context is done", w), calls}}
		case k == model.Close:
			return []finding{{w.code(verdict.LostWakeup), fmt.Sprintf("%v must not wait", w), calls}}
		case closed:
			return []finding{{w.code(verdict.LostWakeup), fmt.Sprintf("%v, though the close has returned", w), calls}}
		case k.Sends():
			send = w
		default:
			recv = w
		}
	}
	words := state(held, capacity)
	switch {
	case capacity == 0 && send != nil && recv != nil:
		return []finding{{send.code(verdict.LostWakeup), fmt.Sprintf("%v and %v: both are there and do not meet", send, recv), calls}}
	case (recv != nil || len(ws) == 0) && held > 0:
		return r.stuckReceiver(kinds, recv, held, calls, words)
	case send != nil && capacity != 0 && (capacity == Unbounded || held < capacity):
		if code, ok := r.probe(kinds, model.TrySend); ok && code == verdict.Deadlock {
			return []finding{{code, fmt.Sprintf("%v while %s, and try_send by another process does not return either", send, words), calls}}
		}
		return []finding{{send.code(verdict.LostWakeup), fmt.Sprintf("%v while %s", send, words), calls}}
	case len(ws) == 0:
		return nil // everybody polls, and the refusals are right
	}
	return []finding{{verdict.Deadlock, nobody + list(ws), calls}}
}

// stuckStream is stuck for a stream.
func (r *run) stuckStream(b buffering, ws []waiting) []finding {
	fs, _ := b.decide(r.history(record.Stuck), r.itemName)
	for i := range fs {
		for _, w := range ws {
			if fs[i].code == verdict.LostWakeup && len(fs[i].witness) == 1 && fs[i].witness[0].Call == w.call.Call {
				fs[i].code = w.code(verdict.LostWakeup)
				fs[i].message = w.name + ": " + fs[i].message
				if w.at != "" {
					fs[i].message += " (" + w.state + " in " + w.at + ")"
				}
			}
		}
	}
	if len(fs) == 0 && len(ws) > 0 {
		fs = []finding{{verdict.Deadlock, nobody + list(ws), nil}}
	}
	return fs
}

// nobody begins the message about a run in which every wait is right by itself.
const nobody = "nobody can go on: "

// code is the fault of an operation that waits in vain: for a mutex that its
// holder does not release it is a deadlock.
func (w *waiting) code(other verdict.Code) verdict.Code {
	if w.locked() {
		return verdict.Deadlock
	}
	return other
}

func (r *run) stuckReceiver(kinds []model.Kind, recv *waiting, held int, calls []record.Call, words string) []finding {
	who := "every consumer polls in vain"
	code := verdict.LostWakeup
	if recv != nil {
		who, code = recv.String(), recv.code(verdict.LostWakeup)
	}
	found, ok := r.probe(kinds, model.TryRecv)
	switch {
	case ok && found == verdict.Deadlock:
		return []finding{{found, fmt.Sprintf("%s while %s, and try_recv by another process does not return either", who, words), calls}}
	case ok && found == verdict.LostItem:
		return []finding{{found, fmt.Sprintf("%s accepted, never delivered, and nothing holds them: %s, and try_recv by another process answers empty", plural(held, "item was", "items were"), who), calls}}
	}
	return []finding{{code, fmt.Sprintf("%s while %s", who, words), calls}}
}

// probe lets another process ask the object: it may hang too (Deadlock), be
// refused (LostItem), or succeed (LostWakeup). ok is false if there is no such
// operation.
func (r *run) probe(kinds []model.Kind, k model.Kind) (code verdict.Code, ok bool) {
	if !has(kinds, k) {
		return "", false
	}
	p := r.proc("probe")
	op := model.Op{Kind: k}
	if k.Sends() {
		op.Value = p.item()
	}
	for range pollAttempts {
		res, end := p.alone(plain, op)
		switch {
		case end != record.Complete:
			return verdict.Deadlock, true
		case p.crash != nil:
			return "", false
		case res.Status == OK:
			return verdict.LostWakeup, true
		}
		yield(1)
	}
	return verdict.LostItem, true
}

// state is the contents in words.
func state(held, capacity int) string {
	s := plural(max(held, 0), "item is held", "items are held")
	if capacity > 0 {
		s += fmt.Sprintf(" and the capacity is %d", capacity)
	}
	return s
}

func list(ws []waiting) string {
	words := make([]string, len(ws))
	for i, w := range ws {
		words[i] = w.String()
	}
	return strings.Join(words, "; ")
}
