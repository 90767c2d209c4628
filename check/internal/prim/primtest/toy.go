// Package primtest executes programs that are no more than lists of operations: the
// smallest executor, with which searches and descriptions of primitives are tested.
package primtest

import "github.com/ipccheck/ipccheck/check/internal/prim"

// Program is a program whose threads execute given operations one after the other.
type Program struct {
	Threads [][]prim.Op
	Objects []prim.State // as they are at the beginning
}

// Toy executes a program.
type Toy struct {
	prim.Execution
	program Program
	player  prim.Player
	plan    *prim.Plan
	threads []prim.Thread
	objects []prim.State
}

// New returns an executor of a program.
func New(p Program) *Toy { return &Toy{program: p} }

// Execute implements [prim.Executor].
func (x *Toy) Execute(p *prim.Plan) (*prim.Execution, error) {
	x.Reset()
	x.plan = p
	x.First = append(x.First, x.program.Objects...)
	x.objects = append(x.objects[:0], x.program.Objects...)
	x.threads = make([]prim.Thread, len(x.program.Threads))
	for i := range x.threads {
		t := &x.threads[i]
		*t = prim.Thread{ID: i, Parent: -1}
		x.announce(t)
		x.Threads, x.Spawned = append(x.Threads, t), append(x.Spawned, int32(i))
	}
	x.player.Begin(p, &x.Execution)
	for x.End = prim.Again; x.End == prim.Again; {
		x.step(p)
	}
	x.Enabled = x.enabled()
	return &x.Execution, nil
}

// Close implements [prim.Executor].
func (x *Toy) Close() {}

func (x *Toy) step(p *prim.Plan) {
	enabled := x.enabled()
	switch {
	case enabled.Empty():
		x.End = prim.Done
		for _, t := range x.Threads {
			if !t.Ended {
				x.End = prim.Deadlock
			}
		}
		return
	case p.Steps > 0 && len(x.Events) >= p.Steps:
		x.End = prim.Bound
		return
	}
	i := x.player.Pick(&enabled)
	if i < 0 {
		x.End = prim.Stopped
		return
	}
	t := x.Threads[i]
	e := x.Append(t, &t.Op)
	s := &x.objects[e.Op.Obj]
	e.Op.Kind = prim.Refine(e.Op.Kind, s)
	prim.Apply(e.Op.Kind, s, e)
	x.unit(e)
	x.announce(t)
}

// unit says which post of a semaphore a wait gets its unit from: the n-th that of the n-th,
// behind those that were there.
func (x *Toy) unit(e *prim.Event) {
	if e.Op.Kind != prim.OpSemTook {
		return
	}
	n := -x.program.Objects[e.Op.Obj].N
	var posts []int32
	for i := range x.Events {
		switch f := &x.Events[i]; {
		case f.Op.Obj != e.Op.Obj:
		case f.Op.Kind == prim.OpSemTook:
			n++
		case f.Op.Kind == prim.OpSemPost:
			posts = append(posts, int32(i))
		}
	}
	if n > 0 {
		e.After = posts[n-1]
	}
}

func (x *Toy) announce(t *prim.Thread) {
	if ops := x.program.Threads[t.ID]; int(t.Seq) < len(ops) {
		t.Op = ops[t.Seq]
		t.Op.Ordered = x.plan.OrderSums && t.Op.Kind.Adds()
	} else {
		t.Ended = true
	}
}

func (x *Toy) enabled() (s prim.Set) {
	for i, t := range x.Threads {
		if !t.Ended && prim.Enabled(x, &t.Op, int32(i)) {
			s.Add(i)
		}
	}
	return s
}

// State implements [prim.View].
func (x *Toy) State(obj int32) *prim.State { return &x.objects[obj] }

// Woken implements [prim.View].
func (x *Toy) Woken(thread int32) bool { return x.Threads[thread].Woken }

// Due implements [prim.View].
func (x *Toy) Due(int32) bool { return true }
