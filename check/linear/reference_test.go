package linear

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// reference decides a small history by what the words say: it tries every order of the
// operations and of pairs that take effect together.
type reference struct {
	spec  model.Spec
	ops   []referenceOp
	waits []model.Op
	seen  map[string]bool
}

type referenceOp struct {
	op     model.Op
	result *model.Result
	before []int // what must have had its effect when this one has it
}

// explains reports whether the history has an order; in a stuck one those that have not
// returned all wait in the end.
func explains(spec model.Spec, h record.History, stuck bool) bool {
	r := &reference{spec: spec, seen: map[string]bool{}}
	divided, _ := spec.(model.Divided)
	type source struct {
		call  int
		whole record.Call
	}
	var sources []source
	for i, c := range h.Calls {
		if !c.Pending() && c.Status == model.Failed {
			continue
		}
		parts := []model.Part{{Op: c.Op()}}
		var result *model.Result
		if !c.Pending() {
			is := c.Result()
			if !c.Kind.Receives() {
				is.Value, is.From = 0, model.AnyPeer
			}
			result = &is
			parts[0].Result = result
		}
		if divided != nil {
			if ps := divided.Parts(c.Op(), result); len(ps) > 0 {
				parts = ps
			}
		}
		for n, p := range parts {
			if stuck && c.Pending() {
				r.waits = append(r.waits, p.Op)
				if n == len(parts)-1 {
					continue
				}
			}
			r.ops = append(r.ops, referenceOp{op: p.Op, result: p.Result})
			sources = append(sources, source{i, c})
		}
	}
	for y := range r.ops {
		for x := range r.ops {
			a, b := sources[x], sources[y]
			if a.whole.Return < b.whole.Call ||
				a.call < b.call && a.whole.Proc == b.whole.Proc && a.whole.Return == b.whole.Call {
				r.ops[y].before = append(r.ops[y].before, x)
			}
		}
	}
	return r.from(spec.Init(), make([]byte, len(r.ops)), stuck)
}

func (r *reference) from(s model.State, done []byte, stuck bool) bool {
	key := string(done) + s.Key()
	if r.seen[key] {
		return false
	}
	r.seen[key] = true
	if r.all(done) && (!stuck || r.allWait(s)) {
		return true
	}
	for x := range r.ops {
		if !r.may(x, done) {
			continue
		}
		for _, o := range r.spec.Step(s, r.ops[x].op) {
			if r.fits(x, o.Result) && r.from(o.Next, mark(done, x), stuck) {
				return true
			}
		}
		for y := range r.ops {
			if y == x || !r.may(y, done) {
				continue
			}
			for _, o := range r.spec.Joint(s, r.ops[x].op, r.ops[y].op) {
				if r.fits(x, o.A) && r.fits(y, o.B) && r.from(o.Next, mark(done, x, y), stuck) {
					return true
				}
			}
		}
	}
	return false
}

func mark(done []byte, xs ...int) []byte {
	out := slices.Clone(done)
	for _, x := range xs {
		out[x] = 1
	}
	return out
}

// all reports whether what has returned has had its effect.
func (r *reference) all(done []byte) bool {
	for x, o := range r.ops {
		if o.result != nil && done[x] == 0 {
			return false
		}
	}
	return true
}

func (r *reference) may(x int, done []byte) bool {
	return done[x] == 0 && !slices.ContainsFunc(r.ops[x].before, func(b int) bool { return done[b] == 0 })
}

func (r *reference) fits(x int, result model.Result) bool {
	return r.ops[x].result == nil || result.Matches(*r.ops[x].result)
}

func (r *reference) allWait(s model.State) bool {
	for i, x := range r.waits {
		if len(r.spec.Step(s, x)) > 0 {
			return false
		}
		for _, y := range r.waits[i+1:] {
			if len(r.spec.Joint(s, x, y)) > 0 {
				return false
			}
		}
	}
	return true
}

