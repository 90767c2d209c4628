package client

import (
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

func init() {
	entries.Add(10, boundedBuffer())
	entries.Add(20, unboundedBuffer())
}

func boundedBuffer() step.Entry {
	return step.Entry{
		Name:    "bounded-buffer",
		Summary: "the meaning of a bounded buffer, used by producers and consumers",
		Doc: "The specification itself: a producer waits when the buffer is full, a consumer when it is empty." + common +
			" Algorithms for bounded buffers can be compared with it.",
		Params: []step.Param{producers, consumers,
			{Name: "capacity", Help: "items that the buffer holds", Default: 2, Min: 1, Max: maxHeld},
			items, order, mode, closing},
		Build:  func(a step.Args) (step.Program, error) { return buffer("bounded-buffer", a["capacity"], a) },
		Expect: noFault,
	}
}

func unboundedBuffer() step.Entry {
	return step.Entry{
		Name:    "unbounded-buffer",
		Summary: "the meaning of an unbounded buffer, used by producers and consumers",
		Doc:     "The specification itself: a consumer waits when the buffer is empty, a producer never." + common,
		Params:  []step.Param{producers, consumers, items, order, mode, closing},
		Build:   func(a step.Args) (step.Program, error) { return buffer("unbounded-buffer", model.NoLimit, a) },
		Expect:  noFault,
	}
}

func buffer(name string, capacity int, a step.Args) (step.Program, error) {
	c := config(name, "Buffer", a)
	c.Capacity, c.Order = capacity, model.Order(a["order"])
	c.Spec = model.NewBuffer(model.BufferConfig{Capacity: capacity, Order: c.Order})
	c.KeyBytes = queueBytes(&c)
	return New(c)
}

// queueBytes is the longest encoding of a queue, for numbers of items and
// processes that take a byte each: see the keys of package model.
func queueBytes(c *Config) int {
	n := c.Producers * c.Items
	if c.Capacity != model.NoLimit {
		n = min(n, c.Capacity)
	}
	if c.Order == model.PerProducer {
		return 1 + 2*min(c.Producers, n) + n
	}
	return 1 + n
}
