package model_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/model"
)

// Generators of configurations, operations and walks.

var (
	capacities = rapid.SampledFrom([]int{model.NoLimit, 0, 1, 2, 3})
	orders     = rapid.SampledFrom([]model.Order{model.FIFO, model.PerProducer, model.Bag})
	modes      = rapid.SampledFrom([]model.Refusals{model.Strict, model.Weak, model.Abortable, model.Spurious})
	kinds      = rapid.OneOf( // mostly those that every object has
		rapid.SampledFrom([]model.Kind{model.Send, model.TrySend, model.SendContext}),
		rapid.SampledFrom([]model.Kind{model.Recv, model.TryRecv, model.RecvContext}),
		rapid.SampledFrom([]model.Kind{model.Close, model.Create, model.Destroy, model.CloseRead, model.CloseRead + 1}),
	)
	sizes = rapid.SampledFrom([]model.Sizes{{}, model.FixedSize(0), model.FixedSize(2), model.MaxSize(1)})
)

func buffers() *rapid.Generator[model.BufferConfig] {
	return rapid.Custom(func(t *rapid.T) model.BufferConfig {
		c := model.BufferConfig{
			Capacity: capacities.Draw(t, "capacity"), Order: orders.Draw(t, "order"),
			Refusals: modes.Draw(t, "refusals"), Deadlines: modes.Draw(t, "deadlines"),
			IdempotentClose: rapid.Bool().Draw(t, "close again"), IgnoreSends: rapid.Bool().Draw(t, "ignores sends"),
		}
		if c.Capacity != 0 {
			c.Loss = rapid.SampledFrom([]model.Loss{model.Lossless, model.Lossless, model.DropOldest, model.DropNewest}).Draw(t, "loss")
		}
		return c
	})
}

func streams() *rapid.Generator[model.StreamConfig] {
	return rapid.Custom(func(t *rapid.T) model.StreamConfig {
		c := model.StreamConfig{
			Capacity: rapid.SampledFrom([]int{model.NoLimit, 0, 1, 2, 4, 9}).Draw(t, "capacity"), HalfClose: rapid.Bool().Draw(t, "half-close"),
			Short: rapid.Bool().Draw(t, "short"), IdempotentClose: rapid.Bool().Draw(t, "close again"),
		}
		most := c.Capacity
		if most < 1 {
			most = 8
		}
		c.Atomic = rapid.IntRange(0, most).Draw(t, "atomic")
		return c
	})
}

var pieces = rapid.Map(rapid.StringMatching("[a-z]{0,7}"), model.Piece)

// builder makes one specification for each mode of refusals, all else equal.
type builder func(refusals, deadlines model.Refusals) model.Spec

func builders() *rapid.Generator[builder] {
	return rapid.Custom(func(t *rapid.T) builder {
		switch rapid.IntRange(0, 3).Draw(t, "object") {
		case 0:
			c := buffers().Draw(t, "buffer")
			return func(r, d model.Refusals) model.Spec {
				c.Refusals, c.Deadlines = r, d
				return model.NewBuffer(c)
			}
		case 1:
			c := streams().Draw(t, "stream")
			return func(r, d model.Refusals) model.Spec {
				c.Refusals, c.Deadlines = r, d
				return model.NewStream(c)
			}
		case 2:
			c := model.MailboxConfig{
				Capacity: capacities.Draw(t, "capacity"), Order: orders.Draw(t, "order"), Sizes: sizes.Draw(t, "sizes"),
				IdempotentClose: rapid.Bool().Draw(t, "close again"),
				Boxes:           rapid.SliceOf(rapid.IntRange(0, 2)).Draw(t, "boxes"),
			}
			if rapid.Bool().Draw(t, "rights") {
				c.Rights = map[int]model.Rights{1: {Senders: []int{0, 1}, Receivers: []int{2}}}
			}
			return func(r, d model.Refusals) model.Spec {
				c.Refusals, c.Deadlines = r, d
				return model.NewMailbox(c)
			}
		default:
			c := model.DirectConfig{
				Capacity: capacities.Draw(t, "capacity"), Sizes: sizes.Draw(t, "sizes"),
				Asymmetric: rapid.Bool().Draw(t, "asymmetric"), OneWay: rapid.Bool().Draw(t, "one way"),
			}
			return func(r, d model.Refusals) model.Spec {
				c.Refusals, c.Deadlines = r, d
				return model.NewDirect(c)
			}
		}
	})
}

