// Package stress lets real processes use a transport between them under load and
// disturbance, and records what they did.
package stress

import (
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Transport is something that can be stressed.
type Transport struct {
	Name     string
	Help     string // what it is, as in "a named pipe"
	Capacity int    // messages that it holds if nothing else is asked for; 0: it has none to set
}

// Disturbance is something that may happen to the processes of a run.
type Disturbance struct {
	Name string
	Help string
}

// Disturbances are all that there are.
var Disturbances = []Disturbance{
	{"kill", "processes die"},
	{"stop", "they are stopped and go on"},
	{"signals", "a storm of signals"},
	{"delay", "some begin late"},
	{"slow", "a slow receiver"},
	{"descriptors", "they can open nothing more"},
	{"quota", "no file or queue can grow, as on a full disk"},
}

// Config is a run.
type Config struct {
	Transport            string
	Producers, Consumers int
	Items                int // of all producers together
	Size                 int // of a message, in bytes
	Capacity             int // of a ring or a queue, in messages
	Disturbances         []string
	Kills                int // with the disturbance kill
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
	// Stuck: nothing moved, and workers had to be ended. StuckCode is the fault
	// that is: a lost wakeup, or an end that never came.
	Stuck     bool
	StuckCode verdict.Code
	Name      func(proc int) string
}
