package exec

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
			e.Op.SetAlso(append(extend(nil, e.Op.Also()), id))
			return
		}
	}
}
