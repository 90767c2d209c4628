package client

import (
	"errors"
	"fmt"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

func init() { entries.Add(40, mailbox()) }

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
