package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Variants of processes that share memory.
const (
	memoryRight = iota
	noSemaphore
	noSignal
)

// cellState is the state of a counter in shared memory.
type cellState struct {
	Counter   uint8 // shared
	Semaphore uint8
	Copy      [4]uint8 // by process: what it has read
	Added     [4]uint8 // by process: additions made
	PC        [4]uint8
	_         [2]uint8
}

func sharedMemory() step.Entry {
	return step.Entry{
		Name:    "shared-memory",
		Summary: "processes count in shared memory, with a semaphore and without",
		Doc: `Processes add to a counter in memory that they share, a number of times each. An
addition reads the counter, adds and writes; one access or one operation of the
counting semaphore is a step.

  right          wait(s); copy = counter; counter = copy + 1; signal(s)
  no-semaphore   copy = counter; counter = copy + 1
  no-signal      wait(s); copy = counter; counter = copy + 1

The semaphore begins with -permits. With 1 the processes exclude each other, and the
counter ends as the number of additions. With 0 all wait forever; with more, or
without the semaphore, two read the same value and one addition is lost. As little
as 2 can be left then, however many additions were made (1 if each makes one).`,
		Params: []step.Param{
			processes("processes", "processes", 2, 4),
			{Name: "rounds", Help: "additions each process makes", Default: 2, Min: 1, Max: 4},
			{Name: "permits", Help: "value that the semaphore begins with", Default: 1, Min: 0, Max: 8},
			{Name: "variant", Help: "how they synchronise", Words: []string{"right", "no-semaphore", "no-signal"}},
		},
		Build: func(a step.Args) (step.Program, error) {
			return buildMemory(a["processes"], uint8(a["rounds"]), uint8(a["permits"]), a["variant"]), nil
		},
		Expect: expectMemory,
	}
}

func buildMemory(processes int, rounds, permits uint8, variant int) step.Program {
	m := step.New[cellState]("shared-memory")
	m.PC(func(s *cellState, pid int) *uint8 { return &s.PC[pid] })
	m.Use("Copy", processes)
	m.Use("Added", processes)
	m.Init(func(s *cellState) { s.Semaphore = permits })

	p := m.Process("process", processes)
	first := "read"
	if variant != noSemaphore {
		first = "wait"
		p.Stmt("wait", "wait(s)").
			When(func(s *cellState, c *step.Ctx) bool { return s.Semaphore > 0 }).
			Do(func(s *cellState, c *step.Ctx) { s.Semaphore-- }).
			Waits("the semaphore, which is 0")
	}
	p.Stmt("read", "copy = counter").
		Do(func(s *cellState, c *step.Ctx) { s.Copy[c.Pid] = s.Counter })
	write := func(s *cellState, c *step.Ctx) {
		if s.Counter != s.Copy[c.Pid] {
			c.Note("overwrites %d", s.Counter)
		}
		s.Counter = s.Copy[c.Pid] + 1
		s.Copy[c.Pid] = 0
		s.Added[c.Pid]++
	}
	label, text, last := "write", "counter = copy + 1", write
	if variant == memoryRight {
		p.Stmt(label, text).Do(write)
		label, text, last = "signal", "signal(s)", func(s *cellState, c *step.Ctx) { s.Semaphore++ }
	}
	// more reports whether the process goes on after its last statement, which
	// may be the one that adds.
	more := func(s *cellState, c *step.Ctx) bool {
		if variant == memoryRight {
			return s.Added[c.Pid] < rounds
		}
		return s.Added[c.Pid]+1 < rounds
	}
	p.Stmt(label, text).When(more).Do(last).Goto(first)
	p.Stmt(label, text).When(func(s *cellState, c *step.Ctx) bool { return !more(s, c) }).Do(last).End()

	made := func(s *cellState) (n int) {
		for _, added := range s.Added {
			n += int(added)
		}
		return n
	}
	total := processes * int(rounds)
	m.Invariant(model.DataRace, "the counter ends as the number of additions",
		func(s *cellState) bool { return int(s.Counter) == total || made(s) < total },
		func(s *cellState) string {
			return fmt.Sprintf("the counter is %d after %d additions: %d were lost between reading and writing", s.Counter, total, total-int(s.Counter))
		})
	return m
}

// expectMemory states what exploring finds.
func expectMemory(a step.Args) []model.Code {
	permits := a["permits"]
	switch {
	case a["variant"] == memoryRight && permits == 0,
		a["variant"] == noSignal && permits < a["processes"]*a["rounds"]:
		return []model.Code{model.Deadlock}
	case a["processes"] > 1 && (a["variant"] == noSemaphore || permits > 1):
		return []model.Code{model.DataRace}
	}
	return nil
}

func init() { entries.Add(60, sharedMemory()) }
