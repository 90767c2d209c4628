package linear

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/workload"
	"github.com/ipccheck/ipccheck/check/linear/internal/boundedfifo"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// shape says what the histories of a comparison are like.
type shape struct {
	name    string
	configs []model.BufferConfig
	closes  bool
}

func configs(capacities []int, orders ...model.Order) []model.BufferConfig {
	var out []model.BufferConfig
	for _, k := range capacities {
		for _, o := range orders {
			for _, r := range []model.Refusals{model.Strict, model.Strict, model.Weak, model.Abortable, model.Spurious} {
				for _, d := range []model.Refusals{model.Strict, model.Spurious} {
					for _, again := range []bool{false, true} {
						out = append(out, model.BufferConfig{Capacity: k, Order: o, Refusals: r, Deadlines: d, IdempotentClose: again})
					}
				}
			}
		}
	}
	return out
}

var shapes = []shape{
	{name: "fifo", configs: configs([]int{model.NoLimit}, model.FIFO)},
	{name: "fifo and close", configs: configs([]int{model.NoLimit}, model.FIFO), closes: true},
	{name: "bounded", configs: configs([]int{1, 2, 3}, model.FIFO)},
	{name: "bounded and close", configs: configs([]int{1, 2}, model.FIFO), closes: true},
	{name: "per producer", configs: configs([]int{model.NoLimit, 1, 2}, model.PerProducer), closes: true},
	{name: "bag", configs: configs([]int{model.NoLimit, 1, 2}, model.Bag), closes: true},
	{name: "lossy", configs: lossy(configs([]int{model.NoLimit, 1, 2}, model.FIFO, model.PerProducer, model.Bag)), closes: true},
	{name: "ignores sends", configs: ignoring(configs([]int{model.NoLimit, 1, 2}, model.FIFO, model.PerProducer, model.Bag)), closes: true},
}

// lossy are buffers that drop items, each in both ways, and some that ignore sends too.
func lossy(cs []model.BufferConfig) (out []model.BufferConfig) {
	for i, c := range cs {
		for _, c.Loss = range []model.Loss{model.DropOldest, model.DropNewest} {
			c.IgnoreSends = i%4 == 0
			out = append(out, c)
		}
	}
	return out
}

// ignoring are buffers that ignore sends.
func ignoring(cs []model.BufferConfig) []model.BufferConfig {
	for i := range cs {
		cs[i].IgnoreSends = true
	}
	return cs
}

var damages = []func(r *rand.Rand, h *record.History){swap, lose, double, refuse, overrun, shift}

// swap exchanges what two receives got.
func swap(r *rand.Rand, h *record.History) {
	var got []int
	for i, c := range h.Calls {
		if c.Kind.Receives() && c.Done() {
			got = append(got, i)
		}
	}
	if len(got) > 1 {
		a, b := got[r.IntN(len(got))], got[r.IntN(len(got))]
		h.Calls[a].Value, h.Calls[b].Value = h.Calls[b].Value, h.Calls[a].Value
	}
}

// lose takes an operation away.
func lose(r *rand.Rand, h *record.History) {
	if n := len(h.Calls); n > 0 {
		i := r.IntN(n)
		h.Calls = slices.Delete(h.Calls, i, i+1)
	}
}

// double lets a receive get what another one got.
func double(r *rand.Rand, h *record.History) {
	for range 8 {
		a, b := &h.Calls[r.IntN(len(h.Calls))], h.Calls[r.IntN(len(h.Calls))]
		if a.Kind.Receives() && b.Kind.Receives() && a.Done() && b.Done() {
			a.Value = b.Value
			return
		}
	}
}

// refuse turns an answer into a refusal or the other way round.
func refuse(r *rand.Rand, h *record.History) {
	for range 8 {
		if len(h.Calls) == 0 {
			return
		}
		c := &h.Calls[r.IntN(len(h.Calls))]
		if refusal, ok := c.Kind.Refusal(); ok && !c.Pending() {
			if c.Status != refusal {
				c.Status = refusal
			} else if c.Status = model.OK; c.Kind.Receives() {
				c.Value = int64(1 + r.IntN(6))
			}
			return
		}
	}
}

