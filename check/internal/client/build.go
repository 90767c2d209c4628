package client

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// state is a state of the program; K is an array of bytes.
type state[K comparable] struct {
	Ledger step.Ledger
	Object K // the length of the object's key, the key, zeroes
	PC     [maxProcesses]uint8
}

// builder makes the program's statements.
type builder[K comparable] struct {
	Config
	bytes  func(*K) []byte
	m      *step.Model[state[K]]
	ledger *step.Tracker[state[K]]
	sends  [][]model.Op // by producer and item
	recvs  [][]model.Op // by consumer: the alternatives
	// meets: some send and receive take effect together; alone: some send does
	// by itself.
	meets, alone bool
	direct       bool     // processes name each other
	names        []string // of the processes
	ends         uint8    // the control state of a producer that has ended
}

func build[K comparable](c Config, bytes func(*K) []byte) step.Program {
	b := &builder[K]{Config: c, bytes: bytes, ends: uint8(c.Items)}
	_, b.direct = c.Spec.(*model.Direct)
	b.calls()
	m := step.New[state[K]](c.Name)
	b.m = m
	m.Init(func(s *state[K]) { b.store(s, c.Spec.Init()) })
	m.PC(func(s *state[K], pid int) *uint8 { return &s.PC[pid] })
	m.Accept(b.accept)
	m.Show(func(s *state[K]) []step.Variable {
		// The ledger is left out: where there is no fault it repeats the object.
		return []step.Variable{
			{Name: c.Object, Value: b.load(s).String()},
			{Name: "PC", Value: fmt.Sprint(s.PC[:c.processes()])},
		}
	})
	b.promises()
	p := &program[K]{Model: m, b: b}
	b.producers()
	p.receive = b.consumers()
	if c.Close {
		b.closer()
	}
	for i, info := range m.Processes() {
		b.names = append(b.names, info.Name)
		if i < c.Producers {
			p.partners = append(p.partners, b.partners(i))
		}
	}
	p.meet = make([]bool, len(m.Statements()))
	for i, st := range m.Statements() {
		p.meet[i] = st.Text == meetText
	}
	return p
}

// calls works out the calls, and what they may do together.
func (b *builder[K]) calls() {
	for p := range b.Producers {
		var ops []model.Op
		for k := range b.Items {
			op := b.Send(p, k)
			op.Proc, op.Value = p, int64(b.item(p, k))
			ops = append(ops, op)
		}
		b.sends = append(b.sends, ops)
	}
	for i := range b.Consumers {
		ops := b.Recv(i)
		for j := range ops {
			ops[j].Proc = b.Producers + i
		}
		b.recvs = append(b.recvs, ops)
	}
	init := b.Spec.Init()
	for p, ops := range b.sends {
		b.meets = b.meets || len(b.partners(p)) > 0
		for _, op := range ops {
			for _, o := range b.Spec.Step(init, op) {
				b.alone = b.alone || o.Result.Status == model.OK
			}
		}
	}
	b.alone = b.alone || !b.meets
}

// partners are the alternatives of receiving that can meet a send of the
// producer.
func (b *builder[K]) partners(producer int) []int {
	var out []int
	init := b.Spec.Init()
	for alt := range b.recvs[0] {
		if b.canMeet(init, producer, alt) {
			out = append(out, alt)
		}
	}
	return out
}

func (b *builder[K]) canMeet(s model.State, producer, alt int) bool {
	for _, send := range b.sends[producer] {
		for _, ops := range b.recvs {
			if len(b.Spec.Joint(s, send, ops[alt])) > 0 {
				return true
			}
		}
	}
	return false
}

func (b *builder[K]) item(producer, k int) step.Item { return step.Item(producer*b.Items + k + 1) }

func (b *builder[K]) sender(i step.Item) int { return int(i-1) / b.Items }

func (b *builder[K]) lane(i step.Item) int { return b.Lane(b.sender(i), int(i-1)%b.Items) }

