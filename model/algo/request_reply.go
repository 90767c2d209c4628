package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// talkState is the state of two processes that write to each other's mailboxes.
type talkState struct {
	Box   [2]uint8 // messages in each process's mailbox
	Round [2]uint8
	PC    [2]uint8
	_     [2]uint8
}

func requestReply() step.Entry {
	return step.Entry{
		Name:    "request-reply",
		Summary: "two processes send before they receive; deadlocks without buffering",
		Doc: `Two processes each own a mailbox. In every round each writes a request, sends it to
the other, receives the other's request, sends its reply and receives the
other's. With capacity 0 a send waits until the other receives, and both wait;
with capacity 1 a message can lie in the mailbox meanwhile.`,
		Params: []step.Param{
			{Name: "capacity", Help: "messages a mailbox holds; 0: rendezvous", Default: 0, Min: 0, Max: 4},
			{Name: "rounds", Help: "requests each process makes", Default: 1, Min: 1, Max: 100},
		},
		Build: func(a step.Args) (step.Program, error) {
			return buildTalk(uint8(a["capacity"]), uint8(a["rounds"])), nil
		},
		Expect: func(a step.Args) []model.Code {
			if a["capacity"] == 0 {
				return []model.Code{model.Deadlock}
			}
			return nil
		},
	}
}

func buildTalk(capacity, rounds uint8) step.Program {
	m := step.New[talkState]("request-reply")
	m.PC(func(s *talkState, pid int) *uint8 { return &s.PC[pid] })
	// Labels of both processes, in order.
	const (
		_ = iota // write
		_        // send-request
		receiveRequest
		_ // send-reply
		receiveReply
	)
	for i, name := range []string{"left", "right"} {
		other := []string{"right", "left"}[i]
		p := m.Process(name, 1)
		// receiving reports whether the other waits in a receive.
		receiving := func(s *talkState) bool {
			return s.PC[1-i] == receiveRequest || s.PC[1-i] == receiveReply
		}
		send := func(what string) {
			p.Stmt("send-"+what, fmt.Sprintf("send(%s's mailbox, %s)", other, what)).
				When(func(s *talkState, c *step.Ctx) bool {
					if capacity == 0 {
						return receiving(s)
					}
					return s.Box[1-i] < capacity
				}).
				Do(func(s *talkState, c *step.Ctx) {
					if capacity == 0 {
						c.NoteFunc(func() string { return other + " receives it" })
						s.PC[1-i]++
						return
					}
					s.Box[1-i]++
				}).
				WaitsFunc(func(s *talkState, c *step.Ctx) string {
					if capacity == 0 {
						return fmt.Sprintf("%s to receive, which is sending itself", other)
					}
					return fmt.Sprintf("room in %s's mailbox", other)
				})
		}
		receive := func(what string) *step.Stmt[talkState] {
			return p.Stmt("receive-"+what, "receive()").
				When(func(s *talkState, c *step.Ctx) bool { return s.Box[i] > 0 }).
				Do(func(s *talkState, c *step.Ctx) { s.Box[i]-- }).
				Waits("a message from " + other)
		}
		p.Stmt("write", "write a request").Do(func(s *talkState, c *step.Ctx) { s.Round[i]++ })
		send("request")
		receive("request")
		send("reply")
		receive("reply")
		p.Stmt("again", "next request").When(func(s *talkState, c *step.Ctx) bool { return s.Round[i] < rounds }).Goto("write")
		p.Stmt("again", "end").When(func(s *talkState, c *step.Ctx) bool { return s.Round[i] >= rounds }).End()
	}
	return m
}

func init() { entries.Add(100, requestReply()) }
