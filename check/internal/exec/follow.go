package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// followers works out which of the events so far happen after event at, in all orders in which
// what depends on each other stays as it was: x.follows has them, from that event on, which
// counts. The time is quadratic in their number, at most.
//
//go:norace
func (x *Exec) followers(at int) {
	x.follows, x.reached = x.follows[:0], x.reached[:0]
	for range x.Gs {
		x.reached = append(x.reached, false)
	}
	spawned := 0
	for k := at; k < len(x.Events); k++ {
		for ; spawned < len(x.Spawned) && int(x.Gs[x.Spawned[spawned]].SpawnAt) <= k; spawned++ {
			id := x.Spawned[spawned]
			if p := x.Gs[id].Parent; p >= 0 && x.reached[p] {
				x.reached[id] = true
			}
		}
		e := &x.Events[k]
		follows := k == at || x.reached[e.G] || int(e.After) >= at && x.follows[int(e.After)-at]
		for j := k - 1; !follows && j >= at; j-- {
			follows = x.follows[j-at] && prim.Depends(&x.Events[j].Op, &e.Op)
		}
		x.follows = append(x.follows, follows)
		if follows || int(e.Partner) >= at && x.follows[int(e.Partner)-at] {
			x.reached[e.G] = true
		}
		if follows {
			for _, w := range x.Wakes(e) {
				x.reached[w] = true
			}
		}
	}
}
