package check

// Bounds of what goes through an object in turn: more items than a counter of eight bits
// counts, and than there is room for in an array that is thought to be large. So many are
// inside at once.
const (
	itemsInTurn  = 2_100
	meetings     = 2_100
	insideInTurn = 6
)

// turns fills the object and empties it, in turn, until small counters have wrapped around,
// and arrays that are not used again are full. Only what goes wrong is noted, with what was
// done since the object was empty.
func (r *run) turns(word string, holds int) {
	if holds == 0 {
		r.meet()
		return
	}
	send, recv := "send", "recv"
	if word == "try-turns" {
		send, recv = "try-send", "try-recv"
	}
	switch {
	case r.promise.Order == Bag:
		holds = 1
	case holds == Unbounded || holds > insideInTurn:
		holds = insideInTurn
	}
	for first := 0; first < itemsInTurn; first += holds {
		sent := make([]Status, holds)
		for k := range sent {
			if sent[k] = r.silent(send, itemInTurn(first+k), nil); sent[k] != OK {
				r.tell(send, recv, first, sent[:k+1], nil)
				return
			}
		}
		got := make([]received, holds)
		for k := range got {
			got[k].status = r.silent(recv, 0, &got[k].value)
			if got[k] != (received{OK, itemInTurn(first + k)}) {
				r.tell(send, recv, first, sent, got[:k+1])
				return
			}
		}
	}
}

// unfitForTurns says why the object cannot have items go through it in turn.
func (r *run) unfitForTurns(word string) string {
	waits := r.ops.Send != nil && r.ops.Recv != nil && !r.promise.Spins
	tries := r.ops.TrySend != nil && r.ops.TryRecv != nil
	switch {
	case word == "turns" && !waits:
		return "the object has no operations that wait without running in a loop"
	case word == "try-turns" && (waits || !tries):
		return "the object has operations that wait"
	}
	return ""
}

// itemInTurn is the item of a number: no number stands for nothing.
func itemInTurn(i int) int { return i - 1 }

// received is what a receive answers.
type received struct {
	status Status
	value  int
}

// silent performs an operation without a note.
func (r *run) silent(op string, value int, got *int) (s Status) {
	switch op {
	case "send":
		s = r.ops.Send(value)
	case "try-send":
		s = r.ops.TrySend(value)
	case "recv":
		*got, s = r.ops.Recv()
	case "try-recv":
		*got, s = r.ops.TryRecv()
	}
	return s
}

// tell notes operations that were performed.
func (r *run) tell(send, recv string, first int, sent []Status, got []received) {
	for k, s := range sent {
		r.called("main", send, itemInTurn(first+k), "")
		r.returned("main", s, 0)
	}
	for _, g := range got {
		r.called("main", recv, 0, "")
		r.returned("main", g.status, g.value)
	}
}

// meet has a sender and a receiver meet many times.
func (r *run) meet() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range meetings {
			r.ops.Send(itemInTurn(i))
		}
	}()
	for i := range meetings {
		v, s := r.ops.Recv()
		if s == OK && v == itemInTurn(i) {
			continue
		}
		r.tell("send", "recv", i, []Status{OK}, []received{{s, v}})
		return
	}
	<-done
}
