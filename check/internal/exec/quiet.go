package exec

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// A channel without a buffer that is only closed, and on which nobody sends, is quiet: nobody
// can tell whether who receives waits there or is about to come. So that he comes is no
// event, as at a channel with a buffer (see [prim.Op.Queues]), and the receive is one
// operation when the channel is closed. That halves the executions for each such channel
// (one that says that a goroutine is done, or a context's).
//
// A channel is taken to be quiet until somebody announces a send: that is learned, and the
// search begins anew.

//go:norace
func init() { astray = misses }

// mostLoud is how many channels that are not quiet are told apart. If there are more, none
// is quiet.
const mostLoud = 8

// meetQuiet notes whether a channel without a buffer, which is new in the run, is quiet as
// far as is known.
//
//go:norace
func (x *Exec) meetQuiet(o *object) {
	o.quiet = Seeded != SeedLoud && len(x.loud) <= mostLoud
	if o.quiet {
		o.from = x.origins.of(o.p)
		o.quiet = !slices.Contains(x.loud, o.from)
	}
}

// sounds is called before somebody announces a send on a channel without a buffer. If that
// was taken to be quiet the run is given up.
//
//go:norace
func (g *G) sounds(id int32) {
	x := g.x
	o := &x.objs[id]
	if !o.quiet || Seeded == SeedQuiet {
		return
	}
	x.isLoud(o)
	g.stop()
}

// isLoud notes that a channel is not quiet.
//
//go:norace
func (x *Exec) isLoud(o *object) {
	x.loud = append(x.loud, o.from)
	x.Learned++
	x.End = prim.Again
}

// misses reports whether the run is given up because a replay has a goroutine come to a
// channel that is taken to be quiet: who recorded it knew that it is not.
//
//go:norace
func misses(x *Exec) bool {
	if !x.plan.Anew {
		return false
	}
	i := x.player.Chosen()
	if i < 0 || i >= len(x.Gs) || x.Gs[i].state != pending {
		return false
	}
	for _, id := range x.Gs[i].Op.Reads() {
		if id < 0 {
			continue
		}
		if o := &x.objs[id]; o.quiet && !o.Closed {
			x.isLoud(o)
			return true
		}
	}
	return false
}
