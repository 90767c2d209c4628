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
		s.play(build, b, fmt.Sprintf("%s, %d %s wait, then %s", what, n, d.name, name), func(sc *scene) {
			sc.size = 1
			if ps, ok := sc.crowd(d, n); ok {
				sc.size = n
				act(sc)
				sc.join(ps...)
			}
		})
	}
	for n := 1; n <= 3; n++ {
		for _, d := range []side{{false, "readers", consumers}, {true, "writers", producers}} {
			limited := b.capacity != Unbounded
			if n > d.most || d.send && (!limited || b.capacity > mostFilled) {
				continue
			}
			other := d.opposite(model.Send, model.Recv)
			if b.has(other) && (!limited || n <= b.capacity) {
				play(fmt.Sprintf("one %v of %d bytes", other, n), d, n, func(sc *scene) {
					for moved := 0; moved < n; { // short reads
						res, ok := sc.do(other)
						k := b.amount(record.NewCall(model.Op{Kind: other}, res, 0, 0))
						if !ok || k == 0 {
							return
						}
						moved += k
						sc.size = n - moved
					}
				})
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
