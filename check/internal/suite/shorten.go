package suite

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
)

// Bounds of shortening. A sequence that hangs costs the patience each time.
const (
	maxTries      = 300
	maxMoves      = 60 * maxTries // in all of them
	maxStuckTries = 2
)

// shorten looks for a shorter sequence with the same fault, leaving out one part
// after the other (Zeller and Hildebrandt, delta debugging, 2002).
func shorten(m *machine, try sequence) *machine {
	best, stuck, made := m, 0, 0
	for tries, size := 0, len(m.moves)/2; size > 0; size /= 2 {
		for from := 0; from+size <= len(best.moves); {
			if tries++; tries > maxTries || stuck > maxStuckTries || made > maxMoves {
				return best
			}
			got := try(moves(slices.Concat(best.moves[:from], best.moves[from+size:])))
			made += len(got.moves)
			if got.end != record.Complete || got.abandoned {
				stuck++
			}
			if got.end == best.end && sameFault(got.found, best.found) && len(got.moves) < len(best.moves) {
				best = got
			} else {
				from += size
			}
		}
	}
	return best
}

// moves makes these moves known one after the other.
func moves(list []move) func(*machine) (move, bool) {
	i := 0
	return func(*machine) (move, bool) {
		if i == len(list) {
			return move{}, false
		}
		i++
		return list[i-1], true
	}
}

func sameFault(a, b []linear.Finding) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return a[0].Code == b[0].Code
}
