package exec

import "github.com/ipccheck/ipccheck/check/internal/prim"

// come notes, when nobody can go on, who has come to wait for a channel with a
// buffer.
//
//go:norace
func (x *Exec) come() {
	for _, g := range x.Gs {
		if g.state != pending || g.Since != 0 {
			continue
		}
		g.Op.Queues(func(int32, bool) bool {
			g.Since = int32(len(x.Events)) + 1
			return false
		})
		if g.Since != 0 {
			x.queued++
		}
	}
}

// serve takes a goroutine that goes on out of those that were seen to wait.
//
//go:norace
func (x *Exec) serve(g *G) {
	if g.Since != 0 {
		x.queued--
	}
}

// changesQueue notes that the event under way, a receive or a close, lets somebody go
// on that was seen to wait to send on the channel.
//
//go:norace
func (x *Exec) changesQueue(id int32) {
	if x.queued == 0 {
		return
	}
	for _, w := range x.Gs {
		if w.state == pending && w.Since != 0 && w.Op.Sends(id) {
			e := x.last()
			e.Op.Also = append(e.Op.Also, id)
			return
		}
	}
}

// overtakes reports whether the operation of g would overtake a goroutine that was
// seen to wait for the same channel before, and can go on now.
//
//go:norace
func (x *Exec) overtakes(g *G) (yes bool) {
	if x.queued == 0 {
		return false
	}
	for _, w := range x.Gs {
		if w.state != pending || !prim.Earlier(w.Since, g.Since) {
			continue
		}
		w.Op.Queues(func(ch int32, send bool) bool {
			yes = g.Op.Touches(ch) && prim.Ready(&x.objs[ch].State, send)
			return !yes
		})
		if yes {
			return true
		}
	}
	return false
}
