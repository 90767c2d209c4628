package client

import "github.com/ipccheck/ipccheck/model/step"

// program is the model, with a rendezvous counted as both of its halves.
type program[K comparable] struct {
	*step.Model[state[K]]
	b        *builder[K]
	meet     []bool  // by statement: it is a rendezvous
	receive  []int   // by alternative of receiving: the statement
	partners [][]int // by producer: the alternatives that it meets
}

// Expand implements [step.Program]. A rendezvous is a step of the producer, but
// the receive has been executed as well, and counts as such.
func (p *program[K]) Expand(s []uint64, batch *step.Batch) {
	first := batch.Len()
	p.Model.Expand(s, batch)
	if !p.b.meets {
		return
	}
	for _, mv := range batch.Moves[first:] {
		if p.meet[mv.Stmt] {
			for _, alt := range p.partners[mv.Pid] {
				batch.Enabled[p.receive[alt]]++
			}
		}
	}
}
