package client

import (
	"errors"
	"fmt"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// Entries are the specifications of package model as models by name.
func Entries() []step.Entry {
	return []step.Entry{boundedBuffer(), unboundedBuffer(), rendezvous(), mailbox()}
}

// Parameters that several models have.
var (
	producers = step.Param{Name: "producers", Help: "processes that send", Default: 2, Min: 1, Max: 7}
	consumers = step.Param{Name: "consumers", Help: "processes that receive", Default: 2, Min: 1, Max: 7}
	items     = step.Param{Name: "items", Help: "items that each producer sends", Default: 2, Min: 1, Max: maxHeld}
	order     = step.Param{Name: "order", Help: "the order in which items leave", Words: []string{"total", "per-producer", "bag"}}
	closing   = step.Param{Name: "close", Help: "the buffer is closed when the producers have ended, and then the consumers end", Words: []string{"no", "yes"}}
	mode      = step.Param{Name: "mode", Help: "which operations are non-blocking", Words: []string{"blocking", "try-send", "try-recv", "try"}}
)

// send is the kind of send in a mode, recv the kind of receive.
func send(a step.Args) model.Kind {
	if a["mode"] == 1 || a["mode"] == 3 {
		return model.TrySend
	}
	return model.Send
}

func recv(a step.Args) model.Kind {
	if a["mode"] >= 2 {
		return model.TryRecv
	}
	return model.Recv
}

// config is what the parameters common to all models say.
func config(name, object string, a step.Args) Config {
	return Config{
		Name: name, Object: object,
		Producers: a["producers"], Consumers: a["consumers"], Items: a["items"],
		Send:  func(int, int) model.Op { return model.Op{Kind: send(a)} },
		Recv:  func(int) []model.Op { return []model.Op{{Kind: recv(a)}} },
		Close: a["close"] == 1,
	}
}

// noFault is what a specification must give: it is right by definition.
func noFault(step.Args) []model.Code { return nil }

const common = ` One step is one operation of the object, which takes effect at once; a send or ` +
	`receive that has to wait is not executed. The producers send their items and end; the ` +
	`consumers go on receiving. All may stop when everything has been delivered.`

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

func rendezvous() step.Entry {
	return step.Entry{
		Name:    "rendezvous",
		Summary: "the meaning of a rendezvous, between producers and consumers",
		Doc: "The specification itself: neither a send nor a receive gets past before the other has arrived." + common +
			" A send and the receive that it meets are one step, of the producer. " +
			"Two non-blocking operations never meet, so at most one side is.",
		Params: []step.Param{producers, consumers, items,
			{Name: "mode", Help: mode.Help, Words: mode.Words[:3]}, closing},
		Build: func(a step.Args) (step.Program, error) {
			c := config("rendezvous", "Rendezvous", a)
			c.Spec = model.Rendezvous()
			c.KeyBytes = 1
			return New(c)
		},
		Expect: noFault,
	}
}

func mailbox() step.Entry {
	return step.Entry{
		Name:    "mailbox",
		Summary: "the meaning of message passing, indirect or direct, between producers and consumers",
		Doc: "The specification itself. Indirect: everybody shares one mailbox. Symmetric: a producer names the consumer and " +
			"a consumer the producer; each producer sends to the consumers in turn, beginning with the one of its own number. " +
			"Asymmetric: likewise, but a consumer receives from anyone. A direct link is set up by its first message." + common,
		Params: []step.Param{producers, consumers,
			{Name: "capacity", Help: "messages that the mailbox, or each direction of a link, holds; 0: none, a rendezvous; -1: no limit", Default: 1, Min: model.NoLimit, Max: maxHeld},
			items,
			{Name: "addressing", Help: "what a send and a receive name", Words: []string{"indirect", "symmetric", "asymmetric"}},
			{Name: "order", Help: "the order in which messages leave a mailbox (a link has one sender)", Words: order.Words},
			mode},
		Build:  messages,
		Expect: noFault,
	}
}

func messages(a step.Args) (step.Program, error) {
	if a["capacity"] == 0 && a["mode"] == 3 {
		return nil, errors.New("mode try with capacity 0: two non-blocking operations never meet; make one side blocking, or the capacity 1 or more")
	}
	c := config("mailbox", "Mailbox", a)
	c.Capacity, c.Order = a["capacity"], model.Order(a["order"])
	if a["addressing"] == 0 {
		c.Spec = model.NewMailbox(model.MailboxConfig{Capacity: c.Capacity, Order: c.Order, Boxes: []int{0}})
		c.KeyBytes = 2 + queueBytes(&c)
		return New(c)
	}
	c.Object = "Links"
	c.Order = model.FIFO
	c.Spec = model.NewDirect(model.DirectConfig{Capacity: c.Capacity, Asymmetric: a["addressing"] == 2})
	to := func(producer, item int) int { return (producer + item) % c.Consumers }
	c.Send = func(p, k int) model.Op { return model.Op{Kind: send(a), Peer: c.Producers + to(p, k)} }
	c.Lane = func(p, k int) int { return p*c.Consumers + to(p, k) }
	if a["addressing"] == 1 {
		c.Recv = func(int) []model.Op {
			var ops []model.Op
			for p := range c.Producers {
				ops = append(ops, model.Op{Kind: recv(a), Peer: p})
			}
			return ops
		}
	} else {
		c.Recv = func(int) []model.Op { return []model.Op{{Kind: recv(a), Peer: model.AnyPeer}} }
	}
	links := c.Producers * min(c.Consumers, c.Items)
	c.KeyBytes = 1 + 4*links + min(c.held(), maxHeld)
	if c.KeyBytes > maxKey {
		return nil, fmt.Errorf("%d links: want at most %d, so fewer producers or consumers", links, (maxKey-maxHeld-1)/4)
	}
	return New(c)
}
