package check

import (
	"context"
	"fmt"
	"time"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// scene is a run in which processes are first made to wait, and then something
// happens that must let them go on.
type scene struct {
	*run
	b       buffering
	s       *suite
	what    string
	main    *proc
	end     record.End
	arrived bool // all that were started are known to wait
	fault   []finding

	box, size int // of mailboxes; the size of a stream's writes and reads too
}

// waking plays the scenes that the object's operations and its promise allow.
// They depend on chance only where an object waits by spinning, which looks like
// going on.
func (s *suite) waking(build func() object, b buffering, producers, consumers int, what string) {
	play := func(name string, act func(*scene)) { s.play(build, b, what+", "+name, act) }
	for n := 1; n <= 3; n++ {
		for _, d := range []side{{false, "receivers", consumers}, {true, "senders", producers}} {
			if n > d.most || d.send && b.capacity == Unbounded {
				continue
			}
			for _, k := range b.kinds {
				if k == d.opposite(model.Send, model.Recv) || k == d.opposite(model.TrySend, model.TryRecv) {
					play(fmt.Sprintf("%d %s wait, then %v", n, d.name, k), func(sc *scene) { sc.wake(d, n, k) })
				}
			}
			if b.has(model.Close) && !(d.send && b.closeAlone) {
				play(fmt.Sprintf("%d %s wait, then close", n, d.name), func(sc *scene) { sc.closing(d, n) })
			}
			if b.has(d.until()) {
				play(fmt.Sprintf("%d %s wait, one gives up", n, d.name), func(sc *scene) { sc.giveUp(d, n) })
			}
		}
	}
}

// play plays a scene and judges it.
func (s *suite) play(build func() object, b buffering, what string, act func(*scene)) {
	if !s.going() {
		return
	}
	sc := &scene{b: b, s: s, what: what}
	sc.run, sc.end = newRun(build, s.patience)
	sc.main = sc.proc("main")
	if sc.end == record.Complete && len(sc.crashes()) == 0 {
		act(sc)
	}
	s.covered["scenes"]++
	if len(sc.fault) > 0 {
		s.report(sc.run, sc.history(sc.end), sc.what, sc.fault, nil)
		return
	}
	s.conclude(sc.run, b, sc.end, sc.what, true)
}

// side is one side of the object: those who send, or those who receive.
type side struct {
	send bool
	name string
	most int // how many may be there at once
}

// opposite is the operation of the other side.
func (d side) opposite(send, recv model.Kind) model.Kind {
	if d.send {
		return recv
	}
	return send
}

func (d side) wait() model.Kind  { return d.opposite(model.Recv, model.Send) }
func (d side) until() model.Kind { return d.opposite(model.RecvContext, model.SendContext) }

// live is a context that is never done.
func live() context.Context { return context.Background() }

// waitingForm is how this side waits; ok is false if the object has no such
// operation.
func (sc *scene) waitingForm(d side) (ctx context.Context, ok bool) {
	if sc.b.has(d.wait()) {
		return nil, true
	}
	return live(), sc.b.has(d.until())
}

// launch starts an operation on a process of its own.
func (sc *scene) launch(name string, ctx context.Context, k model.Kind) *proc {
	p := sc.proc(name)
	op := sc.b.op(p, k, sc.box, sc.size)
	p.start(func() { p.do(ctx, op) })
	<-p.up // from here on settle sees it
	return p
}

// settle waits until all that were started wait. One that never stops running is
// waiting by spinning.
func (sc *scene) settle() {
	sc.arrived = settled(sc.family())
	if sc.arrived || sc.b.spins || sc.s.spun {
		return
	}
	if p := sc.spinner(); p != nil {
		sc.s.spun = true
		c, _ := p.log.Open()
		sc.fault = append(sc.fault, finding{code: verdict.BusyWaiting, witness: []record.Call{c},
			message: fmt.Sprintf("%s waits in %v by running in a loop, where it must block", p.name, c.Kind)})
	}
}

// spinner is a process that was running, or ready to run, in the same operation
// at every one of many looks during the whole of the patience, if there is one. A
// process that blocks even for a moment now and then is none.
func (sc *scene) spinner() *proc {
	suspects := map[int64]*proc{}
	for _, p := range sc.procs {
		if _, ok := p.log.Open(); ok {
			suspects[p.gid.Load()] = p
		}
	}
	for begin, looks := time.Now(), 0; len(suspects) > 0; looks++ {
		still := map[int64]*proc{}
		for _, g := range goroutines() {
			if p := suspects[g.id]; p != nil && (g.state == "running" || g.state == "runnable") {
				still[g.id] = p
			}
		}
		suspects = still
		if looks >= 20 && time.Since(begin) > sc.patience {
			break
		}
		time.Sleep(sample / 2)
	}
	for _, p := range sc.procs {
		if suspects[p.gid.Load()] == p {
			return p
		}
	}
	return nil
}

// join waits for the processes.
func (sc *scene) join(ps ...*proc) bool {
	for _, p := range ps {
		if sc.end == record.Complete {
			sc.end = await(p.done, sc.patience)
		}
	}
	return sc.end == record.Complete
}

// do performs an operation of the main process. It reports whether the scene can
// go on.
func (sc *scene) do(k model.Kind) (model.Result, bool) {
	op := sc.b.op(sc.main, k, sc.box, sc.size)
	var ctx context.Context
	if (k == model.Send || k == model.Recv) && !sc.b.has(k) {
		ctx = live()
	}
	res, end := sc.main.alone(ctx, op)
	sc.end = end
	return res, end == record.Complete && sc.main.crash == nil
}

// insist performs an operation until it succeeds. A refusal is a fault if the
// other side is known to be there, and excused once if not.
func (sc *scene) insist(k model.Kind) bool {
	for i := range pollAttempts {
		res, ok := sc.do(k)
		switch {
		case !ok:
			return false
		case res.Status != Full && res.Status != Empty:
			return true
		case sc.arrived && sc.b.capacity == 0 && sc.b.refusals == Strict:
			sc.fault = append(sc.fault, finding{code: verdict.FalseRefusal, message: fmt.Sprintf("%v answered %v while the other side was waiting", k, res.Status)})
			return false
		}
		if i >= keptRefusals {
			sc.main.log.Fold()
		}
		yield(1)
	}
	return false
}

// fill sends as many items as the object holds.
func (sc *scene) fill() bool {
	k := model.Send
	if !sc.b.has(model.Send) && !sc.b.has(model.SendContext) {
		k = model.TrySend
	}
	for range max(sc.b.capacity, 0) {
		if res, ok := sc.do(k); !ok || res.Status != OK && k == model.Send {
			return false
		}
	}
	return true
}

// crowd makes n processes of one side wait. Senders need a full buffer first.
func (sc *scene) crowd(d side, n int) ([]*proc, bool) {
	ctx, ok := sc.waitingForm(d)
	if !ok || d.send && !sc.fill() {
		return nil, false
	}
	var ps []*proc
	for i := range n {
		ps = append(ps, sc.launch(fmt.Sprintf("%s %d", d.name[:len(d.name)-1], i+1), ctx, d.wait()))
	}
	sc.settle()
	return ps, true
}

// wake: one operation of the other side for each that waits.
func (sc *scene) wake(d side, n int, with model.Kind) {
	ps, ok := sc.crowd(d, n)
	if !ok {
		return
	}
	for range n {
		if !sc.insist(with) {
			return
		}
		if sc.b.capacity == 0 { // the others have to arrive again
			sc.settle()
		}
	}
	sc.join(ps...)
}

// closing: all that wait must see the close.
func (sc *scene) closing(d side, n int) {
	ps, ok := sc.crowd(d, n)
	if !ok {
		return
	}
	if _, ok := sc.do(model.Close); ok {
		sc.join(ps...)
	}
}

// giveUp: the first of n to wait gives up, before the other side gets on or at
// the same time. What the other side does must not go with it, and the rest must
// still get on.
func (sc *scene) giveUp(d side, n int) {
	plain, _ := sc.waitingForm(d)
	with := d.opposite(model.TrySend, model.TryRecv)
	if !sc.b.has(with) {
		if _, ok := sc.waitingForm(side{send: !d.send}); !ok {
			return
		}
		with = d.opposite(model.Send, model.Recv)
	}
	if d.send && !sc.fill() {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	leaver := sc.launch(d.name[:len(d.name)-1]+" who gives up", ctx, d.until())
	sc.settle()
	var ps []*proc
	for i := range n - 1 {
		ps = append(ps, sc.launch(fmt.Sprintf("%s %d", d.name[:len(d.name)-1], i+1), plain, d.wait()))
		sc.settle()
	}
	if n%2 == 1 {
		cancel()
		if !sc.join(leaver) {
			return
		}
	} else {
		go cancel()
	}
	for range n - 1 {
		if !sc.insist(with) {
			return
		}
	}
	if !sc.join(leaver) {
		return
	}
	if c, ok := leaver.log.Last(); ok && c.Status == OK && n > 1 {
		// It got through instead of one of the others.
		if !sc.insist(with) {
			return
		}
	}
	sc.join(ps...)
}
