package diagnose

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/picture"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// evidence is what a pattern is looked for in.
type evidence struct {
	*picture.Picture
	code    verdict.Code
	sources func(*verdict.Trace) []verdict.Source // nil: only those of the trace
}

// patterns are those that are known, the more telling ones first. Each is certain: the
// trace shows all that makes it one.
var patterns = []func(evidence) *verdict.Hint{
	raceless(ifForWhile), addInside, leftByTimer, lockOrder, mutexFirst, signalBeforeWait, lookThenWait, twoProducers, bothClaim,
}

// hint is the first pattern that the trace has, nil if it has none.
func hint(e evidence) *verdict.Hint {
	if e.Kind != verdict.GoPicture || len(e.Actors) == 0 {
		return nil
	}
	for _, p := range patterns {
		if h := p(e); h != nil {
			return h
		}
	}
	return nil
}

// raceless is a pattern that says nothing of data races.
func raceless(p func(evidence) *verdict.Hint) func(evidence) *verdict.Hint {
	return func(e evidence) *verdict.Hint {
		if e.Race != nil {
			return nil
		}
		return p(e)
	}
}

// explain is the command that shows the page of a code.
func explain(c verdict.Code) string { return "ipccheck explain " + string(c) }

// at is the index of the first step from the given one on for which f holds, -1 if there
// is none.
func (e evidence) at(from int, f func(picture.Step) bool) int {
	for i := from; i < len(e.Steps); i++ {
		if f(e.Steps[i]) {
			return i
		}
	}
	return -1
}

// touches reports whether a step or somebody who waits has to do with an object.
func touches(object int, objects []int, o int) bool {
	return o > 0 && (object == o || slices.Contains(objects, o))
}

// tokens reports whether an object is a semaphore, or a channel of which only the number of
// items counts.
func (e evidence) tokens(o int) bool {
	x := e.Object(o)
	return x != nil && (x.Kind == "chan" && x.Tokens || x.Kind == "semaphore")
}
