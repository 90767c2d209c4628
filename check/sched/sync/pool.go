package sync

import (
	"sync"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/world"
)

// Pool is a sync.Pool. In a controlled run it gives back what was put last, and
// loses nothing; or else, where chance is part of the search, what was put first, or
// nothing though there is something.
type Pool struct {
	// New makes a value when there is none.
	New func() any

	real  sync.Pool
	h     exec.Handle
	items []any
}

// Get takes a value out.
//
//go:norace
func (p *Pool) Get() any {
	g := exec.Current()
	if g == nil {
		if v := p.real.Get(); v != nil {
			return v
		}
	} else {
		g.RMW(g.Exec().Object(&p.h), 0)
		p.h.Acquire()
		if n := len(p.items); n > 0 {
			switch world.Decide(min(n, 2)+1, "what a sync.Pool gives back: what was put last") {
			case 0:
				g.Tell("what was put last")
				v := p.items[n-1]
				p.items = p.items[:n-1]
				return v
			case 2:
				g.Tell("what was put first")
				v := p.items[0]
				p.items = append([]any(nil), p.items[1:]...)
				return v
			}
			g.Tell("nothing that was put")
		}
	}
	if p.New != nil {
		return p.New()
	}
	return nil
}

// Put puts a value in.
//
//go:norace
func (p *Pool) Put(v any) {
	g := exec.Current()
	switch {
	case v == nil:
	case g == nil:
		p.real.Put(v)
	default:
		g.RMW(g.Exec().Object(&p.h), 0)
		p.h.Merge()
		p.items = append(p.items, v)
	}
}
