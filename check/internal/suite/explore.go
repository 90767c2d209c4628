package suite

import (
	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Explorer explores a body under every interleaving, or in as many executions as the
// limit allows, and lets each be judged.
type Explorer func(name string, body func(t *sched.T), limit uint64, judge func(Controlled) (code verdict.Code, message string, ok bool)) *verdict.Verdict

// Controlled is how a controlled execution ended.
type Controlled struct {
	Done   bool // every process is done
	Stuck  bool // nobody could go on
	Bound  bool // it took more than stepLimit steps
	Steps  int
	Locked bool // somebody waits for a lock
	Spun   bool // an operation waited by spinning
}

// stepLimit is how many steps an execution may take: far more than one in which
// nobody waits by spinning.
const stepLimit = 600

// Scopes explores the scopes. AssumeControlled takes every object for one that is
// controlled. Tests change them.
var (
	Scopes           Explorer = exploreScope
	AssumeControlled          = false
)

// Explore explores the executions of a body.
func Explore(name string, body func(t *sched.T), o search.Options) *verdict.Verdict {
	x := exec.New(name, func() { body(new(sched.T)) })
	defer x.Close()
	return search.Explore(name, x, o)
}

func exploreScope(name string, body func(t *sched.T), limit uint64, judge func(Controlled) (verdict.Code, string, bool)) *verdict.Verdict {
	return Explore(name, body, search.Options{
		Executions: limit, Steps: stepLimit,
		Judge: func(x *prim.Execution) (verdict.Code, string, bool) { return judge(controlledEnd(x)) },
	})
}

func controlledEnd(x *prim.Execution) Controlled {
	c := Controlled{Done: x.End == prim.Done, Stuck: x.End == prim.Deadlock, Bound: x.End == prim.Bound, Steps: len(x.Events)}
	for _, t := range x.Threads {
		c.Locked = c.Locked || !t.Ended && t.Op.Kind.Info().Lock
	}
	for i := range x.Events {
		c.Spun = c.Spun || x.Events[i].Full.Spin
	}
	return c
}

// isControlled reports whether the controlled scheduler sees operations of the
// object.
func isControlled(build func() harness.Object, c contract.Contract) bool {
	seen := false
	t := c.Terms()
	Explore("probe", func(*sched.T) {
		o := build()
		g := exec.Current()
		before := g.Seq
		for _, k := range []model.Kind{model.TryRecv, model.TrySend, model.Close, model.Send} {
			if t.Has(k) && (k != model.Send || t.Capacity != 0) {
				o.Perform(harness.Plain, c.Op(new(contract.Source), k, 0, 1))
				break
			}
		}
		seen = g.Seq > before
	}, search.Options{Executions: 1})
	return seen
}

// hidden calls f so that the controlled scheduler sees none of its operations.
func hidden(f func()) {
	exec.Hide()
	f()
	exec.Show()
}
