package suite

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// mostFilled is the largest capacity that a scene fills, in blocks.
const mostFilled = 64

// crowdScenes plays scenes in which several processes wait at one end of a stream
// and one operation at the other end is enough for all of them, or an end is closed.
func (s *Suite) crowdScenes(o subject) {
	t := o.contract.Terms()
	for n := 1; n <= mostWaiting; n++ {
		for _, d := range []side{{false, "readers"}, {true, "writers"}} {
			if n > t.Most(d.sends) || d.sends && (t.Unbounded() || t.Capacity > mostFilled) {
				continue
			}
			play := func(then string, act func(*scene)) {
				s.play(o, fmt.Sprintf("%d %s wait, then %s", n, d.name, then), func(sc *scene) {
					sc.size = 1
					if ps, ok := sc.crowd(d, n); ok {
						act(sc)
						sc.join(ps...)
					}
				}, nil)
			}
			other := d.opposite(model.Send, model.Recv)
			if t.Has(other) && (t.Capacity < 1 || n <= t.Capacity) {
				play(fmt.Sprintf("one %v of %s", other, words.Plural(n, "byte", "bytes")), func(sc *scene) { sc.moveBytes(other, n) })
			}
			for _, k := range []model.Kind{model.Close, model.CloseRead} {
				if k == model.CloseRead && t.HalfClose {
					continue // it wakes nobody
				}
				if t.Has(k) && !(t.CloseAlone && d.sends == (k == model.Close)) {
					play(k.String(), func(sc *scene) { sc.do(k) })
				}
			}
		}
	}
}

// moveBytes writes or reads n bytes, in several operations if they are short.
func (sc *scene) moveBytes(k model.Kind, n int) {
	for moved := 0; moved < n; {
		sc.size = n - moved
		r, ok := sc.do(k)
		m := sc.contract.Amount(record.NewCall(model.Op{Kind: k}, r, 0, 0))
		if !ok || m == 0 {
			return
		}
		moved += m
	}
}