// overrun delays a receive, so that its item stays longer.
func overrun(r *rand.Rand, h *record.History) {
	for range 8 {
		c := &h.Calls[r.IntN(len(h.Calls))]
		if c.Kind.Receives() && c.Done() {
			c.Call = min(c.Return, c.Call+int64(1+r.IntN(6)))
			return
		}
	}
}

// shift moves the ends of an operation.
func shift(r *rand.Rand, h *record.History) {
	c := &h.Calls[r.IntN(len(h.Calls))]
	c.Call += int64(r.IntN(9) - 4)
	if !c.Pending() {
		c.Return = max(c.Call, c.Return+int64(r.IntN(9)-4))
	}
}

// draw makes a history of a buffer that behaves, and then perhaps disturbs it.
func draw(r *rand.Rand, spec model.Spec, sh shape) record.History {
	h := behave(r, spec, sh.closes, 4+r.IntN(26))
	if r.IntN(2) == 0 { // a failed operation has no effect
		for i := range h.Calls {
			if c := &h.Calls[i]; !c.Pending() && c.Status != model.OK && r.IntN(4) == 0 {
				c.Status = model.Failed
			}
		}
	}
	if len(h.Calls) > 0 {
		for range r.IntN(3) {
			if len(h.Calls) > 0 {
				damages[r.IntN(len(damages))](r, &h)
			}
		}
	}
	if r.IntN(4) == 0 { // times that are equal overlap
		for i := range h.Calls {
			c := &h.Calls[i]
			c.Call = c.Call / 3 * 3
			if !c.Pending() {
				c.Return = c.Return / 3 * 3
			}
		}
	}
	if r.IntN(4) == 0 { // and no time means something else
		for i := range h.Calls {
			c := &h.Calls[i]
			c.Call -= 7
			if !c.Pending() {
				c.Return -= 7
			}
		}
	}
	h.Sort()
	h.Contend()
	return h
}

// behave lets processes use the buffer. In half of the histories operations are
// left that do not return.
func behave(r *rand.Rand, spec model.Spec, closes bool, events int) record.History {
	type under struct {
		op    model.Op
		since int64
		done  bool
		res   model.Result
	}
	procs := 2 + r.IntN(3)
	open := make([]*under, procs)
	state := spec.Init()
	h := record.History{End: record.Cut}
	now, value := int64(0), int64(0)
	kinds := []model.Kind{model.Send, model.Recv, model.TrySend, model.TryRecv, model.SendContext, model.RecvContext}
	if r.IntN(2) == 0 {
		kinds = kinds[:4]
	}
	if closes {
		kinds = append(kinds, model.Close)
	}
	finish := func(p int) {
		u := open[p]
		now++
		h.Calls = append(h.Calls, record.NewCall(u.op, u.res, u.since, now))
		open[p] = nil
	}
	act := func(u *under) {
		if out := spec.Step(state, u.op); len(out) > 0 {
			o := out[r.IntN(len(out))]
			state, u.res, u.done = o.Next, o.Result, true
		}
	}
	for range events {
		p := r.IntN(procs)
		switch u := open[p]; {
		case u == nil:
			op := model.Op{Proc: p, Kind: kinds[r.IntN(len(kinds))]}
			beside := r.IntN(4)
			op.Contended, op.Overlapped = beside&1 == 0, beside&2 == 0
			if op.Kind == model.Close && r.IntN(3) > 0 {
				op.Kind = model.TryRecv
			}
			if op.Kind.Sends() {
				value++
				op.Value = value
			}
			now++
			open[p] = &under{op: op, since: now}
			if r.IntN(3) == 0 {
				act(open[p])
			}
		case !u.done:
			act(u)
		default:
			finish(p)
		}
	}
	drop := r.IntN(2) == 0
	for p, u := range open {
		switch {
		case u == nil:
		case drop || !u.done:
			if r.IntN(2) == 0 || u.done {
				now++
				h.Calls = append(h.Calls, record.NewPending(u.op, u.since))
			}
		default:
			finish(p)
		}
	}
	return h
}

