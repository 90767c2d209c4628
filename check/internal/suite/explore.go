package suite

import (
	"context"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Explorer explores a body, and lets each execution be judged.
type Explorer func(name string, body func(t *sched.T), o search.Options, judge func(Controlled) (code verdict.Code, message string, ok bool)) *verdict.Verdict

// Controlled is how a controlled execution ended.
type Controlled struct {
	Done   bool // every process is done
	Stuck  bool // nobody could go on
	Bound  bool // it took more than stepLimit steps
	Polls  bool // then only because those who wait sleep and look again, for ever
	Steps  int
	Locked bool // somebody waits for a lock
	Spun   bool // an operation waited by spinning
	// Unknown is what an operation returned that has no meaning, empty if none did.
	Unknown harness.UnknownResult
}

// stepLimit is how many steps an execution may take when the object has been built: far
// more than one in which nobody waits by spinning.
const stepLimit = 600

// polling is how many events at the end of an execution say that who waits polls.
const polling = 100

// Scopes explores the scopes. AssumeControlled takes every object for one that is
// controlled. Tests change them.
var (
	Scopes           Explorer = exploreScope
	AssumeControlled          = false
)

// Explore explores the executions of a body, as the command wants it that runs the test,
// if there is one.
func Explore(name string, body func(t *sched.T), o search.Options) *verdict.Verdict {
	return explore(name, body, o, false)
}

// explore is Explore; beside says that the objects of other parts of the suite may do
// something meanwhile, which is not what is explored.
func explore(name string, body func(t *sched.T), o search.Options, beside bool) *verdict.Verdict {
	timeUp := false
	host := exec.Suites
	if host != nil {
		o.Raced, o.TimeUp = raced, &timeUp
		if o.Context == nil {
			ctx, cancel := exploring(time.Duration(host.Seconds * float64(time.Second)))
			defer cancel()
			o.Context = ctx
		}
	}
	x := exec.New(name, func() { body(new(sched.T)) })
	x.Beside = beside
	defer x.Close()
	v := search.Explore(name, x, o)
	if timeUp && v.Answer != verdict.Fail {
		host.Unfinished = slow
	}
	return v
}

// slow is why explorations with the race detector do not come to an end.
const slow = "for the detector takes its time (-budget gives it more)"

func exploreScope(name string, body func(t *sched.T), o search.Options, judge func(Controlled) (verdict.Code, string, bool)) *verdict.Verdict {
	o.Steps += stepLimit
	o.Judge = func(x *prim.Execution) (verdict.Code, string, bool) { return judge(controlledEnd(x)) }
	return explore(name, body, o, true)
}

func controlledEnd(x *prim.Execution) Controlled {
	c := Controlled{
		Done: x.End == prim.Done, Stuck: x.End == prim.Deadlock && !x.Threads[0].Ended, Bound: x.End == prim.Bound,
		Steps: len(x.Events),
	}
	ticks := 0
	for _, e := range x.Events[max(len(x.Events)-polling, 0):] {
		if x.Threads[e.G].Clock {
			ticks++
		}
	}
	c.Polls = c.Bound && ticks > polling/10 // it ticks when nobody else can go on
	for _, t := range x.Threads {
		c.Locked = c.Locked || !t.Ended && t.Op.Kind.Info().Lock
	}
	for i := range x.Events {
		c.Spun = c.Spun || x.Events[i].Full.Spin
	}
	if r, ok := x.Panic.(harness.UnknownResult); ok && x.End == prim.Panicked {
		c.Unknown = r
	}
	return c
}

// uncontrolled says why the interleavings of an object cannot be explored; empty if they
// can. Under a command all code is controlled that is rewritten; in a go test the object
// shows by its operations whether it is. building is how many steps it takes to build one.
func (s *Suite) uncontrolled(o subject) (why string, building int) {
	const native = "ipccheck test explores it, and go test does if the code under test is built over the drop-ins below check/sched"
	if AssumeControlled {
		return "", 0
	}
	if exec.Suites != nil && exec.Suites.Running != "" {
		return exec.Suites.Running, 0
	}
	if exec.Suites == nil && s.blocksUnseen(o) {
		return native, 0
	}
	v, seen, building := probe(o.build, o.contract)
	switch {
	case exec.Suites == nil && !seen:
		why = native
	case len(v.Unchecked) > 0 && v.Answer != verdict.Fail:
		why = v.Reason
	}
	return why, building
}

// probe makes an object and performs one operation of it. It reports whether the
// controlled scheduler sees any of that, and how many steps it took to build it.
func probe(build func() harness.Object, c contract.Contract) (v *verdict.Verdict, seen bool, building int) {
	v = explore("probe", func(*sched.T) {
		g := exec.Current()
		before := g.Seq
		blocked := true
		defer func() { seen = blocked || g.Seq > before }()
		o := build()
		building = events()
		defer g.Disown()
		before = g.Seq
		ctx, k := probed(c.Terms())
		o.Perform(ctx, c.Op(new(contract.Source), k, 0, 1))
		blocked = false
	}, search.Options{Executions: 1}, true)
	return v, seen, building
}

// probed is the operation that a probe performs, with its context: one that does not wait
// if there is one, else one that sends.
func probed(t *contract.Terms) (context.Context, model.Kind) {
	for _, k := range []model.Kind{model.TryRecv, model.TrySend, model.Close, model.Send} {
		if t.Has(k) {
			return harness.Plain, k
		}
	}
	return context.Background(), model.SendContext
}

// dropIns begins the names of the functions that stand for those of sync and others.
const dropIns = "github.com/ipccheck/ipccheck/check/sched"

// blocksUnseen reports whether what a probe performs would wait, and the controlled
// scheduler would not see that: the probe would never end. It lets two processes meet
// under the real scheduler to find out.
func (s *Suite) blocksUnseen(o subject) bool {
	t := o.contract.Terms()
	ctx, k := probed(t)
	if !k.Waits() || t.Capacity != 0 {
		return false
	}
	x, end := harness.New(o.build, s.Patience)
	if end != record.Complete || len(x.Crashes()) > 0 {
		return true
	}
	sender, receiver := x.Process("sender"), x.Process("receiver")
	sender.StartOp(ctx, o.contract.Op(sender.Source, k, 0, 1))
	x.Settled()
	unseen := !sender.Finished() && !x.Within(sender, dropIns)
	ctx, k = harness.Plain, t.First(model.Recv, model.RecvContext)
	if k == model.RecvContext {
		ctx = context.Background()
	}
	receiver.StartOp(ctx, o.contract.Op(receiver.Source, k, 0, 1))
	if x.Await(sender) != record.Complete || x.Await(receiver) != record.Complete {
		return true
	}
	x.Dispose()
	return unseen
}
