package model_test

import (
	"testing"

	"github.com/ipccheck/ipccheck/model"
)

func TestMailbox(t *testing.T) {
	tests := []struct {
		name   string
		config model.MailboxConfig
		script string
	}{
		{"a box is created, used and destroyed", model.MailboxConfig{Capacity: 2}, `
			= no boxes
			0: send(7, box 3) -> destroyed
			1: recv(box 3) -> destroyed
			0: destroy(box 3) -> destroyed
			0: create(box 3) -> ok
			1: create(box 3) -> exists
			= box 3 []
			0: send(7, box 3) -> ok
			= box 3 [7]
			1: destroy(box 3) -> ok
			= no boxes
			0: send(8, box 3) -> destroyed
			0: try_send(8, box 3) -> destroyed
			0: send_until(8, box 3) -> destroyed
			1: recv(box 3) -> destroyed
			1: try_recv(box 3) -> destroyed
			1: recv_until(box 3) -> destroyed
			0: close(box 3) -> destroyed
			# the number may be used again; what the box held is gone
			0: create(box 3) -> ok
			1: try_recv(box 3) -> empty`},
		{"several processes share a box, two processes several boxes", model.MailboxConfig{Capacity: 2, Boxes: []int{5, 2, 5}}, `
			= box 2 [], box 5 []
			0: send(7, box 5) -> ok
			1: send(8, box 5) -> ok
			0: send(9, box 2) -> ok
			= box 2 [9], box 5 [7 8]
			2: recv(box 5) -> 7
			3: recv(box 5) -> 8
			3: recv(box 5) waits
			1: recv(box 2) -> 9`},
		{"each box is a bounded buffer", model.MailboxConfig{Capacity: 1, Boxes: []int{1, 2}}, `
			0: try_send(7, box 1) -> ok
			0: try_send(8, box 1) -> full
			0: send(8, box 1) waits
			0: send_until(8, box 1) -> deadline
			0: try_send(8, box 2) -> ok`},
		{"no limit", model.MailboxConfig{Capacity: model.NoLimit, Boxes: []int{1}}, `
			0: send(7, box 1) -> ok
			0: send(8, box 1) -> ok
			0: send(9, box 1) -> ok`},
		{"no buffering: a rendezvous at the box", model.MailboxConfig{Boxes: []int{1, 2}}, `
			0: send(7, box 1) waits
			1: recv(box 1) waits
			0: send(7, box 1) & 1: recv(box 1) -> ok, 7
			0: send(7, box 1) & 1: recv(box 2) apart
			0: send(7, box 3) & 1: recv(box 3) apart
			0: try_send(7, box 1) & 1: try_recv(box 1) apart
			0: close(box 1) -> ok
			0: send(7, box 1) & 1: recv(box 1) apart
			0: send(7, box 2) & 1: recv(box 2) -> ok, 7`},
		{"fixed size: another size is an error, and nothing changes", model.MailboxConfig{Capacity: 1, Boxes: []int{1}, Sizes: model.FixedSize(4)}, `
			0: send(7, box 1, 5 bytes) -> wrong_size
			0: send(7, box 1, 3 bytes) -> wrong_size
			0: try_send(7, box 1, 3 bytes) -> wrong_size
			= box 1 []
			0: send(7, box 1, 4 bytes) -> ok
			# the size is judged first, however full the box
			0: send(8, box 1, 5 bytes) -> wrong_size
			1: recv(box 1) -> 7`},
		{"variable size: a message over the size is an error", model.MailboxConfig{Boxes: []int{1}, Sizes: model.MaxSize(4)}, `
			0: send(7, box 1, 5 bytes) -> wrong_size
			0: send(7, box 1, 5 bytes) & 1: recv(box 1) apart
			0: send(7, box 1, 4 bytes) & 1: recv(box 1) -> ok, 7
			0: send(7, box 1) & 1: recv(box 1) -> ok, 7`},
		{"one way: who may send and who may receive", model.MailboxConfig{Capacity: 1, Boxes: []int{1, 2},
			Rights: map[int]model.Rights{1: {Senders: []int{0}, Receivers: []int{1}}}}, `
			1: send(7, box 1) -> wrong_peer
			0: recv(box 1) -> wrong_peer
			2: try_recv(box 1) -> wrong_peer
			= box 1 [], box 2 []
			0: send(7, box 1) -> ok
			1: recv(box 1) -> 7
			1: send(7, box 2) -> ok
			# rights outlive the box
			2: destroy(box 1) -> ok
			2: create(box 1) -> ok
			1: send(7, box 1) -> wrong_peer`},
		{"one way without buffering", model.MailboxConfig{Boxes: []int{1}, Rights: map[int]model.Rights{1: {Senders: []int{0}}}}, `
			1: send(7, box 1) & 0: recv(box 1) apart
			0: send(7, box 1) & 1: recv(box 1) -> ok, 7`},
		{"per-producer order", model.MailboxConfig{Capacity: 3, Boxes: []int{1}, Order: model.PerProducer}, `
			1: send(7, box 1) -> ok
			0: send(8, box 1) -> ok
			0: send(9, box 1) -> ok
			= box 1 [0: 8 9; 1: 7]
			2: recv(box 1) -> 8 | 7`},
		{"a box can be closed", model.MailboxConfig{Capacity: 1, Boxes: []int{1, 2}}, `
			0: send(7, box 1) -> ok
			0: close(box 1) -> ok
			= box 1 [7] closed, box 2 []
			0: send(8, box 1) -> closed
			0: send(8, box 2) -> ok
			1: recv(box 1) -> 7
			1: recv(box 1) -> closed
			0: close(box 1) -> closed`},
		{"weak refusals", model.MailboxConfig{Capacity: 2, Boxes: []int{1}, Refusals: model.Weak}, `
			0: try_send(7, box 1, contended) -> ok | full
			0: try_send(7, box 2, contended) -> destroyed`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { script(t, model.NewMailbox(tt.config), tt.script) })
	}
}