func specs() *rapid.Generator[model.Spec] {
	return rapid.Custom(func(t *rapid.T) model.Spec {
		return builders().Draw(t, "spec")(modes.Draw(t, "refusals"), modes.Draw(t, "deadlines"))
	})
}

func ops() *rapid.Generator[model.Op] {
	return rapid.Custom(func(t *rapid.T) model.Op {
		return model.Op{
			Kind:      kinds.Draw(t, "kind"),
			Proc:      rapid.IntRange(0, 2).Draw(t, "process"),
			Value:     rapid.OneOf(rapid.Int64Range(1, 3), rapid.Int64(), pieces).Draw(t, "value"),
			Size:      rapid.IntRange(0, 2).Draw(t, "size"),
			Peer:      rapid.IntRange(-1, 2).Draw(t, "peer"),
			Box:       rapid.IntRange(0, 2).Draw(t, "box"),
			Contended: rapid.Bool().Draw(t, "contended"), Overlapped: rapid.Bool().Draw(t, "overlapped"),
		}
	})
}

// reach draws a state that the object can be in.
func reach(t *rapid.T, spec model.Spec) model.State {
	s := spec.Init()
	for range rapid.IntRange(0, 12).Draw(t, "steps") {
		op := ops().Draw(t, "op")
		if parts := partsOf(spec, op); len(parts) > 0 && rapid.Bool().Draw(t, "by parts") {
			s = begin(t, spec, s, parts)
			continue
		}
		if out := spec.Step(s, op); len(out) > 0 {
			s = out[rapid.IntRange(0, len(out)-1).Draw(t, "outcome")].Next
		}
	}
	return s
}

// partsOf are the steps of an operation that has several.
func partsOf(spec model.Spec, op model.Op) []model.Part {
	if d, ok := spec.(model.Divided); ok {
		return d.Parts(op, nil)
	}
	return nil
}

// begin takes some of the steps of an operation, the first ones, as far as they do
// not wait.
func begin(t *rapid.T, spec model.Spec, s model.State, parts []model.Part) model.State {
	for _, p := range parts[:rapid.IntRange(1, len(parts)).Draw(t, "parts")] {
		out := spec.Step(s, p.Op)
		if len(out) == 0 {
			break
		}
		s = out[0].Next
	}
	return s
}

// keyed is an outcome that can be compared.
type keyed struct {
	next   string
	result model.Result
}

func keys(out []model.Outcome) []keyed {
	var k []keyed
	for _, o := range out {
		k = append(k, keyed{o.Next.Key(), o.Result})
	}
	return k
}

func TestKeysAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := specs().Draw(t, "spec")
		s := reach(t, spec)
		back, err := spec.Decode(s.Key())
		require.NoError(t, err)
		require.Equal(t, s.Key(), back.Key())
		require.Equal(t, s.String(), back.String())
		op := ops().Draw(t, "op")
		require.Equal(t, keys(spec.Step(s, op)), keys(spec.Step(back, op)), "equal keys, equal behaviour")
	})
}

func TestStatesAreImmutable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := specs().Draw(t, "spec")
		var states []model.State
		var want []string
		keep := func(s model.State) { states, want = append(states, s), append(want, s.Key()) }
		keep(spec.Init())
		for range 20 {
			s := states[rapid.IntRange(0, len(states)-1).Draw(t, "from")]
			for _, o := range spec.Step(s, ops().Draw(t, "op")) {
				keep(o.Next)
			}
			for _, o := range spec.Joint(s, ops().Draw(t, "a"), ops().Draw(t, "b")) {
				keep(o.Next)
			}
		}
		for i, s := range states {
			require.Equal(t, want[i], s.Key())
		}
	})
}

// universe is every operation, with two values.
func universe() []model.Op {
	var out []model.Op
	for kind := model.Send; kind <= model.CloseRead+1; kind++ {
		for i := range 3 * 4 * 3 * 2 * 3 {
			op := model.Op{
				Kind: kind, Proc: i % 3, Peer: i/3%4 - 1, Box: i / 12 % 3, Size: i / 36 % 2 * 2, Contended: i/72 == 1, Overlapped: i/72 == 2,
				Value: int64(7 + i%2),
			}
			out = append(out, op)
			if op.Peer == 0 && op.Proc == 0 {
				op.Value = model.Piece("abcdefg"[:1+i/36])
				out = append(out, op)
			}
		}
	}
	return out
}

