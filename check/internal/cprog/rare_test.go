//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// Locks and the like that are used before they are initialised, locks that prefer writers, the end of
// the last thread of a process, signals that are blocked or waited for, the other order of a
// compare-and-swap, what waits in ways that few do, answers of the C library in one place, and
// children whose ends are ignored.
func TestRare(t *testing.T) {
	t.Parallel()
	saysOf(t, "rare.c", []string{
		"units is initialised at rare.c:119 by main and used at rare.c:33 by T1 uses, and nothing orders the two",
		"late is initialised at rare.c:120 by main and used at rare.c:36 by T1 uses, and nothing orders the two",
		"table is initialised at rare.c:121 by main and used at rare.c:39 by T1 uses, and nothing orders the two",
		"spins is initialised at rare.c:122 by main and used at rare.c:42 by T1 uses, and nothing orders the two",
		"plain is initialised at rare.c:123 by main and used at rare.c:45 by T1 uses, and nothing orders the two",
		"2 threads are blocked forever: main waiting for rwlock fair, held by T1 writes; T1 writes waiting for the readers of rwlock fair to leave",
		"",
		"assertion failed: ended == 0 (rare.c:69)",
		"", "", "",
		"data is written at rare.c:73 by T1 publishes and read at rare.c:161 by main, and nothing orders the two",
		"", "", "",
		"the program reaches what is not controlled: more than 64 messages in a queue of msgget are not controlled: let there be fewer at a time (rare.c:177)",
		"the program reaches what is not controlled: a wait that the handler of a signal interrupts (EINTR) is not controlled here: block the signal meanwhile, or wait in sem_wait, read or poll (rare.c:183)",
		"main is blocked forever waiting for nothing: its loop only sleeps, or yields",
		"data is written at rare.c:99 by main and written at rare.c:99 by T1 asks, and nothing orders the two",
		"data is written at rare.c:105 by main and written at rare.c:105 by T3 collects, and nothing orders the two",
	})
	v := Explore(context.Background(), program(t, "rare.c"), "rare", Config{Args: []string{"21"}, Search: search.Options{Executions: 100, Leaks: search.LeaksWarn}}).Verdict
	assert.Empty(t, codes(v), "%s %v", v.Reason, messages(v))
}
