package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Variants of the rendezvous by semaphores.
const (
	meetRight = iota
	meetWaitFirst
	meetOneSided
)

// meetState is the state of two processes that meet.
type meetState struct {
	Arrived [2]uint8 // semaphores: signalled by a process when it arrives
	Came    [2]uint8 // ghost: arrivals
	Passed  [2]uint8 // ghost: rounds completed
	PC      [2]uint8
}

func semaphoreRendezvous() step.Entry {
	return step.Entry{
		Name:    "semaphore-rendezvous",
		Summary: "two processes meet by two semaphores, right and wrong",
		Doc: `Each process says that it has arrived, then waits for the other, in a number of
rounds; a semaphore operation is a step. Nobody may pass a round before the
other has arrived at it.

  right        signal(mine); wait(other's)
  wait-first   wait(other's); signal(mine): both wait forever
  one-sided    the second process does not wait: it passes alone`,
		Params: []step.Param{
			{Name: "rounds", Help: "how often they meet", Default: 2, Min: 1, Max: 100},
			{Name: "variant", Help: "the protocol", Words: []string{"right", "wait-first", "one-sided"}},
		},
		Build: func(a step.Args) (step.Program, error) { return buildMeeting(uint8(a["rounds"]), a["variant"]), nil },
		Expect: func(a step.Args) []model.Code {
			return [][]model.Code{meetRight: nil, meetWaitFirst: {model.Deadlock}, meetOneSided: {model.NotLinearizable}}[a["variant"]]
		},
	}
}

func buildMeeting(rounds uint8, variant int) step.Program {
	m := step.New[meetState]("semaphore-rendezvous")
	m.PC(func(s *meetState, pid int) *uint8 { return &s.PC[pid] })
	for i, name := range []string{"left", "right"} {
		p := m.Process(name, 1)
		other := []string{"right", "left"}[i]
		pass := func(s *meetState) { s.Passed[i]++ }
		last := variant != meetWaitFirst // waiting is the last thing done in a round
		signal := func() *step.Stmt[meetState] {
			return p.Stmt("signal", "signal("+name+" arrived)").Do(func(s *meetState, c *step.Ctx) {
				s.Arrived[i]++
				s.Came[i]++
				if !last || variant == meetOneSided && i == 1 {
					pass(s)
				}
			})
		}
		wait := func() *step.Stmt[meetState] {
			return p.Stmt("wait", "wait("+other+" arrived)").
				When(func(s *meetState, c *step.Ctx) bool { return s.Arrived[1-i] > 0 }).
				Do(func(s *meetState, c *step.Ctx) {
					s.Arrived[1-i]--
					if last {
						pass(s)
					}
				}).
				Waits("the " + other + " process to arrive")
		}
		var end *step.Stmt[meetState]
		first := "signal"
		switch {
		case variant == meetWaitFirst:
			first = "wait"
			wait()
			end = signal()
		case variant == meetOneSided && i == 1:
			end = signal()
		default:
			signal()
			end = wait()
		}
		end.Goto("again")
		p.Stmt("again", "next round").When(func(s *meetState, c *step.Ctx) bool { return s.Passed[i] < rounds }).Goto(first)
		p.Stmt("again", "end").When(func(s *meetState, c *step.Ctx) bool { return s.Passed[i] >= rounds }).End()
	}
	early := func(s *meetState) int {
		for i := range 2 {
			if s.Passed[i] > s.Came[1-i] {
				return i
			}
		}
		return -1
	}
	m.Invariant(model.NotLinearizable, "nobody passes before the other has arrived",
		func(s *meetState) bool { return early(s) < 0 },
		func(s *meetState) string {
			i := early(s)
			return fmt.Sprintf("the %s process passed round %d, and the %s one had not arrived at it",
				[]string{"left", "right"}[i], s.Passed[i], []string{"right", "left"}[i])
		})
	return m
}

func init() { entries.Add(80, semaphoreRendezvous()) }