// show is a history in lines, for a report.
func show(h record.History) string {
	var b strings.Builder
	for _, c := range h.Calls {
		if c.Pending() {
			fmt.Fprintf(&b, "  [%d, …] p%d %v contended=%v\n", c.Call, c.Proc, c.Op(), c.Contended)
		} else {
			fmt.Fprintf(&b, "  [%d, %d] p%d %v -> %v contended=%v\n", c.Call, c.Return, c.Proc, c.Op(), c.Result(), c.Contended)
		}
	}
	return b.String() + "  " + string(h.End)
}

// compared is how many random histories a comparison looks at. Ten million of
// all shapes together:
//
//	IPCCHECK_HISTORIES=10000000 go test ./check/linear -run Agree -timeout 3h
func compared(t *testing.T, parts int) int {
	n := 100_000
	if s := os.Getenv("IPCCHECK_HISTORIES"); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(t, err)
	} else if _, race := record.Races(); race || testing.Short() {
		n = 5_000
	}
	return n / parts
}

func TestMonitorsAgreeWithPorcupine(t *testing.T) {
	for k, sh := range shapes {
		t.Run(sh.name, func(t *testing.T) {
			t.Parallel()
			count := map[string]int{}
			for i := range compared(t, len(shapes)) {
				r := rand.New(rand.NewPCG(uint64(i), uint64(k)))
				spec := model.NewBuffer(sh.configs[r.IntN(len(sh.configs))])
				h := draw(r, spec, sh)
				before := slices.Clone(h.Calls)
				d := Decide(spec, h, Options{})
				require.Equal(t, before, h.Calls, "the history is not changed")
				want := Check(spec, h, Budget{})
				if d.Answer != want {
					t.Fatalf("history %d: %+v: %v by the %s, %v by porcupine %v\n%s", i, spec.Config(), d.Answer, d.Engine, want, d.Findings, show(h))
				}
				if (d.Answer == Unexplained) != (len(d.Findings) > 0) {
					t.Fatalf("history %d: %v with findings %v", i, d.Answer, d.Findings)
				}
				count[d.Answer.String()]++
				count[d.Engine]++
				for _, f := range d.Findings {
					count[string(f.Code)]++
				}
				if d.Engine != porcupineSearch {
					require.NotContains(t, codes(d), verdict.NotLinearizable, "%s", show(h))
				}
			}
			t.Log(count)
			assert.Positive(t, count["explained"])
			assert.Positive(t, count["unexplained"])
		})
	}
}

func codes(d Decision) []verdict.Code {
	var out []verdict.Code
	for _, f := range d.Findings {
		out = append(out, f.Code)
	}
	return out
}

// TestAdaptiveSearchIsExact: the search that keeps few configurations, and goes
// back where that does not do, against the one that keeps all.
func TestAdaptiveSearchIsExact(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs on one thread: the race detector has nothing to see")
	}
	count := map[boundedfifo.Outcome]int{}
	for i := range uint64(max(compared(t, 50), 500)) {
		r := rand.New(rand.NewPCG(i, 41))
		config := model.BufferConfig{Capacity: 1 + r.IntN(4)}
		if r.IntN(2) == 0 {
			config.Refusals = model.Spurious // neither empties nor fulls
		}
		spec := model.NewBuffer(config)
		var h record.History
		if r.IntN(2) == 0 {
			h = workload.Simulated(1000, 4+r.IntN(12), config.Capacity, i)
		} else {
			h = behave(r, spec, false, 2000)
		}
		if len(h.Calls) == 0 {
			continue
		}
		for range r.IntN(6) {
			[]func(*rand.Rand, *record.History){overrun, shift, refuse}[r.IntN(3)](r, &h)
		}
		h.Sort()
		p := newProblem(config, h, nil)
		p.faults(Options{})
		if len(p.found) > 0 || p.doubt != "" {
			continue
		}
		want := boundedfifo.Search(p.ordering(), boundedfifo.Options{Exact: math.MaxInt}).Outcome
		got := boundedfifo.Search(p.ordering(), boundedfifo.Options{Exact: -1}).Outcome
		require.Equal(t, want, got, "history %d", i)
		count[got]++
	}
	t.Log(count)
	assert.Positive(t, count[boundedfifo.Explained])
	assert.Positive(t, count[boundedfifo.Unexplained])
}
