package exec

import "unsafe"

// Notified, if not nil, reports whether a channel is told of signals: of these, others may
// come than the program sends.
var Notified func(ch unsafe.Pointer) bool

//go:norace
func init() { signalled = awaitsSignal }

// awaitsSignal reports whether somebody who waits would go on with a signal.
//
//go:norace
func awaitsSignal(x *Exec) bool {
	if Notified == nil {
		return false
	}
	for _, g := range x.Gs {
		if g.state != pending {
			continue
		}
		if x.toldOf(g.Op.Obj) {
			return true
		}
		for _, o := range g.Op.More() {
			if x.toldOf(o) {
				return true
			}
		}
	}
	return false
}

//go:norace
func (x *Exec) toldOf(obj int32) bool { return obj >= 0 && Notified(x.objects.objs[obj].p) }