func TestJointIsSymmetric(t *testing.T) {
	met := 0
	all := universe()
	rapid.Check(t, func(t *rapid.T) {
		spec := specs().Draw(t, "spec")
		s := reach(t, spec)
		a := rapid.SampledFrom(all).Draw(t, "a")
		for _, b := range all {
			there, back := spec.Joint(s, a, b), spec.Joint(s, b, a)
			if len(there) != len(back) {
				t.Fatalf("%v and %v: %d outcomes, the other way round %d", a, b, len(there), len(back))
			}
			for i := range there {
				met++
				require.Equal(t, there[i].Next.Key(), back[i].Next.Key())
				require.Equal(t, there[i].A, back[i].B)
				require.Equal(t, there[i].B, back[i].A)
				require.NotEqual(t, a.Proc, b.Proc)
				require.True(t, a.Kind.Opposite(b.Kind))
				require.True(t, a.Kind.Waits() || b.Kind.Waits())
			}
		}
	})
	t.Logf("%d pairs met", met)
}

func TestOnlySendAndRecvWait(t *testing.T) {
	all := universe()
	rapid.Check(t, func(t *rapid.T) {
		spec := specs().Draw(t, "spec")
		s := reach(t, spec)
		for _, op := range all {
			if model.Waits(spec, s, op) && op.Kind != model.Send && op.Kind != model.Recv {
				t.Fatalf("%v waits in %v", model.DescribeCall(spec, op), s)
			}
		}
	})
}

func TestRefusalsAndErrorsChangeNothing(t *testing.T) {
	all := universe()
	rapid.Check(t, func(t *rapid.T) {
		spec := specs().Draw(t, "spec")
		s := reach(t, spec)
		for _, op := range all {
			for _, o := range spec.Step(s, op) {
				if o.Result.Status != model.OK && o.Result.N == 0 && o.Next.Key() != s.Key() {
					t.Fatalf("%v changes %v to %v", model.DescribeOn(spec, op, o.Result), s, o.Next)
				}
			}
		}
	})
}

func TestEachModeOfRefusalAllowsWhatTheOneBeforeItDoes(t *testing.T) {
	wider := [3]int{}
	all := universe()
	rapid.Check(t, func(t *rapid.T) {
		build := builders().Draw(t, "spec")
		both := rapid.Bool().Draw(t, "deadlines too")
		var specs [4]model.Spec
		var states [4]model.State
		for mode := range specs {
			deadlines := model.Strict
			if both {
				deadlines = model.Refusals(mode)
			}
			specs[mode] = build(model.Refusals(mode), deadlines)
		}
		states[0] = reach(t, specs[0])
		for mode := 1; mode < len(specs); mode++ {
			var err error
			states[mode], err = specs[mode].Decode(states[0].Key())
			require.NoError(t, err)
		}
		for _, op := range all {
			narrow := keys(specs[0].Step(states[0], op))
			for mode := range wider {
				wide := keys(specs[mode+1].Step(states[mode+1], op))
				for _, o := range narrow {
					if !slices.Contains(wide, o) {
						t.Fatalf("%v: %v is allowed in mode %v and not in %v", op, o.result.Status, model.Refusals(mode), model.Refusals(mode+1))
					}
				}
				if len(wide) > len(narrow) {
					wider[mode]++
				}
				narrow = wide
			}
		}
	})
	t.Logf("so often weak allowed more than strict, abortable more than weak, spurious more than that: %v", wider)
}

// reference is a buffer as anybody would write it down: all that was accepted,
// in the order of arrival.
type reference struct {
	config model.BufferConfig
	items  []model.Op
	closed bool
}

// next lists the values that may leave next.
func (r *reference) next() []int64 {
	var out []int64
	for i, it := range r.items {
		first := i == 0 || r.config.Order == model.Bag ||
			r.config.Order == model.PerProducer && !slices.ContainsFunc(r.items[:i], func(e model.Op) bool { return e.Proc == it.Proc })
		if first && !slices.Contains(out, it.Value) {
			out = append(out, it.Value)
		}
	}
	slices.Sort(out)
	return out
}

// take removes the oldest item with the value that may leave.
func (r *reference) take(v int64) {
	i := slices.IndexFunc(r.items, func(it model.Op) bool { return it.Value == v })
	r.items = slices.Delete(r.items, i, i+1)
}

func TestBufferAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := buffers().Draw(t, "buffer")
		c.Refusals, c.Deadlines = model.Strict, model.Strict
		spec := model.NewBuffer(c)
		ref := &reference{config: c}
		s := spec.Init()
		for n := range rapid.IntRange(1, 40).Draw(t, "steps") {
			op := ops().Draw(t, "op")
			op.Value = int64(n) // unique, so that an item has one producer
			out := spec.Step(s, op)
			var got []int64
			var status []model.Status
			for _, o := range out {
				if o.Result.Status == model.OK && op.Kind.Receives() {
					got = append(got, o.Result.Value)
				} else {
					status = append(status, o.Result.Status)
				}
			}
			slices.Sort(got)
			refusal, _ := op.Kind.Refusal()
			waits := op.Kind == model.Send || op.Kind == model.Recv
			switch {
			case op.Kind.Sends() && ref.closed && c.IgnoreSends:
				require.Equal(t, []model.Status{model.OK}, status)
			case op.Kind.Sends() && ref.closed:
				require.Equal(t, []model.Status{model.Closed}, status)
			case op.Kind.Sends() && len(ref.items) == c.Capacity && c.Loss == model.DropNewest:
				require.Equal(t, []model.Status{model.OK}, status)
			case op.Kind.Sends() && len(ref.items) == c.Capacity && c.Loss == model.DropOldest:
				require.Len(t, status, len(ref.next()))
				dropped := rapid.IntRange(0, len(out)-1).Draw(t, "dropped")
				out = out[dropped : dropped+1]
				holds := out[0].Next.(interface{ Holds(int64) bool }).Holds
				i := slices.IndexFunc(ref.items, func(it model.Op) bool { return !holds(it.Value) })
				require.Contains(t, ref.next(), ref.items[i].Value)
				ref.items = append(slices.Delete(ref.items, i, i+1), op)
			case op.Kind.Sends() && (c.Capacity == model.NoLimit || len(ref.items) < c.Capacity):
				require.Equal(t, []model.Status{model.OK}, status)
				ref.items = append(ref.items, op)
			case op.Kind.Receives() && len(ref.items) > 0:
				require.Equal(t, ref.next(), got)
				require.Empty(t, status)
			case op.Kind.Receives() && ref.closed:
				require.Equal(t, []model.Status{model.Closed}, status)
			case (op.Kind.Sends() || op.Kind.Receives()) && waits:
				require.Empty(t, out)
			case op.Kind.Sends() || op.Kind.Receives():
				require.Equal(t, []model.Status{refusal}, status)
			case op.Kind == model.Close && ref.closed && !c.IdempotentClose:
				require.Equal(t, []model.Status{model.Closed}, status)
			case op.Kind == model.Close:
				require.Equal(t, []model.Status{model.OK}, status)
				ref.closed = true
			default:
				require.Equal(t, []model.Status{model.Unsupported}, status)
			}
			if len(out) > 0 {
				o := out[rapid.IntRange(0, len(out)-1).Draw(t, "outcome")]
				s = o.Next
				if len(got) > 0 {
					ref.take(o.Result.Value)
				}
			}
			// Conservation: what was accepted and not delivered is held.
			for v := range int64(n + 1) {
				in := slices.ContainsFunc(ref.items, func(it model.Op) bool { return it.Value == v })
				require.Equal(t, in, s.(interface{ Holds(int64) bool }).Holds(v))
			}
		}
	})
}

func TestMailboxAndLinksAreBuffers(t *testing.T) {
	// One box, and one direction of a link, behave as the buffer of the same
	// capacity does; close aside, which links have not.
	rapid.Check(t, func(t *rapid.T) {
		c := buffers().Draw(t, "buffer")
		c.Order, c.Loss = model.FIFO, model.Lossless
		buffer := model.NewBuffer(c)
		box := model.NewMailbox(model.MailboxConfig{Capacity: c.Capacity, Refusals: c.Refusals, Deadlines: c.Deadlines, Boxes: []int{0}})
		direct := model.NewDirect(model.DirectConfig{Capacity: c.Capacity, Refusals: c.Refusals, Deadlines: c.Deadlines})
		specs := []model.Spec{buffer, box, direct}
		states := []model.State{buffer.Init(), box.Init(), direct.Init()}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			a, b := between(ops().Draw(t, "a")), between(ops().Draw(t, "b"))
			joint := rapid.Bool().Draw(t, "joint")
			pick := rapid.IntRange(0, 1).Draw(t, "outcome")
			var first []string
			for i, spec := range specs {
				words := []string{}
				var next []model.State
				if joint {
					for _, o := range spec.Joint(states[i], a, b) {
						words = append(words, bare(a, o.A)+" and "+bare(b, o.B))
						next = append(next, o.Next)
					}
				} else {
					for _, o := range spec.Step(states[i], a) {
						words = append(words, bare(a, o.Result))
						next = append(next, o.Next)
					}
				}
				if i == 0 {
					first = words
				}
				require.Equal(t, first, words, spec.Name())
				if len(next) > 0 {
					states[i] = next[pick%len(next)]
				}
			}
		}
	})
}