// object is a specification with the operations that random histories have.
type object struct {
	spec  model.Spec
	op    func(r *rand.Rand, proc int) model.Op
	calls int // of a history, about
}

var modes = []model.Refusals{model.Strict, model.Weak, model.Abortable, model.Spurious}

// objects are one of each kind, with every order, mode of refusal and level of
// buffering.
func objects() []object {
	kinds := []model.Kind{model.Send, model.Send, model.Recv, model.Recv, model.TrySend, model.TryRecv, model.SendContext, model.RecvContext, model.Close}
	plain := func(r *rand.Rand, proc int) model.Op {
		op := model.Op{Proc: proc, Kind: kinds[r.IntN(len(kinds))]}
		if op.Kind == model.Close && r.IntN(3) > 0 {
			op.Kind = model.TryRecv
		}
		if op.Kind.Sends() {
			op.Value = int64(1 + r.IntN(3))
		}
		return op
	}
	distinct := func() func(r *rand.Rand, proc int) model.Op {
		n := int64(0)
		return func(r *rand.Rand, proc int) model.Op {
			op := plain(r, proc)
			if n++; op.Kind.Sends() {
				op.Value = n
			}
			return op
		}
	}
	var out []object
	for i, capacity := range []int{0, model.NoLimit, 1, 2} {
		for k, order := range []model.Order{model.FIFO, model.PerProducer, model.Bag} {
			if capacity == 0 && order != model.FIFO {
				continue
			}
			for n, refusals := range modes {
				c := model.BufferConfig{Capacity: capacity, Order: order, Refusals: refusals, Deadlines: modes[(n+k)%4], IdempotentClose: (i+k+n)%2 == 0}
				out = append(out, object{model.NewBuffer(c), plain, 11}, object{model.NewBuffer(c), distinct(), 11})
			}
		}
	}
	for i, capacity := range []int{0, model.NoLimit, 1} {
		m := model.NewMailbox(model.MailboxConfig{Capacity: capacity, Boxes: []int{0, 1}, Order: model.Order(i), Refusals: modes[i], Sizes: model.MaxSize(8)})
		out = append(out, object{m, func(r *rand.Rand, proc int) model.Op {
			op := plain(r, proc)
			op.Box = r.IntN(2)
			switch r.IntN(12) {
			case 0:
				op.Kind, op.Value = model.Destroy, 0
			case 1:
				op.Kind, op.Value = model.Create, 0
			case 2:
				op.Size = 9
			}
			return op
		}, 10})
		for _, asymmetric := range []bool{false, true} {
			d := model.NewDirect(model.DirectConfig{Capacity: capacity, Asymmetric: asymmetric, OneWay: asymmetric == (i == 1), Refusals: modes[i]})
			out = append(out, object{d, func(r *rand.Rand, proc int) model.Op {
				op := plain(r, proc)
				if op.Peer = r.IntN(3); asymmetric && op.Kind.Receives() && r.IntN(2) == 0 {
					op.Peer = model.AnyPeer
				}
				if op.Kind == model.Close {
					op.Kind = model.TryRecv
				}
				return op
			}, 10})
		}
	}
	for i, c := range []model.StreamConfig{
		{Capacity: 1}, {Capacity: 3, Atomic: 2}, {Capacity: model.NoLimit, Atomic: 1, Short: true}, {Capacity: 2, Atomic: 1, Short: true, IdempotentClose: true},
	} {
		c.Refusals, c.Deadlines = modes[i%4], modes[(i+1)%4]
		out = append(out, object{model.NewStream(c), func(r *rand.Rand, proc int) model.Op {
			op := plain(r, proc)
			switch {
			case op.Kind.Sends():
				b := make([]byte, 1+r.IntN(3))
				for k := range b {
					b[k] = byte('a' + r.IntN(3))
				}
				op.Value = model.Piece(string(b))
			case op.Kind.Receives():
				op.Size = r.IntN(4)
			case r.IntN(3) == 0:
				op.Kind = model.CloseRead
			}
			return op
		}, 7})
	}
	return out
}

