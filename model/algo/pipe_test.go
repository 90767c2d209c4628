package algo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/model/step"
	"github.com/ipccheck/ipccheck/model/step/steptest"

	"github.com/ipccheck/ipccheck/model"
)

// Values of the pipe's parameters that are words.
const (
	readsAll     = 1
	openWriteEnd = 1
	openReadEnd  = 2
	shortRead    = 3
)

// What POSIX says of pipes, as verdicts.
func TestPipeRules(t *testing.T) {
	e := entry(t, "pipe")
	for _, tt := range []struct {
		rule string
		args step.Args
		want []model.Code
	}{
		{"a write of PIPE_BUF bytes is whole", step.Args{"size": 3, "atomic": 3, "capacity": 4}, nil},
		{"a longer one is not", step.Args{"size": 3, "atomic": 2}, []model.Code{model.InventedItem}},
		{"which does no harm to one writer", step.Args{"size": 3, "atomic": 2, "producers": 1}, nil},
		{"even if a message is larger than the pipe", step.Args{"size": 5, "capacity": 2, "producers": 1}, nil},
		{"no message of one byte is torn", step.Args{"size": 1, "atomic": 1, "capacity": 1, "consumers": 2}, nil},
		{"two readers share a message", step.Args{"consumers": 2}, []model.Code{model.InventedItem, model.BrokenBoundary}},
		{"unless each read gives a whole one", step.Args{"consumers": 2, "reads": readsAll}, nil},
		{"a write end that is left open keeps the reader waiting", step.Args{"variant": openWriteEnd}, []model.Code{model.Deadlock}},
		{"but not a reader that knows how many records to read", step.Args{"variant": openWriteEnd, "records": 4}, nil},
		{"a reader that leaves early gives the writers EPIPE", step.Args{"records": 1, "capacity": 2}, nil},
		{"unless a read end is left open", step.Args{"records": 1, "capacity": 2, "variant": openReadEnd}, []model.Code{model.Deadlock}},
		{"and the pipe gets full", step.Args{"records": 1, "capacity": 6, "variant": openReadEnd}, nil},
		{"a short read is no record", step.Args{"variant": shortRead}, []model.Code{model.InventedItem}},
		{"and is not met as long as messages are short", step.Args{"variant": shortRead, "reads": readsAll}, nil},
		{"but when they are longer than PIPE_BUF", step.Args{"variant": shortRead, "reads": readsAll, "producers": 1, "size": 3}, []model.Code{model.InventedItem}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			assert.Equal(t, tt.want, codes(explore(t, e, tt.args).Faults))
			args := e.Defaults()
			for k, v := range tt.args {
				args[k] = v
			}
			assert.Equal(t, tt.want, e.Expect(args))
		})
	}
}

// What the pipe states of itself is right for any parameters.
func TestPipeLaw(t *testing.T) {
	e := entry(t, "pipe")
	most := step.Args{"producers": 2, "consumers": 2, "items": 2, "size": 3, "capacity": 4, "atomic": 4, "reads": 1, "records": 3, "variant": 3}
	rapid.Check(t, func(t *rapid.T) {
		args := step.Args{}
		for _, p := range e.Params {
			args[p.Name] = rapid.IntRange(p.Min, most[p.Name]).Draw(t, p.Name)
		}
		assert.Equal(t, e.Expect(args), codes(explore(t, e, args).Faults))
	})
}

// plainPipe is a state of a pipe with one reader, written down a second time: the
// bytes themselves, a letter for each message.
type plainPipe struct {
	wrote  [3]int // bytes, by writer
	shut   [3]bool
	pipe   string
	record string
	whole  int // records received
	left   bool
}

// next lists the states after s, and counts the steps that end in a bad record.
func (s plainPipe) next(a step.Args) (after []plainPipe, bad int) {
	size, everything := a["size"], a["items"]*a["size"]
	for i := range a["producers"] {
		t := s
		if s.shut[i] {
			continue
		}
		if s.wrote[i] == everything || s.left && a["variant"] != openReadEnd {
			t.shut[i] = true
			after = append(after, t)
			continue
		}
		letter := string(rune('a' + i*a["items"] + s.wrote[i]/size))
		room := a["capacity"] - len(s.pipe)
		for n := 1; n <= min(room, size-s.wrote[i]%size); n++ {
			if n < size && size <= min(a["atomic"], a["capacity"]) {
				continue
			}
			t.wrote[i], t.pipe = s.wrote[i]+n, s.pipe+strings.Repeat(letter, n)
			after = append(after, t)
		}
	}
	t := s
	switch {
	case s.left:
	case a["records"] > 0 && s.whole == a["records"]:
		t.left = true
		after = append(after, t)
	case s.pipe == "":
		t.left = true
		if !slices.Contains(s.shut[:a["producers"]], false) && a["variant"] != openWriteEnd {
			after = append(after, t)
		}
	default:
		most := min(len(s.pipe), size-len(s.record))
		for n := 1; n <= most; n++ {
			if n < most && a["reads"] == readsAll {
				continue
			}
			t := s
			t.record, t.pipe = s.record+s.pipe[:n], s.pipe[n:]
			switch {
			case strings.Trim(t.record, t.record[:1]) != "", len(t.record) < size && a["variant"] == shortRead:
				bad++
				continue
			case len(t.record) == size:
				t.record = ""
				t.whole++
			}
			after = append(after, t)
		}
	}
	return after, bad
}

// The model has as many states, transitions, torn records and deadlocks as the
// same rules have when they are written down plainly.
func TestPipeCounts(t *testing.T) {
	e := entry(t, "pipe")
	for _, changes := range []step.Args{
		{},
		{"size": 3},
		{"producers": 1, "size": 5, "capacity": 3},
		{"producers": 3, "items": 1, "size": 3, "atomic": 3},
		{"size": 3, "reads": readsAll},
		{"records": 1},
		{"records": 1, "capacity": 3, "size": 3},
		{"variant": openWriteEnd},
		{"variant": openReadEnd, "records": 1, "capacity": 3},
		{"variant": shortRead, "size": 3},
	} {
		t.Run(fmt.Sprint(changes), func(t *testing.T) {
			args := e.Defaults()
			for k, v := range changes {
				args[k] = v
			}
			got := explore(t, e, changes)
			var want steptest.Counts
			seen := map[plainPipe]bool{{}: true}
			torn := 0
			for todo := []plainPipe{{}}; len(todo) > 0; todo = todo[1:] {
				after, bad := todo[0].next(args)
				torn += bad
				want.Transitions += len(after) + bad
				if len(after)+bad == 0 && (!todo[0].left || slices.Contains(todo[0].shut[:args["producers"]], false)) {
					want.Deadlocks++
				}
				for _, s := range after {
					if !seen[s] {
						seen[s] = true
						todo = append(todo, s)
					}
				}
			}
			assert.Equal(t, []int{len(seen), want.Transitions, want.Deadlocks, torn},
				[]int{got.Distinct, got.Transitions, got.Deadlocks, got.Faults[model.InventedItem]})
		})
	}
}
