package check

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// wakingStreams plays scenes in which several processes wait at one end of a stream
// and one operation at the other end is enough for all of them, or the other end is
// closed.
func (s *suite) wakingStreams(build func() object, b buffering, producers, consumers int, what string) {
	play := func(name string, d side, n int, act func(*scene)) {
		if !s.going() {
			return
		}
		sc := &scene{b: b, s: s, what: fmt.Sprintf("%s, %d %s wait, then %s", what, n, d.name, name), size: 1}
		sc.run, sc.end = newRun(build, s.patience)
		sc.main = sc.proc("main")
		s.covered["scenes"]++
		if sc.end == record.Complete && len(sc.crashes()) == 0 {
			if ps, ok := sc.crowd(d, n); ok {
				sc.size = n
				act(sc)
				sc.join(ps...)
			}
		}
		if len(sc.fault) > 0 {
			s.report(sc.run, sc.history(sc.end), sc.what, sc.fault, nil)
			return
		}
		s.conclude(sc.run, b, sc.end, sc.what, true)
	}
	for n := 1; n <= 3; n++ {
		for _, d := range []side{{false, "readers", consumers}, {true, "writers", producers}} {
			limited := b.capacity != Unbounded
			if n > d.most || d.send && (!limited || b.capacity > mostFilled) {
				continue
			}
			other := d.opposite(model.Send, model.Recv)
			if b.has(other) && (!limited || n <= b.capacity) {
				play(fmt.Sprintf("one %v of %d bytes", other, n), d, n, func(sc *scene) { sc.do(other) })
			}
			for _, k := range []model.Kind{model.Close, model.CloseRead} {
				if b.has(k) && !(b.closeAlone && d.send == (k == model.Close)) {
					play(k.String(), d, n, func(sc *scene) { sc.do(k) })
				}
			}
		}
	}
}

// mostFilled is the largest capacity that a scene fills, in blocks.
const mostFilled = 64