// use lets processes use an object, and then perhaps spoils what is recorded. Half of
// the runs go on until nobody can, the others are cut.
func use(r *rand.Rand, o object) record.History {
	type under struct {
		op    model.Op
		since int64
		done  bool
		res   model.Result
	}
	open := make([]*under, 2+r.IntN(3))
	state := o.spec.Init()
	h := record.History{End: record.Cut}
	now := int64(0)
	finish := func(p int) {
		now++
		h.Calls = append(h.Calls, record.NewCall(open[p].op, open[p].res, open[p].since, now))
		open[p] = nil
	}
	act := func(p int) bool {
		u := open[p]
		if out := o.spec.Step(state, u.op); len(out) > 0 {
			chosen := out[r.IntN(len(out))]
			state, u.res, u.done = chosen.Next, chosen.Result, true
			return true
		}
		for _, q := range r.Perm(len(open)) {
			v := open[q]
			if v == nil || v.done || q == p {
				continue
			}
			if out := o.spec.Joint(state, u.op, v.op); len(out) > 0 {
				chosen := out[r.IntN(len(out))]
				state, u.res, v.res, u.done, v.done = chosen.Next, chosen.A, chosen.B, true, true
				return true
			}
		}
		return false
	}
	calls := 1 + r.IntN(o.calls)
	for n := 0; n < calls; {
		p := r.IntN(len(open))
		switch u := open[p]; {
		case u == nil:
			n++
			op := o.op(r, p)
			op.Contended = r.IntN(2) == 0
			now++
			open[p] = &under{op: op, since: now}
			if r.IntN(3) == 0 {
				act(p)
			}
		case !u.done:
			if !act(p) {
				n += r.IntN(2)
			}
		default:
			finish(p)
		}
	}
	if r.IntN(2) == 0 {
		h.End = record.Stuck
		for on := true; on; {
			on = false
			for _, p := range r.Perm(len(open)) {
				switch {
				case open[p] == nil:
				case open[p].done:
					finish(p)
					on = true
				case act(p):
					on = true
				}
			}
		}
	}
	for _, u := range open {
		if u != nil && (h.End == record.Stuck || r.IntN(2) == 0) {
			now++
			h.Calls = append(h.Calls, record.NewPending(u.op, u.since))
		}
	}
	h.Sort()
	spoil(r, &h)
	if r.IntN(3) == 0 { // what has one time overlaps, but for one process
		for i := range h.Calls {
			c := &h.Calls[i]
			c.Call = (c.Call + 9) / 3 * 3
			if !c.Pending() {
				c.Return = (c.Return + 9) / 3 * 3
			}
		}
	}
	h.Sort()
	h.Contend()
	return h
}

// spoil changes what is recorded. The processes stay sequential.
func spoil(r *rand.Rand, h *record.History) {
	for range r.IntN(3) {
		if len(h.Calls) == 0 {
			return
		}
		i := r.IntN(len(h.Calls))
		c := &h.Calls[i]
		last := !slices.ContainsFunc(h.Calls[i+1:], func(d record.Call) bool { return d.Proc == c.Proc })
		switch r.IntN(8) {
		case 0:
			h.Calls = slices.Delete(h.Calls, i, i+1)
		case 1:
			if !c.Pending() {
				c.Status = model.Status(r.IntN(int(model.Failed) + 1))
			}
		case 2:
			if c.Kind.Receives() && c.Done() {
				c.Value = h.Calls[r.IntN(len(h.Calls))].Value
			}
		case 3:
			if !c.Pending() && c.Return > c.Call {
				c.Return--
			}
		case 4:
			if c.Pending() {
				c.Return, c.Status = 1000, model.OK
			}
		case 5:
			swap(r, h)
		case 6:
			if last {
				c.Return = record.Never
			}
		case 7:
			if r.IntN(8) == 0 {
				c.Kind = []model.Kind{model.Create, model.Destroy, model.CloseRead}[r.IntN(3)]
			}
		}
	}
}

