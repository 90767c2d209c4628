// Package client puts producers and consumers on a specification, so that the
// specification can be explored as it is, like any algorithm.
package client

import (
	"errors"
	"fmt"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// Config says who uses the object, and how.
//
// Producers have the process numbers from 0, consumers those behind them, the
// closer the last. Each producer sends its items and ends; the consumers take
// turns, in any order, at receiving what there is. Producer p's item k, both
// from 0, is the value p*Items+k+1.
type Config struct {
	Name string // of the program
	Spec model.Spec
	// Object is what the program calls the object's state: "Buffer".
	Object string
	// Producers and Consumers are 1 or more each, Items (of each producer) as
	// well. There are at most 16 processes and 63 items.
	Producers, Consumers, Items int

	// Send is the call by which a producer sends an item; its process and value
	// are filled in. Nil: a [model.Send].
	Send func(producer, item int) model.Op
	// Recv is the calls between which a consumer chooses whenever it receives.
	// Nil: a [model.Recv].
	Recv func(consumer int) []model.Op
	// Close adds a process that closes the object when all producers have ended;
	// the consumers end when they are told so.
	Close bool

	// Lane is the queue in which an item of a producer travels, from 0. Nil: the
	// object has only one. The promises below hold for each.
	Lane func(producer, item int) int
	// Capacity is how many items are held at most, [model.NoLimit] for no limit.
	Capacity int
	Order    model.Order

	// KeyBytes is the length of the longest key that the object's states get, 0
	// if it is not known. Short keys make small states.
	KeyBytes int
}

const (
	maxProcesses = 16
	maxItems     = 63
	maxHeld      = 23 // what a ledger holds
	maxKey       = 111
)

func (c *Config) validate() error {
	switch {
	case c.Producers < 1 || c.Consumers < 1 || c.Items < 1:
		return fmt.Errorf("%d producers with %d items each and %d consumers: want 1 or more of each", c.Producers, c.Items, c.Consumers)
	case c.processes() > maxProcesses:
		return fmt.Errorf("%d processes: want at most %d", c.processes(), maxProcesses)
	case c.Producers*c.Items > maxItems:
		return fmt.Errorf("%d producers with %d items each send %d items: want at most %d in all", c.Producers, c.Items, c.Producers*c.Items, maxItems)
	case c.held() > maxHeld:
		return fmt.Errorf("up to %d items are held at once: want at most %d, so a smaller capacity or fewer items", c.held(), maxHeld)
	case c.KeyBytes > maxKey:
		return fmt.Errorf("states of the object take up to %d bytes: want at most %d", c.KeyBytes, maxKey)
	case c.Spec == nil:
		return errors.New("no specification")
	}
	return nil
}

func (c *Config) processes() int {
	n := c.Producers + c.Consumers
	if c.Close {
		n++
	}
	return n
}

// lanes is the number of queues.
func (c *Config) lanes() int {
	n := 0
	for p := range c.Producers {
		for k := range c.Items {
			n = max(n, c.Lane(p, k)+1)
		}
	}
	return n
}

// held is how many items may be held at once.
func (c *Config) held() int {
	all := c.Producers * c.Items
	if c.Capacity == model.NoLimit {
		return all
	}
	return min(all, c.Capacity*c.lanes())
}

// New makes the program. Its steps are the operations of the object, a
// rendezvous being one step, of the producer. A send or receive that waits is a
// guard that is false; one that is refused is a step after which it is tried
// again.
//
// The program has the properties of every buffer (see [step.Buffer]), and
// reports as IPC017 any answer that the client does not expect. An end is legal
// where all producers have ended, everything has been delivered, and, with a
// closer, the consumers have ended too. That accepted items are held is checked
// only if the states have a method Holds(value int64) bool, as those of package
// model have.
//
// The error says what is out of range. A state whose key is longer than promised
// makes the program panic.
func New(c Config) (step.Program, error) {
	if c.Lane == nil {
		c.Lane = func(int, int) int { return 0 }
	}
	if c.Send == nil {
		c.Send = func(int, int) model.Op { return model.Op{Kind: model.Send} }
	}
	if c.Recv == nil {
		c.Recv = func(int) []model.Op { return []model.Op{{Kind: model.Recv}} }
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	switch n := c.KeyBytes; {
	case n > 0 && n <= 15:
		return build(c, func(k *[16]byte) []byte { return k[:] }), nil
	case n > 0 && n <= 47:
		return build(c, func(k *[48]byte) []byte { return k[:] }), nil
	}
	return build(c, func(k *[maxKey + 1]byte) []byte { return k[:] }), nil
}
