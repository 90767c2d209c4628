package exec

import "time"

// What timers do to channels.

// TickSend sends on a channel with a buffer on behalf of the clock, if there is
// room.
//
//go:norace
func TickSend[T any](x *Exec, ch chan T, v T) {
	id := channel(x, ch)
	o := &x.objs[id]
	if o.Closed || o.N == o.Size {
		return
	}
	x.sent(id)
	o.N++
	x.last().TimerSends = append(x.last().TimerSends, id)
	o.version++
	Hide()
	ch <- v
	Show()
}

// LateTick has the timer fire d after the next receive from a channel that is
// full: as long as nobody takes what it has sent, a ticker does nothing.
//
//go:norace
func LateTick[T any](x *Exec, ch chan T, t *Timer, d time.Duration) {
	x.late = append(x.late, lateTick{channel(x, ch), t, int64(d)})
}
