package model_test

import (
	"testing"

	"github.com/ipccheck/ipccheck/model"
)

func TestDirect(t *testing.T) {
	tests := []struct {
		name   string
		config model.DirectConfig
		script string
	}{
		{"symmetric: both name each other", model.DirectConfig{Capacity: 2}, `
			0: send(7, to 1) -> ok
			2: send(8, to 1) -> ok
			= 0->1 [7], 1->0 [], 1->2 [], 2->1 [8]
			1: recv(from 2) -> 8 from 2
			1: recv(from 2) waits
			1: recv(from 0) -> 7 from 0
			1: recv(from anyone) -> unsupported
			1: recv_until(from anyone) -> unsupported`},
		{"asymmetric: from anyone, and the result tells whom", model.DirectConfig{Capacity: 2, Asymmetric: true}, `
			1: recv(from anyone) waits
			1: try_recv(from anyone) -> empty
			2: send(8, to 1) -> ok
			0: send(7, to 1) -> ok
			0: send(9, to 2) -> ok
			1: recv(from anyone) -> 7 from 0 | 8 from 2
			1: try_recv(from anyone) -> 8 from 2
			1: recv(from anyone) waits
			2: recv(from 0) -> 9 from 0`},
		{"the first message sets the link up, a wait or a refusal does not", model.DirectConfig{Capacity: 1}, `
			1: recv(from 0) waits
			1: try_recv(from 0) -> empty
			1: recv_until(from 0) -> deadline
			= no links
			0: send(7, to 1) -> ok
			= 0->1 [7], 1->0 []
			1: recv(from 0) -> 7 from 0
			= 0->1 [], 1->0 []`},
		{"each direction is a queue of its own", model.DirectConfig{Capacity: 1}, `
			0: send(7, to 1) -> ok
			0: send(8, to 1) waits
			0: try_send(8, to 1) -> full
			1: try_send(9, to 0) -> ok
			= 0->1 [7], 1->0 [9]
			0: recv(from 1) -> 9 from 1`},
		{"no limit", model.DirectConfig{Capacity: model.NoLimit}, `
			3: send(7, to 1) -> ok
			3: send(8, to 1) -> ok
			= 1->3 [], 3->1 [7 8]`},
		{"a link joins two processes", model.DirectConfig{Capacity: 1, Asymmetric: true}, `
			0: send(7, to 0) -> wrong_peer
			0: send(7, to -1) -> wrong_peer
			0: recv(from 0) -> wrong_peer
			0: recv(from -2) -> wrong_peer
			-1: recv(from anyone) -> wrong_peer`},
		{"one way: the first message fixes the direction", model.DirectConfig{Capacity: 1, OneWay: true}, `
			1: send(7, to 0) -> ok
			= 1->0 [7]
			0: send(8, to 1) -> wrong_peer
			0: try_send(8, to 1) -> wrong_peer
			1: recv(from 0) -> wrong_peer
			0: recv(from 1) -> 7 from 1
			# another pair may run its own way
			0: send(8, to 2) -> ok
			= 1->0 [], 0->2 [8]`},
		{"one way, from anyone", model.DirectConfig{Capacity: 1, OneWay: true, Asymmetric: true}, `
			0: send(7, to 1) -> ok
			0: try_recv(from anyone) -> empty
			1: recv(from anyone) -> 7 from 0`},
		{"no buffering: a rendezvous sets the link up", model.DirectConfig{}, `
			0: send(7, to 1) waits
			1: recv(from 0) waits
			0: send(7, to 1) & 1: recv(from 0) -> ok, 7 from 0
			= 0->1 [], 1->0 []
			0: send(7, to 1) & 1: recv(from 2) apart
			0: send(7, to 2) & 1: recv(from 0) apart
			0: send(7, to 1) & 1: recv(from anyone) apart
			0: send(7, to 1) & 1: send(7, to 0) apart
			1: try_send(7, to 0) & 0: recv_until(from 1) -> ok, 7 from 1`},
		{"no buffering, asymmetric, one way", model.DirectConfig{Asymmetric: true, OneWay: true}, `
			0: send(7, to 1) & 1: recv(from anyone) -> ok, 7 from 0
			= 0->1 []
			1: send(7, to 0) & 0: recv(from anyone) apart
			1: send(7, to 0) & 0: recv(from 1) apart`},
		{"fixed size", model.DirectConfig{Capacity: 1, Sizes: model.FixedSize(4)}, `
			0: send(7, to 1, 5 bytes) -> wrong_size
			= no links
			0: send(7, to 1, 4 bytes) -> ok`},
		{"variable size", model.DirectConfig{Sizes: model.MaxSize(4)}, `
			0: send(7, to 1, 5 bytes) & 1: recv(from 0) apart
			0: send(7, to 1, 3 bytes) & 1: recv(from 0) -> ok, 7 from 0`},
		{"refusals", model.DirectConfig{Capacity: 1, Asymmetric: true, Refusals: model.Weak, Deadlines: model.Spurious}, `
			0: try_send(7, to 1, contended) -> ok | full
			1: try_recv(from anyone, contended) -> empty !
			1: recv_until(from anyone) -> 7 from 0 | deadline
			0: send_until(7, to 0) -> wrong_peer | deadline`},
		{"links have no close, boxes or ports", model.DirectConfig{Capacity: 1}, `
			0: close() -> unsupported
			0: create(box 1) -> unsupported
			0: destroy(box 1) -> unsupported`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { script(t, model.NewDirect(tt.config), tt.script) })
	}
}
