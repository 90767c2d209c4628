package suite

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/judge"
	"github.com/ipccheck/ipccheck/model"
)

// destroyingScenes plays scenes in which processes wait on a box with messages of the
// size, and the box is destroyed. They all must see it.
func (s *Suite) destroyingScenes(o subject, size int) {
	t := o.contract.Terms()
	for n := 1; n <= mostWaiting; n++ {
		for _, d := range []side{{false, "receivers"}, {true, "senders"}} {
			if d.sends && !t.SendersWait() || n > t.Most(d.sends) {
				continue
			}
			s.play(o, fmt.Sprintf("%d %s wait, then destroy", n, d.name), func(sc *scene) {
				sc.box, sc.size = o.contract.Boxes()[0], size
				if _, ok := sc.do(model.Create); !ok {
					return
				}
				if ps, ok := sc.crowd(d, n); ok {
					if _, ok := sc.do(model.Destroy); ok {
						sc.join(ps...)
					}
				}
			}, func(sc *scene, what string) {
				s.conclude(sc.Execution, o.contract, judge.Destroyed(sc.Execution, sc.main, sc.end), what)
			})
		}
	}
}