// between turns an operation into one that process 0 sends to 1.
func between(op model.Op) model.Op {
	op.Size, op.Box = 0, 0
	if op.Kind.Sends() {
		op.Proc, op.Peer = 0, 1
		return op
	}
	op.Kind = []model.Kind{model.Recv, model.TryRecv, model.RecvContext}[op.Kind%3]
	op.Proc, op.Peer = 1, 0
	return op
}

func bare(op model.Op, r model.Result) string {
	r.From = model.AnyPeer
	return model.Describe(op, r)
}

func FuzzDecode(f *testing.F) {
	all := []model.Spec{
		model.Bounded(4), model.Unbounded(), model.Rendezvous(),
		model.NewBuffer(model.BufferConfig{Capacity: model.NoLimit, Order: model.PerProducer}),
		model.NewBuffer(model.BufferConfig{Capacity: 4, Order: model.Bag}),
		model.NewMailbox(model.MailboxConfig{Capacity: 4}),
		model.NewMailbox(model.MailboxConfig{Capacity: model.NoLimit, Order: model.PerProducer}),
		model.NewDirect(model.DirectConfig{Capacity: 4}),
		model.NewDirect(model.DirectConfig{Capacity: 4, OneWay: true}),
	}
	for i := range all {
		for _, key := range []string{"", "\x00", "\x01", "\x04\x02\x04", "\x02\x00\x02\x02\x04", "\x01\x06\x04\x02\x04", "\x01\x00\x02\x02\x0e\x00", "\x01\x00\x02\x01\x02\x0e", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
			f.Add(uint8(i), []byte(key))
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, key []byte) {
		spec := all[int(i)%len(all)]
		s, err := spec.Decode(string(key))
		if err != nil {
			return
		}
		assert.Equal(t, string(key), s.Key(), "%s: a state has one key", spec.Name())
		_ = s.String()
	})
}

func TestDecodeRefuses(t *testing.T) {
	order := model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.PerProducer})
	bag := model.NewBuffer(model.BufferConfig{Capacity: 2, Order: model.Bag})
	box := model.NewMailbox(model.MailboxConfig{Capacity: 2})
	direct := model.NewDirect(model.DirectConfig{Capacity: 2})
	oneWay := model.NewDirect(model.DirectConfig{Capacity: 2, OneWay: true})
	for _, tt := range []struct {
		spec model.Spec
		key  string
		want string
	}{
		{model.Bounded(2), "", "the key ends early"},
		{model.Bounded(2), "\x02", "a count of 1"},
		{model.Bounded(2), "\x02\x02\x02", "something follows"},
		{model.Bounded(2), "\x06\x02\x02\x02", "3 items, the capacity is 2"},
		{model.Bounded(2), "\x80\x00", "longer than need be"},
		{model.Bounded(2), "\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "too large"},
		{model.Rendezvous(), "\x02\x02", "1 items, the capacity is 0"},
		{order, "\x02\x00\x00", "a producer without items"},
		{order, "\x04\x02\x01\x02\x00\x01\x02", "producers out of order"},
		{bag, "\x04\x04\x02", "items out of order"},
		{box, "\x02\x04\x00\x02\x00", "boxes out of order"},
		{direct, "\x01\x02\x00\x00\x00", "a link between 1 and 0"},
		{direct, "\x02\x00\x04\x00\x00\x00\x02\x00\x00", "links out of order"},
		{direct, "\x01\x00\x02\x01\x00", "a closed link"},
		{direct, "\x01\x00\x02\x00\x01", "a closed link"},
		{oneWay, "\x01\x00\x02\x02\x00", "direction 2"},
	} {
		_, err := tt.spec.Decode(tt.key)
		assert.ErrorContains(t, err, tt.want, "%s: %x", tt.spec.Name(), tt.key)
		assert.ErrorContains(t, err, "is no state of the "+tt.spec.Name())
	}
}

func TestKeysAreCompact(t *testing.T) {
	s := model.State(model.Unbounded().Init())
	spec := model.Unbounded()
	assert.Len(t, s.Key(), 1)
	for v := range int64(60) {
		s = spec.Step(s, model.Op{Kind: model.Send, Value: v})[0].Next
		assert.Len(t, s.Key(), 1+int(v)+1)
	}
}
