//go:build linux && amd64

package cprog

import (
	"fmt"
	"math/bits"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// executor makes executions of a program, in a child process: it implements
// [prim.Executor].
type executor struct {
	prim.Execution
	program  *Program
	args     []string
	stdin    []byte
	confine  func(*exec.Cmd) error
	left     *time.Duration // of the processor's
	spurious bool
	early    bool
	prints   bool
	child    *child
	player   prim.Player
	threads  [maxThreads]prim.Thread
	met      int          // how many of them the execution has
	states   []prim.State // of the objects, as the steps of the log leave them
	woken    prim.Set
	full     prim.Op // the operation that is read
	sums     bool    // additions to one count are in order
	open     bool    // the outcome of the last event has been asked for
	used     int32   // what the executions so far have used
	stops    bool    // what goes on behind a fault does so for too long, or gets to what is not controlled
	jobs     jobs
	patience int32           // ticks of the processor after which who does nothing is in an endless loop
	alone    bool            // no execution is made ahead: one may be the last that the child makes
	known    map[uint64]bool // sites of plain accesses that are operations
	races    map[raceKey]bool
}

func newExecutor(p *Program, c Config) *executor {
	x := &executor{program: p, args: c.Args, stdin: c.Stdin, confine: c.Confine, left: c.Computing, spurious: c.Spurious, early: c.Early, prints: c.Prints, patience: 2 * ticks, known: map[uint64]bool{}, races: map[raceKey]bool{}}
	x.Names, x.Calls = x.names, p.calls
	return x
}

// raceKey tells races apart: by the places of the two accesses.
type raceKey struct{ earlier, later string }

var nobody = &prim.Thread{Op: prim.On(prim.OpNone, -1), Parent: -1, Ended: true}

// Execute implements [prim.Executor].
func (x *executor) Execute(p *prim.Plan) (*prim.Execution, error) {
	if x.child == nil {
		if err := x.start(); err != nil {
			return nil, err
		}
	}
	for _, site := range p.Waits {
		x.learn(x.program.siteAt(site))
	}
	run := x.run
	if p.Anew {
		run = x.anew
	}
	err := run(p)
	if err != nil && x.child.wire.Todos > 1 { // the child dies of what is made ahead, perhaps
		numbers := x.child.wire.wireNumbers
		x.Close()
		if err := x.start(); err != nil {
			return nil, err
		}
		x.alone, x.child.wire.wireNumbers = true, numbers
		err = run(p)
	}
	if err != nil {
		x.Close()
		return nil, err
	}
	return &x.Execution, nil
}

// anew is run for a plan with Anew.
func (x *executor) anew(p *prim.Plan) error {
	w := x.child.wire
	numbers := w.wireNumbers
	w.forgetNumbers()
	err := x.run(p)
	if numbers.NIDs > 0 {
		w.wireNumbers = numbers
	}
	return err
}

// start starts a child.
func (x *executor) start() error {
	c, err := start(x.program, x.args, x.stdin, x.confine, x.left)
	if err != nil {
		return err
	}
	x.child = c
	x.sums = false
	x.jobs.drop()
	c.wire.forgetNumbers()
	c.wire.Signals, c.wire.Spurious, c.wire.Early, c.wire.Prints = x.program.signals, truth(x.spurious), truth(x.early), truth(x.prints)
	c.wire.Patience = x.patience
	for pc := range x.known {
		x.show(pc)
	}
	return nil
}

// run makes one execution, or takes one that has been made ahead, and reads its log.
func (x *executor) run(p *prim.Plan) error {
	if len(p.Choices) == 0 || x.sums != p.OrderSums {
		x.jobs.drop() // another search begins
	}
	if x.sums != p.OrderSums {
		x.sums = p.OrderSums
		x.child.wire.describe(x.sums)
	}
	beyond := p.Beyond && !x.stops
	made := x.jobs.take(x.child.wire, p, beyond)
	if x.child.job = made; made == nil {
		x.child.job = x.jobs.give(x.child.wire, p, beyond, x.alone)
	}
	x.Reset()
	x.Beyond = beyond
	x.states, x.met, x.woken, x.open = x.states[:0], 0, prim.Set{}, false
	x.player.Begin(p, &x.Execution)
	if made != nil {
		if err := x.read(p, false); err != nil {
			return err
		}
		return x.end(p)
	}
	for {
		if err := x.child.send(); err != nil {
			return err
		}
		answer, err := x.child.wait()
		if err != nil {
			return err
		}
		job := x.child.job
		if err := x.read(p, answer == 'a' && job.Question == 2); err != nil {
			return err
		}
		if answer == 'd' {
			return x.end(p)
		}
		switch job.Question {
		case 1:
			var enabled prim.Set
			for i := range maxThreads {
				if job.Enabled>>i&1 == 1 {
					enabled.Add(i)
				}
			}
			job.Answer = int32(x.player.Pick(&enabled))
		case 2:
			x.Events[len(x.Events)-1].Alts = job.Alternatives
			job.Answer = int32(x.player.Alt(int(job.Alternatives)))
		}
	}
}

// read reads what has been added to the log, and derives it again. asked: which outcome
// the last event has is not known yet.
func (x *executor) read(p *prim.Plan, asked bool) error {
	w := x.child.job
	if w.Events < 0 || w.Events > maxEvents || w.Threads < 0 || w.Threads > maxThreads || w.Objects < 0 || w.Objects > maxObjects || w.Spawned < 0 || w.Spawned > maxThreads {
		return errLog("its sizes are out of bounds")
	}
	for i := len(x.First); i < int(w.Objects); i++ {
		o := &w.Object[i]
		s := prim.State{Owner: o.Owner, N: o.N, Size: o.Size}
		x.First, x.states = append(x.First, s), append(x.states, s)
	}
	for ; x.met < int(w.Threads); x.met++ {
		x.threads[x.met] = prim.Thread{ID: x.met}
	}
	x.Threads = x.Threads[:0]
	for i := range int(w.Threads) {
		if w.Thread[i].There == 0 {
			x.Threads = append(x.Threads, nobody)
			continue
		}
		x.Threads = append(x.Threads, &x.threads[i])
	}
	if x.open { // it was not complete
		last := &x.Events[len(x.Events)-1]
		x.threads[last.G].Seq--
		x.Events, x.open = x.Events[:len(x.Events)-1], false
	}
	for i := len(x.Events); i < int(w.Events); i++ {
		e := &w.Event[i]
		if e.Thread < 0 || int(e.Thread) >= len(x.Threads) || x.Threads[e.Thread] == nobody {
			return errLog(fmt.Sprintf("step %d is of no thread", i+1))
		}
		if asked && i == int(w.Events)-1 {
			x.full = x.op(&e.Full)
			x.Append(&x.threads[e.Thread], &x.full)
			x.open = true
			break
		}
		if err := x.add(p, i, e); err != nil {
			return err
		}
	}
	for i, t := range x.Threads {
		if t == nobody {
			continue
		}
		r := &w.Thread[i]
		if r.Parent < -1 || int(r.Parent) >= len(x.Threads) || r.SpawnAt < 0 || r.SpawnAt > w.Events {
			return errLog(fmt.Sprintf("thread %d has not been created", i))
		}
		t.Op, t.Parent, t.SpawnAt = x.op(&r.Op), r.Parent, r.SpawnAt
		t.Condition = r.Op.condition()
		t.Called = ""
		if p.Details {
			t.Called = x.who(i)
		}
		t.Ended, t.Woken, t.Joined = r.Ended != 0, r.Woken != 0, false
		if int(t.Seq) != int(r.Seq) {
			return errLog(fmt.Sprintf("thread %d has %d steps, and says %d", i, t.Seq, r.Seq))
		}
	}
	return nil
}

// op is an operation as package prim has it.
func (x *executor) op(o *wireOp) prim.Op {
	p := o.op()
	p.Ordered = x.sums && p.Kind.Adds()
	return p
}

// add adds a step.
func (x *executor) add(p *prim.Plan, i int, e *wireEvent) error {
	t := &x.threads[e.Thread]
	full := &x.full
	*full = x.op(&e.Full)
	t.Condition = e.Full.condition()
	t.Detail = nil
	if p.Details {
		t.Detail = x.detail(e.PC, &x.child.job.Frames[i])
		t.Detail.Value = x.value(i)
	}
	if err := x.derive(i, e, full); err != nil {
		return err
	}
	if p.KeepEnabled && i >= p.KeepFrom && p.Policy == nil {
		x.keepEnabled(i, e.Enabled)
	}
	if p.Policy != nil && !asked(p, i, e) {
		if err := x.pickOnly(i, e); err != nil {
			return err
		}
	}
	ev := x.Append(t, full)
	if prim.Kind(e.Kind) == prim.OpInterrupted {
		ev.Op = full.Interrupted()
	}
	ev.Op.Kind, ev.Op.Arg = prim.Kind(e.Kind), e.Arg
	ev.Alt, ev.Alts, ev.After, ev.Same, ev.Before = e.Alt, e.Alts, e.After, e.Same != 0, e.Before
	if e.After < -1 || int(e.After) >= i {
		return errLog(fmt.Sprintf("step %d comes before what makes it possible", i+1))
	}
	if e.Objects < 0 || int(e.Objects) > len(x.First) {
		return errLog(fmt.Sprintf("step %d has met objects that there are not", i+1))
	}
	ev.Objects = e.Objects // more are known by now, of what follows
	if e.Wakes < 0 || e.WakesAt < 0 || e.WakesAt > maxWakes || e.Wakes > maxWakes-e.WakesAt {
		return errLog(fmt.Sprintf("step %d wakes too many", i+1))
	}
	for _, g := range x.child.job.Wake[e.WakesAt : e.WakesAt+e.Wakes] {
		if g < 0 || int(g) >= len(x.Threads) {
			return errLog(fmt.Sprintf("step %d wakes nobody that there is", i+1))
		}
		x.Wake(g)
		x.woken.Add(int(g))
	}
	if ev.Op.Kind == prim.OpFork {
		for i := range x.states {
			prim.Inherit(&x.states[i], int32(i), ev)
		}
	}
	for _, obj := range [...]struct {
		id   int32
		kind prim.Kind
	}{{ev.Op.Obj, ev.Op.Kind}, {ev.Op.Obj2, full.Kind.Info().Second}} {
		if obj.id >= 0 {
			prim.Apply(obj.kind, &x.states[obj.id], ev)
		}
	}
	return nil
}

// asked reports whether the child has asked who goes on with event i: where only one can,
// after the choices of the plan, it has not.
func asked(p *prim.Plan, i int, e *wireEvent) bool {
	return bits.OnesCount64(e.Enabled) > 1 || i < len(p.Choices) || len(p.Sleep) > 0
}

// pickOnly has the policy pick the only thread that could go on with event i, when it knows
// of those that there were by then.
func (x *executor) pickOnly(i int, e *wireEvent) error {
	w, all, met := x.child.job, x.Threads, 0
	for _, g := range w.Spawn[:w.Spawned] {
		if g >= 0 && int(g) < len(all) && int(w.Thread[g].SpawnAt) <= i {
			met = max(met, int(g)+1)
		}
	}
	x.Threads = all[:met]
	defer func() { x.Threads = all }()
	var only prim.Set
	if int(e.Thread) < met {
		only.Add(int(e.Thread))
	}
	if only.Len() == 0 || e.Enabled != 1<<e.Thread || x.player.Pick(&only) != int(e.Thread) {
		return errLog(fmt.Sprintf("step %d is of a thread that could not go on", i+1))
	}
	return nil
}

// detail is what is kept of an operation: the calls that have led to it.
func (x *executor) detail(pc uint64, frames *[maxFrames]uint64) *prim.Detail {
	d := &prim.Detail{Position: x.program.position(x.program.ownPlace(pc, frames[:]))}
	for _, f := range frames {
		if f != 0 {
			d.Stack = append(d.Stack, uintptr(f))
		}
	}
	if len(d.Stack) == 0 && pc != 0 {
		d.Stack = []uintptr{uintptr(pc)}
	}
	return d
}

// value is what step i has read or written, where that is known: what is found there by the next one that
// has to do with the object.
func (x *executor) value(i int) string {
	w := x.child.job
	e := &w.Event[i]
	switch prim.Kind(e.Full.Kind) {
	case prim.OpCalled, prim.OpReturned, prim.OpRecorded:
		if e.Full.Arg != recordEmpty && e.Full.Arg != recordCallRecv {
			return fmt.Sprint(int64(e.Full.Value))
		}
	case prim.OpLoad:
		return x.program.print(e.Before)
	case prim.OpStore, prim.OpRMW, prim.OpUpdateIf:
		for k := i + 1; k < int(w.Events); k++ {
			if f := &w.Event[k]; f.Full.Obj == e.Full.Obj {
				return x.program.print(f.Before)
			}
		}
	}
	return ""
}

// keepEnabled keeps who could have gone on before event i, as an executor does that asks
// at every step.
func (x *executor) keepEnabled(i int, mask uint64) {
	for len(x.Choosable) < i {
		x.Choosable = append(x.Choosable, prim.Set{})
	}
	var s prim.Set
	for g := range maxThreads {
		if mask>>g&1 == 1 {
			s.Add(g)
		}
	}
	x.Choosable = append(x.Choosable[:i], s)
}

// derive reports whether a step is what the descriptions of the operations say: it could
// be made, and turned out to be what it had to.
func (x *executor) derive(i int, e *wireEvent, full *prim.Op) error {
	if full.Kind == 0 || full.Kind >= maxKinds || full.Obj < -1 || full.Obj >= int32(len(x.states)) || full.Obj2 < -1 || full.Obj2 >= int32(len(x.states)) {
		return errLog(fmt.Sprintf("step %d is no operation", i+1))
	}
	if full.Alert() >= int32(len(x.states)) {
		return errLog(fmt.Sprintf("step %d is no operation", i+1))
	}
	for _, o := range full.More() {
		if o < 0 || int(o) >= len(x.states) {
			return errLog(fmt.Sprintf("step %d is no operation", i+1))
		}
	}
	if !full.Kind.Last() && !prim.Enabled(x, full, e.Thread) {
		return errLog(fmt.Sprintf("step %d, %v, could not be made", i+1, full.Kind))
	}
	k := prim.RefineAt(x, full)
	if k != prim.OpInterrupted {
		x.woken.Remove(int(e.Thread))
	}
	if full.Kind == prim.OpUpdateIf && k == full.Kind {
		return nil
	}
	if k != prim.Kind(e.Kind) {
		return errLog(fmt.Sprintf("step %d, %v, is %v and should be %v", i+1, full.Kind, prim.Kind(e.Kind), k))
	}
	return nil
}

func errLog(what string) error {
	return fmt.Errorf("the log of an execution contradicts itself: %s: the program writes to memory that is not its own, or this is an internal error of ipccheck", what)
}

// State implements [prim.View].
func (x *executor) State(obj int32) *prim.State {
	if obj < 0 { // a forged log
		return &prim.State{}
	}
	return &x.states[obj]
}

// Woken implements [prim.View].
func (x *executor) Woken(thread int32) bool { return x.woken.Has(int(thread)) }

// Due implements [prim.View].
func (x *executor) Due(int32) bool { return true }

// end reads how the execution has ended.
func (x *executor) end(p *prim.Plan) error {
	w := x.child.job
	x.used |= w.Used
	x.Spawned = append(x.Spawned[:0], w.Spawn[:w.Spawned]...)
	for _, g := range x.Spawned {
		if g < 0 || int(g) >= len(x.Threads) {
			return errLog("it creates nobody that there is")
		}
	}
	if int(w.Misfit) >= len(p.Choices) || int(w.Where) >= maxThreads {
		return errLog("its end is nowhere")
	}
	if w.Misfit >= 0 && p.Policy == nil {
		x.Misfit = int(w.Misfit)
	}
	x.Enabled = prim.Set{}
	for i, t := range x.Threads {
		if t == nobody {
			continue
		}
		r := &w.Thread[i]
		if r.Enabled != 0 {
			x.Enabled.Add(i)
		}
		if p.Details {
			t.Detail = x.detail(r.PC, &r.Frames)
			t.Position, t.Started = t.Detail.Position, x.program.position(r.Created)
			if r.Created != 0 {
				t.Stack = []uintptr{uintptr(r.Created)}
			}
		}
	}
	x.Where = max(int(w.Where), 0)
	message := text(w.Message[:])
	place := uint64(0)
	if x.Where < len(x.Threads) {
		place = w.Thread[x.Where].PC
	}
	if pc := w.CrashPC; pc != 0 && (x.program.position(pc) != "" || pc < x.child.wire.CodeBegin || pc >= x.child.wire.CodeEnd) {
		place = pc // and not in the runtime, which the operation has called
	}
	if w.End == endCrashed && strings.HasPrefix(message, "stack overflow") && x.program.position(place) == "" {
		for _, pc := range w.Idle[:min(max(w.Idles, 0), maxIdle)] { // the calls, of a stack that is full
			if !x.program.foreign(pc) {
				place = pc
				break
			}
		}
	}
	switch {
	case w.End == w.Behind:
	case w.Behind == endBound, w.Behind == endNoProgress, w.Behind == endUnsupported:
		x.stops, x.Beyond = true, false
	}
	switch w.End {
	case endDone:
		x.End = prim.Done
	case endDeadlock:
		x.End = prim.Deadlock
	case endBound:
		x.End = prim.Bound
	case endStopped:
		x.End = prim.Stopped
	case endCrashed:
		x.End, x.Panic = prim.Panicked, message
		if x.Position = x.program.position(place); x.Position == "" && (place < x.child.wire.CodeBegin || place >= x.child.wire.CodeEnd) {
			message += ", in code that is not the program's"
			if x.Where < len(x.Threads) {
				if after := x.program.position(w.Thread[x.Where].PC); after != "" {
					message += ", after " + after
				}
			}
			x.Panic = message
		}
		if p.Details && place != 0 {
			x.Calling = []uintptr{uintptr(place)}
		}
	case endFailed:
		x.End = prim.Failed
		x.Report.Failed = true
		if at := x.program.position(place); at != "" && w.CrashPC != 0 {
			message += " (" + at + ")"
		}
		if x.Where > 0 && x.Where < len(x.Threads) {
			message += ", in " + x.who(x.Where)
		}
		x.Report.Say(message)
	case endNoProgress:
		x.End, x.Position = prim.NoProgress, x.program.position(place)
	case endAgain:
		idle := w.Idle[:min(max(w.Idles, 0), maxIdle)]
		switch {
		case !slices.ContainsFunc(idle, x.learns):
			x.End, x.Position = prim.NoProgress, x.program.position(w.Idle[0])
		case p.Settled:
			x.End = prim.Bound
		default:
			x.End = prim.Stopped
			for _, pc := range idle {
				x.learn(pc)
			}
		}
	case endUnsupported:
		x.End = prim.Stopped
		what := message
		if at := x.program.position(place); at != "" {
			what += " (" + at + ")"
		}
		x.Reach(what)
	default:
		return errLog("its end is none")
	}
	for i := range min(max(w.Races, 0), maxRaces) {
		if p.Settled {
			break
		}
		r := &w.Race[i]
		x.learn(r.PC[0])
		x.learn(r.PC[1])
	}
	return nil
}

// learn makes the plain access at a place an operation, unless it is one.
func (x *executor) learn(pc uint64) {
	if !x.learns(pc) {
		return
	}
	x.known[pc] = true
	x.jobs.drop() // executions do something else from now on
	x.show(pc)
	x.Learned++
	x.Waits = append(x.Waits, x.program.site(pc))
}

// learns reports whether the plain access at a place can become an operation, and is none.
func (x *executor) learns(pc uint64) bool {
	w := x.child.wire
	return pc >= w.CodeBegin && pc-w.CodeBegin < maxCode && !x.known[pc]
}

// show tells the child.
func (x *executor) show(pc uint64) {
	w := x.child.wire
	if at := pc - w.CodeBegin; pc >= w.CodeBegin && at < maxCode {
		w.Visible[at/8] |= 1 << (at & 7)
	}
}

// names are the names of the objects: by their addresses, which are the same in every
// execution.
func (x *executor) names(to []prim.Name) []prim.Name {
	w := x.child.job
	for i := range x.First {
		o := &w.Object[i]
		to = append(to, prim.Name{Alloc: prim.Static, Generation: o.Generation, At: uintptr(o.Address ^ uint64(o.Class+1)<<56 ^ uint64(uint32(o.Space+2))<<48)})
	}
	return to
}

// Close implements [prim.Executor].
func (x *executor) Close() {
	if x.child != nil {
		x.child.close()
		x.child = nil
	}
}