// share is how many histories of each object are compared: IPCCHECK_LONG=1 asks for
// thousands.
func share() int {
	if _, race := record.Races(); race || testing.Short() {
		return 40
	}
	if os.Getenv("IPCCHECK_LONG") != "" {
		return 3000
	}
	return 200
}

// TestEnginesAgreeWithReference compares what is decided about every object, by
// whatever engine, with every order that there is.
func TestEnginesAgreeWithReference(t *testing.T) {
	all := objects()
	t.Logf("%d objects, %d histories each", len(all), share())
	for k, o := range all {
		t.Run(o.spec.Name(), func(t *testing.T) {
			t.Parallel()
			count := map[string]int{}
			for i := range share() {
				r := rand.New(rand.NewPCG(uint64(i), uint64(k)))
				h := use(r, o)
				before := slices.Clone(h.Calls)
				d := Decide(o.spec, h, Options{})
				require.Equal(t, before, h.Calls, "the history is not changed")
				loose := explains(o.spec, h, false)
				want := loose && (h.End != record.Stuck || explains(o.spec, h, true))
				if got := d.Answer == Explained; d.Answer == Unknown || got != want {
					t.Fatalf("history %d: %v by the %s (%s), explained: %v %v\n%s", i, d.Answer, d.Engine, d.Reason, want, d.Findings, show(h))
				}
				if loose && !want {
					require.Contains(t, codes(d), verdict.LostWakeup, "history %d\n%s", i, show(h))
				}
				for _, f := range d.Findings {
					for _, c := range f.Witness {
						require.Contains(t, h.Calls, c, "history %d: %v", i, f)
					}
				}
				require.Equal(t, loose, Check(o.spec, h, Budget{}) == Explained, "history %d\n%s", i, show(h))
				count[d.Answer.String()]++
				count[d.Engine]++
				if loose && !want {
					count["stuck"]++
				}
			}
			t.Log(count)
			assert.Positive(t, count["explained"])
			assert.Positive(t, count["unexplained"])
		})
	}
}

// The comparison notices where an engine takes one object for another, and where it
// forgets who waits.
func TestReferenceTellsObjectsApart(t *testing.T) {
	differs := func(a model.Spec, b func(model.Spec, record.History) bool) bool {
		all := objects()
		i := slices.IndexFunc(all, func(o object) bool { return o.spec.Name() == a.Name() })
		for n := range 3000 {
			h := use(rand.New(rand.NewPCG(uint64(n), 1)), all[i])
			if (Decide(a, h, Options{}).Answer == Explained) != b(a, h) {
				return true
			}
		}
		return false
	}
	instead := func(other model.Spec) func(model.Spec, record.History) bool {
		return func(_ model.Spec, h record.History) bool { return explains(other, h, h.End == record.Stuck) }
	}
	bounded := model.BufferConfig{Capacity: 2, IdempotentClose: true, Deadlines: model.Strict}
	assert.False(t, differs(model.NewBuffer(bounded), instead(model.NewBuffer(bounded))))
	for _, change := range []func(*model.BufferConfig){
		func(c *model.BufferConfig) { c.Capacity = 3 },
		func(c *model.BufferConfig) { c.Order = model.Bag },
		func(c *model.BufferConfig) { c.Refusals = model.Weak },
		func(c *model.BufferConfig) { c.IdempotentClose = false },
	} {
		c := bounded
		change(&c)
		assert.True(t, differs(model.NewBuffer(bounded), instead(model.NewBuffer(c))), "%+v", c)
	}
	assert.True(t, differs(model.NewBuffer(bounded), func(s model.Spec, h record.History) bool { return explains(s, h, false) }), "who waits")
}