func (b *builder[K]) itemName(i step.Item) string {
	if b.Producers == 1 {
		return fmt.Sprintf("item %d", i)
	}
	return fmt.Sprintf("item %d, sent by producer %d,", i, b.sender(i)+1)
}

func (b *builder[K]) accept(s *state[K]) bool {
	if s.Ledger.N > 0 {
		return false
	}
	for _, pc := range s.PC[:b.Producers] {
		if pc != b.ends {
			return false
		}
	}
	if b.Close {
		for _, pc := range s.PC[b.Producers:b.processes()] {
			if pc == 0 {
				return false
			}
		}
	}
	return true
}

// promises registers the properties of buffers.
func (b *builder[K]) promises() {
	props := step.Props[state[K]]{
		Ledger:   func(s *state[K]) *step.Ledger { return &s.Ledger },
		Capacity: b.Capacity,
		Name:     b.itemName,
		Order:    b.Order,
	}
	lanes := b.lanes()
	switch {
	case b.Order == model.PerProducer && lanes == 1:
		props.Producer = b.sender
	case b.Order == model.PerProducer:
		props.Producer = func(i step.Item) int { return b.lane(i)*b.Producers + b.sender(i) }
	case b.Order == model.FIFO && lanes > 1:
		props.Order, props.Producer = model.PerProducer, b.lane
	}
	if lanes > 1 && b.Capacity != model.NoLimit {
		props.Capacity = model.NoLimit
		b.eachLane(lanes)
	}
	if _, ok := b.Spec.Init().(holder); ok {
		b.lost()
	}
	b.ledger = step.Buffer(b.m, props)
}

// eachLane limits what each queue holds.
func (b *builder[K]) eachLane(lanes int) {
	over := func(s *state[K]) int {
		n := make([]int, lanes)
		for _, it := range s.Ledger.Live[:s.Ledger.N] {
			if n[b.lane(it)]++; n[b.lane(it)] > b.Capacity {
				return n[b.lane(it)]
			}
		}
		return 0
	}
	b.m.Invariant(model.Overflow, "no queue holds more items than the capacity",
		func(s *state[K]) bool { return int(s.Ledger.N) <= b.Capacity || over(s) == 0 },
		func(s *state[K]) string {
			return fmt.Sprintf("a queue holds %d items, the capacity is %d", over(s), b.Capacity)
		})
}

// holder is a state that tells what it holds.
type holder interface{ Holds(value int64) bool }

// lost is the first property of [step.Buffer] for all items at once, so that the
// key is decoded once a state.
func (b *builder[K]) lost() {
	lost := func(s *state[K]) step.Item {
		if s.Ledger.N == 0 {
			return 0
		}
		h := b.load(s).(holder)
		for _, it := range s.Ledger.Live[:s.Ledger.N] {
			if !h.Holds(int64(it)) {
				return it
			}
		}
		return 0
	}
	b.m.Invariant(model.LostItem, "every accepted item is held until it is delivered",
		func(s *state[K]) bool { return lost(s) == 0 },
		func(s *state[K]) string {
			return fmt.Sprintf("%s was accepted, never delivered, and the %s does not hold it any more", b.itemName(lost(s)), b.Spec.Name())
		})
}

func (b *builder[K]) load(s *state[K]) model.State {
	k := b.bytes(&s.Object)
	st, err := b.Spec.Decode(string(k[1 : 1+k[0]]))
	if err != nil {
		panic(fmt.Sprintf("client: %s: %v", b.Name, err))
	}
	return st
}

func (b *builder[K]) store(s *state[K], st model.State) {
	key := st.Key()
	k := b.bytes(&s.Object)
	if len(key) >= len(k) {
		panic(fmt.Sprintf("client: %s: the state %v takes %d bytes, at most %d were promised", b.Name, st, len(key), len(k)-1))
	}
	k[0] = uint8(len(key))
	clear(k[1+copy(k[1:], key):])
}
