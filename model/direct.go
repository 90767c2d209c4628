package model

import (
	"fmt"
	"slices"
	"strings"
)

// DirectConfig says what direct message passing promises.
type DirectConfig struct {
	// Capacity is how many messages each direction of a link holds: 0 for a
	// rendezvous, [NoLimit] for no limit.
	Capacity  int
	Refusals  Refusals // as in [BufferConfig]
	Deadlines Refusals
	Sizes     Sizes
	// Asymmetric lets a receive name nobody ([AnyPeer]) and learn who sent.
	// Otherwise sender and receiver name each other.
	Asymmetric bool
	// OneWay makes each link run in the direction of its first message only.
	OneWay bool
}

// Validate says what is wrong with the configuration, if anything.
func (c DirectConfig) Validate() error {
	r := c.rules()
	if err := r.check(); err != nil {
		return err
	}
	return c.Sizes.check()
}

func (c DirectConfig) rules() rules {
	return rules{capacity: c.Capacity, refusals: c.Refusals, deadlines: c.Deadlines}
}

// Direct specifies direct message passing: send(P, m) and receive(Q, m) name the
// other process, or receive(id, m) takes from anyone and tells who it was.
//
// A link joins exactly two processes, and two processes have at most one. The
// first message between them sets it up; an operation that waits or is refused
// does not. Each direction is a queue of its own, so messages from one process
// to another keep their order and others have none. Processes have numbers from
// 0; naming oneself, or nobody where somebody must be named, gets [WrongPeer],
// and so does using a one-way link against its direction; a receive from
// [AnyPeer] with symmetric addressing is [Unsupported]. There is no [Close].
type Direct struct {
	rules      rules
	sizes      Sizes
	asymmetric bool
	oneWay     bool
	name       string
}

var _ Spec = (*Direct)(nil)

// NewDirect returns the specification. It panics if the configuration is not
// valid; [DirectConfig.Validate] tells beforehand.
func NewDirect(c DirectConfig) *Direct {
	must("direct links", c.Validate())
	d := &Direct{rules: c.rules(), sizes: c.Sizes, asymmetric: c.Asymmetric, oneWay: c.OneWay}
	var b strings.Builder
	b.WriteString("direct links ")
	b.WriteString(d.rules.level())
	if d.oneWay {
		b.WriteString(", one way")
	}
	if d.asymmetric {
		b.WriteString(", asymmetric addressing")
	} else {
		b.WriteString(", symmetric addressing")
	}
	b.WriteString(named(d.sizes))
	b.WriteString(d.rules.extras())
	d.name = b.String()
	return d
}

// Name implements [Spec].
func (d *Direct) Name() string { return d.name }

// Init implements [Spec].
func (d *Direct) Init() State { return &directState{d: d} }

func (d *Direct) address(op Op) string {
	switch {
	case op.Kind.Sends():
		return fmt.Sprintf("to %d", op.Peer)
	case op.Peer == AnyPeer:
		return "from anyone"
	}
	return fmt.Sprintf("from %d", op.Peer)
}

// Step implements [Spec].
func (d *Direct) Step(s State, op Op) []Outcome {
	st := s.(*directState)
	return d.rules.refuse(s, op, d.step(st, op))
}

func (d *Direct) step(s *directState, op Op) []Outcome {
	if st := d.objection(s, op); st != OK {
		return answer(s, st)
	}
	if op.Kind.Sends() {
		return d.rules.send(s, s.queue(op.Proc, op.Peer), op, func(q queue) State {
			return s.with(op.Proc, op.Peer, q)
		})
	}
	var out []Outcome
	for _, l := range s.links {
		from := l.other(op.Proc)
		if from < 0 || op.Peer != AnyPeer && op.Peer != from {
			continue
		}
		out = d.rules.recv(out, s.queue(from, op.Proc), from, func(q queue) State {
			return s.with(from, op.Proc, q)
		})
	}
	return out
}

// objection is what stands in the way of a send or receive, [OK] if nothing
// does.
func (d *Direct) objection(s *directState, op Op) Status {
	sends, receives := op.Kind.Sends(), op.Kind.Receives()
	if !sends && !receives {
		return Unsupported
	}
	if receives && op.Peer == AnyPeer {
		switch {
		case !d.asymmetric:
			return Unsupported
		case op.Proc < 0:
			return WrongPeer
		}
		return OK
	}
	from, to := op.Proc, op.Peer
	if receives {
		from, to = to, from
	}
	switch {
	case from < 0 || to < 0 || from == to:
		return WrongPeer
	case d.oneWay && s.against(from, to):
		return WrongPeer
	case sends && !d.sizes.allow(op.Size):
		return WrongSize
	}
	return OK
}

