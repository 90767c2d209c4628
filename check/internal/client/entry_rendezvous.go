package client

import (
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

func init() { entries.Add(30, rendezvous()) }

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
