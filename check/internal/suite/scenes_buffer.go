package suite

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/harness"
	"github.com/ipccheck/ipccheck/model"
)

// mostWaiting is how many processes wait at once in a scene.
const mostWaiting = 3

// wakingScenes plays the scenes that the operations of a buffer and its promise
// allow. They depend on chance only where an object waits by spinning, which looks
// like making progress.
func (s *Suite) wakingScenes(o subject) {
	t := o.contract.Terms()
	for n := 1; n <= mostWaiting; n++ {
		for _, d := range []side{{false, "receivers"}, {true, "senders"}} {
			if n > t.Most(d.sends) || d.sends && !t.SendersWait() {
				continue
			}
			play := func(then string, act func(*scene)) {
				s.play(o, fmt.Sprintf("%d %s wait, %s", n, d.name, then), act, nil)
			}
			for _, k := range t.Kinds {
				if k == d.opposite(model.Send, model.Recv) || k == d.opposite(model.TrySend, model.TryRecv) {
					play(fmt.Sprintf("then %v", k), func(sc *scene) { sc.wake(d, n, k) })
				}
			}
			if t.Has(model.Close) && !(d.sends && t.CloseAlone) {
				play("then close", func(sc *scene) { sc.closing(d, n) })
			}
			if t.Has(d.until()) {
				play("one gives up", func(sc *scene) { sc.giveUp(d, n) })
			}
		}
	}
}

// wake: one operation of the other side for each process that waits.
func (sc *scene) wake(d side, n int, with model.Kind) {
	ps, ok := sc.crowd(d, n)
	if !ok {
		return
	}
	for range n {
		if !sc.insist(with) {
			return
		}
		if sc.terms.Capacity == 0 || sc.terms.Lossy() { // the others have to arrive again, or to take it
			sc.settle()
		}
	}
	sc.join(ps...)
}

// closing: every process that waits must see the close.
func (sc *scene) closing(d side, n int) {
	ps, ok := sc.crowd(d, n)
	if !ok {
		return
	}
	if _, ok := sc.do(model.Close); ok {
		sc.join(ps...)
	}
}

// giveUp: the first of n to wait gives up, before the other side makes progress or
// at the same time. What the other side does must not go with it, and the rest must
// still be woken.
func (sc *scene) giveUp(d side, n int) {
	plain, _ := sc.waitingForm(d)
	with := d.opposite(model.TrySend, model.TryRecv)
	if !sc.terms.Has(with) {
		if _, ok := sc.waitingForm(side{sends: !d.sends}); !ok {
			return
		}
		with = d.opposite(model.Send, model.Recv)
	}
	if d.sends && !sc.fill() {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	leaver := sc.launch(strings.TrimSuffix(d.name, "s")+" who gives up", ctx, d.until())
	sc.settle()
	var ps []*harness.Process
	for i := range n - 1 {
		ps = append(ps, sc.launch(d.one(i), plain, d.wait()))
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
		if sc.terms.Lossy() {
			sc.settle()
		}
	}
	if !sc.join(leaver) {
		return
	}
	if c, ok := leaver.Log.Last(); ok && c.Status == model.OK && n > 1 {
		// It got through instead of one of the others.
		if !sc.insist(with) {
			return
		}
	}
	sc.join(ps...)
}