// Joint implements [Spec].
func (d *Direct) Joint(s State, x, y Op) []JointOutcome {
	st := s.(*directState)
	if !d.rules.meet(x, y) {
		return nil
	}
	from, to := x, y
	if y.Kind.Sends() {
		from, to = y, x
	}
	if from.Peer != to.Proc || to.Peer != AnyPeer && to.Peer != from.Proc {
		return nil
	}
	if d.objection(st, x) != OK || d.objection(st, y) != OK {
		return nil
	}
	return met(st.with(from.Proc, to.Proc, queue{}), x, y, from.Proc)
}

// Decode implements [Spec].
func (d *Direct) Decode(key string) (State, error) {
	k := keyReader{key: key}
	s := &directState{d: d}
	for range k.count(0) {
		var l link
		l.ends = [2]int{int(k.varint()), int(k.varint())}
		if l.ends[0] < 0 || l.ends[0] >= l.ends[1] {
			k.fail("a link between %d and %d", l.ends[0], l.ends[1])
		}
		if i := len(s.links); i > 0 && slices.Compare(s.links[i-1].ends[:], l.ends[:]) >= 0 {
			k.fail("links out of order")
		}
		if d.oneWay {
			back := k.uvarint()
			if back > 1 {
				k.fail("direction %d", back)
			}
			l.back = back == 1
			l.queues[back&1] = d.rules.readQueue(&k)
		} else {
			l.queues[0] = d.rules.readQueue(&k)
			l.queues[1] = d.rules.readQueue(&k)
		}
		if l.queues[0].closed || l.queues[1].closed {
			k.fail("a closed link")
		}
		s.links = append(s.links, l)
	}
	if err := k.end(d); err != nil {
		return nil, err
	}
	return s, nil
}

// directState is the links that are set up, by their ends.
type directState struct {
	d     *Direct
	links []link
}

// link joins two processes.
type link struct {
	ends   [2]int   // the lower number first
	queues [2]queue // from the lower to the higher, and back
	back   bool     // a one-way link runs from the higher to the lower
}

// other is the process to which the link joins p, negative if it does not.
func (l *link) other(p int) int {
	switch p {
	case l.ends[0]:
		return l.ends[1]
	case l.ends[1]:
		return l.ends[0]
	}
	return -1
}

// find returns the index of the link between two processes, or where it would
// be.
func (s *directState) find(p, q int) (int, bool) {
	ends := [2]int{min(p, q), max(p, q)}
	return slices.BinarySearchFunc(s.links, ends, func(l link, e [2]int) int { return slices.Compare(l.ends[:], e[:]) })
}

// direction is the index of the queue from one process to another.
func direction(from, to int) int {
	if from < to {
		return 0
	}
	return 1
}

// queue is what is on its way between two processes.
func (s *directState) queue(from, to int) queue {
	if at, ok := s.find(from, to); ok {
		return s.links[at].queues[direction(from, to)]
	}
	return queue{}
}

// against reports whether there is a link that runs from to to from.
func (s *directState) against(from, to int) bool {
	at, ok := s.find(from, to)
	return ok && s.links[at].back != (direction(from, to) == 1)
}

// with returns the state with another queue between two processes. It sets the
// link up where there is none.
func (s *directState) with(from, to int, q queue) State {
	at, ok := s.find(from, to)
	links := make([]link, 0, len(s.links)+1)
	links = append(links, s.links...)
	if !ok {
		links = slices.Insert(links, at, link{ends: [2]int{min(from, to), max(from, to)}})
		links[at].back = s.d.oneWay && from > to
	}
	links[at].queues[direction(from, to)] = q
	return &directState{s.d, links}
}

func (s *directState) Key() string {
	var buf [64]byte
	b := appendCount(buf[:0], len(s.links))
	for _, l := range s.links {
		b = appendInt(b, l.ends[0])
		b = appendInt(b, l.ends[1])
		if s.d.oneWay {
			b = appendCount(b, way(l))
			b = s.d.rules.appendQueue(b, l.queues[way(l)])
			continue
		}
		b = s.d.rules.appendQueue(b, l.queues[0])
		b = s.d.rules.appendQueue(b, l.queues[1])
	}
	return string(b)
}

// way is the index of the queue of a one-way link.
func way(l link) int {
	if l.back {
		return 1
	}
	return 0
}

func (s *directState) String() string {
	if len(s.links) == 0 {
		return "no links"
	}
	var words []string
	for _, l := range s.links {
		for i, q := range l.queues {
			if s.d.oneWay && i != way(l) {
				continue
			}
			words = append(words, fmt.Sprintf("%d->%d %s", l.ends[i], l.ends[1-i], s.d.rules.words(q)))
		}
	}
	return strings.Join(words, ", ")
}

// Holds reports whether a value is on its way on one of the links.
func (s *directState) Holds(v int64) bool {
	return slices.ContainsFunc(s.links, func(l link) bool { return l.queues[0].holds(v) || l.queues[1].holds(v) })
}
