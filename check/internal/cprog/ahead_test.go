//go:build linux && amd64 && !race

package cprog

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// inOrder are the executions of a search, in order, and its verdict.
func inOrder(t *testing.T, text string, alone bool) (list []string, v *verdict.Verdict) {
	x := newExecutor(program(t, text), Config{})
	defer x.Close()
	x.alone = alone
	v = search.Explore(text, x, search.Options{SignalAny: true, Executions: 150, Judge: func(e *prim.Execution) (verdict.Code, string, bool) {
		var s []byte
		for i := range e.Events {
			ev := &e.Events[i]
			s = fmt.Append(s, ev.G, ev.Op.Kind, ev.Op.Obj, ev.Op.Obj2, ev.Op.Arg, ev.Alt, ev.Objects, e.Wakes(ev), " ")
		}
		list = append(list, string(fmt.Append(s, e.End, e.First)))
		return "", "", false
	}})
	v.ElapsedMS = 0
	return list, v
}

// Executions that are made ahead are those that the search asks for, and nothing is different
// from what it would be without.
func TestAheadIsAsAlone(t *testing.T) {
	for _, text := range []string{
		"buffer.c -DP=2 -DN=1", "buffer.c -DC=2 -DP=1 -DIF", "semaphores.c", "pipes.c", "signals.c -DWHICH=2", "wakeups.c", "fifos.c", "dies.c",
	} {
		alone, want := inOrder(t, text, true)
		ahead, got := inOrder(t, text, false)
		assert.Equal(t, alone, ahead, text)
		assert.Equal(t, want, got, text)
	}
}

func TestHalfIsMadeAhead(t *testing.T) {
	x := newExecutor(program(t, "buffer.c -DC=2 -DN=2"), Config{})
	defer x.Close()
	given := 0
	v := search.Explore("buffer", x, search.Options{SignalAny: true, Judge: func(*prim.Execution) (verdict.Code, string, bool) {
		if x.child.job.Ahead == 0 {
			given++
		}
		return "", "", false
	}})
	assert.Less(t, given, int(v.Counts.Executions)*7/10)
}
