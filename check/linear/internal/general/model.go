package general

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Pending stands for the result of an operation that has not returned. Such an
// operation may have taken effect or not.
var Pending = &struct{ pending bool }{true}

// Model is the specification in the form that porcupine checks. The input of an
// operation is its [model.Op], the output a [model.Result] or [Pending]. A state
// is the set of all states in which the object may be, so that specifications
// with several outcomes need no guess.
//
// Operations that take effect together (Spec.Joint) have no place in an order of
// operations: the model knows only what each does alone.
func Model(spec model.Spec) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return newSet([]model.State{spec.Init()}) },
		Step: func(state, input, output any) (bool, any) {
			next := step(spec, state.(set), input.(model.Op), output)
			return len(next.states) > 0, next
		},
		Equal: func(a, b any) bool { return a.(set).equal(b.(set)) },
		Hash:  func(s any) uint64 { return maphash.String(hashSeed, s.(set).key) },
		DescribeOperation: func(input, output any) string {
			if output == Pending {
				return fmt.Sprintf("%v → …", input)
			}
			return fmt.Sprintf("%v → %v", input, output)
		},
		DescribeState: func(s any) string {
			words := make([]string, len(s.(set).states))
			for i, st := range s.(set).states {
				words[i] = st.String()
			}
			return strings.Join(words, " or ")
		},
	}
}

// Deterministic is [Model] for a specification that never has two outcomes with
// one result, and histories without operations that have not returned: a state is
// one state. Where that does not hold the model refuses the operation.
func Deterministic(spec model.Spec) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return one{spec.Init(), spec.Init().Key()} },
		Step: func(state, input, output any) (bool, any) {
			r, ok := output.(model.Result)
			if !ok {
				return false, nil
			}
			next := model.Accept(spec, state.(one).state, input.(model.Op), r)
			if len(next) != 1 {
				return false, nil
			}
			return true, one{next[0], next[0].Key()}
		},
		Equal:             func(a, b any) bool { return a.(one).key == b.(one).key },
		Hash:              func(s any) uint64 { return maphash.String(hashSeed, s.(one).key) },
		DescribeOperation: Model(spec).DescribeOperation,
		DescribeState:     func(s any) string { return s.(one).state.String() },
	}
}

// one is a state with its key.
type one struct {
	state model.State
	key   string
}

// modelFor is the cheaper model that is right for the history.
func modelFor(spec model.Spec, h record.History) porcupine.Model {
	// A buffer chooses only whether it refuses, which the result shows, and of
	// which producer an item is, where several have sent the same value; and what it
	// drops, where several are the oldest.
	if b, ok := spec.(*model.Buffer); !ok || b.Order() == model.PerProducer || len(h.Pending()) > 0 ||
		b.Order() != model.FIFO && b.Config().Loss == model.DropOldest {
		return Model(spec)
	}
	return Deterministic(spec)
}

var hashSeed = maphash.MakeSeed()

// set is a set of states; key identifies it.
type set struct {
	states []model.State
	key    string
}

// newSet makes a set of the states, which may repeat.
func newSet(states []model.State) set {
	switch len(states) {
	case 0:
		return set{}
	case 1:
		return set{states, states[0].Key()}
	}
	keys := make(map[string]model.State, len(states))
	for _, s := range states {
		keys[s.Key()] = s
	}
	sorted := make([]string, 0, len(keys))
	for k := range keys {
		sorted = append(sorted, k)
	}
	slices.SortFunc(sorted, cmp.Compare[string])
	out := set{states: make([]model.State, len(sorted))}
	var b strings.Builder
	for i, k := range sorted {
		out.states[i] = keys[k]
		// With its length in front no key is mistaken for part of another.
		fmt.Fprintf(&b, "%d:%s", len(k), k)
	}
	out.key = b.String()
	if len(sorted) == 1 {
		out.key = sorted[0]
	}
	return out
}

func (s set) equal(t set) bool { return len(s.states) == len(t.states) && s.key == t.key }

func step(spec model.Spec, from set, op model.Op, output any) set {
	var next []model.State
	for _, s := range from.states {
		if output == Pending {
			next = append(next, s)
			for _, o := range spec.Step(s, op) {
				next = append(next, o.Next)
			}
			continue
		}
		next = append(next, model.Accept(spec, s, op, output.(model.Result))...)
	}
	return newSet(next)
}
