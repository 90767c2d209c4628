// Package stress lets real processes use a transport between them under load and
// disturbance, and records what they did.
package stress

import (
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Transports are the names of what can be stressed.
var Transports = []string{"pipe", "fifo", "shm", "mq", "socket", "socket-datagram", "socket-stream", "mailbox", "mailbox-mq"}

// Faults are the names of disturbances.
var Faults = []string{"kill", "stop", "signals", "delay", "slow", "descriptors", "quota"}

// Config is a run.
type Config struct {
	Transport            string
	Producers, Consumers int
	Items                int // of all producers together
	Size                 int // of a message, in bytes
	Capacity             int // of a ring or a queue, in messages
	Faults               []string
	Kills                int // with the fault kill
	Seed                 uint64
	// Progress, if not nil, is called now and then.
	Progress func(done, all int)
}

// Result is what happened.
type Result struct {
	History record.History
	// Spec is what the transport promises.
	Spec model.BufferConfig
	// Text is the same in short.
	Text string
	// Drained: nothing was left in the end.
	Drained bool
	Killed  int
	// Hung: nothing moved, and workers had to be ended. HungCode is the fault
	// that is: a lost wakeup, or an end that never came.
	Hung     bool
	HungCode verdict.Code
	Name     func(proc int) string
}
