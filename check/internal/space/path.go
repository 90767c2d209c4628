package space

import (
	"math"
	"slices"

	"github.com/ipccheck/ipccheck/model/step"
)

// path returns the moves of a shortest run from the initial state to the target,
// which was first reached at the given level. Among the shortest runs it is the
// one with the fewest switches between processes, then the least in the order of
// moves: always the same one, whatever numbers the states have.
//
// No parents are kept. The levels before the target are expanded once more, from
// the last back to the first, and the states with a successor on a shortest run
// are kept with the cost of what follows. Successors are looked up in the few
// states kept, not in the table, so this pass is cheaper than the search was.
func (e *search) path(target []uint64, level int) []step.Move {
	layers := make([]*layer, level)
	goal := newLayer()
	goal.put(target, []choice{{pid: -1}})
	layers[level-1] = goal
	b := step.NewBatch(e.p)
	w := e.p.Words()
	for l := level - 2; l >= 0; l-- {
		cur, next := newLayer(), layers[l+1]
		for _, g := range e.levels[l] {
			for n := g.first; n < g.end; n++ {
				s := e.st.state(n)
				if _, broken := e.p.Broken(s, false); broken {
					continue
				}
				b.Reset()
				e.p.Expand(s, b)
				var ways []choice
				for i, mv := range b.Moves {
					if b.Failed[i] {
						continue
					}
					if follow, ok := next.get(b.States[i*w : (i+1)*w]); ok {
						ways = addWay(ways, mv, follow)
					}
				}
				if ways != nil {
					cur.put(slices.Clone(s), ways)
				}
			}
		}
		layers[l] = cur
	}
	return e.walk(layers)
}

// choice is the best way on from a state with a move of one process.
type choice struct {
	pid      int // -1 at the target: nobody moves
	move     step.Move
	switches int // between processes, from this move to the target
}

// cost is what a way on costs if the process pid has just moved.
func (c choice) cost(pid int) int {
	if c.pid >= 0 && c.pid != pid {
		return c.switches + 1
	}
	return c.switches
}

// addWay adds a move to the ways on from a state, given the ways on after it.
func addWay(ways []choice, mv step.Move, follow []choice) []choice {
	pid := int(mv.Pid)
	best := math.MaxInt
	for _, f := range follow {
		best = min(best, f.cost(pid))
	}
	for i := range ways {
		if ways[i].pid == pid {
			if best < ways[i].switches {
				ways[i].move, ways[i].switches = mv, best
			}
			return ways
		}
	}
	return append(ways, choice{pid, mv, best})
}

// walk follows the cheapest ways from the initial state.
func (e *search) walk(layers []*layer) []step.Move {
	cur := make([]uint64, e.p.Words())
	next := make([]uint64, e.p.Words())
	e.p.Initial(cur)
	var moves []step.Move
	pid := -1
	for _, l := range layers[:len(layers)-1] {
		ways, ok := l.get(cur)
		if !ok {
			panic("space: the initial state is on no shortest run")
		}
		best := slices.MinFunc(ways, func(a, b choice) int {
			if d := a.cost(pid) - b.cost(pid); d != 0 {
				return d
			}
			return compareMoves(a.move, b.move)
		})
		if _, err := e.p.Apply(cur, best.move, next); err != nil {
			panic("space: a move of a shortest run cannot be repeated: " + err.Error())
		}
		moves = append(moves, best.move)
		pid = best.pid
		cur, next = next, cur
	}
	return moves
}

// layer maps states to the ways on from them.
type layer struct {
	byHash map[uint64][]int
	states [][]uint64
	ways   [][]choice
}

func newLayer() *layer { return &layer{byHash: map[uint64][]int{}} }

func (l *layer) put(s []uint64, ways []choice) {
	h := hash(s)
	l.byHash[h] = append(l.byHash[h], len(l.states))
	l.states = append(l.states, s)
	l.ways = append(l.ways, ways)
}

func (l *layer) get(s []uint64) ([]choice, bool) {
	for _, i := range l.byHash[hash(s)] {
		if slices.Equal(l.states[i], s) {
			return l.ways[i], true
		}
	}
	return nil, false
}
