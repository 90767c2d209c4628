//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// What is done to strings, containers and streams by functions of the C++ library is seen, also
// where these are not compiled with the program.
func TestWhatTheCppLibraryDoesIsSeen(t *testing.T) {
	t.Parallel()
	p := program(t, "containers.cc")
	for arg, want := range map[string]struct{ codes, says string }{
		"a": {"", ""},
		"s": {"IPC010", "text is "},
		"g": {"IPC010", "text is "},
		"l": {"IPC010", "list is "},
		"m": {"IPC010", "map is "},
		"e": {"IPC010", "memory of the heap is "},
		"o": {"IPC010", "stream is "},
		"q": {"IPC011", "the C++ library demands !this->empty()"},
		"f": {"inconclusive", "the program calls std::ofstream, which is not controlled: pipes, standard input and output are (containers.cc:99)"},
		"r": {"", ""},
	} {
		v := Explore(context.Background(), p, "containers", Config{Args: []string{arg}, Search: search.Options{Executions: 1000}}).Verdict
		if want.codes == "" || want.codes == "inconclusive" {
			assert.Equal(t, want.codes, codes(v), "%s: %v", arg, messages(v))
			assert.Contains(t, v.Reason, want.says)
			continue
		}
		assert.Contains(t, codes(v), want.codes, "%s: %s", arg, v.Reason)
		said := ""
		for _, f := range v.Findings {
			said += f.Message + "\n"
		}
		assert.Contains(t, said, want.says, arg)
	}
}

// Races of code of the library that the program calls in several places are told for each.
func TestEachCallRacesForItself(t *testing.T) {
	t.Parallel()
	v := Explore(context.Background(), program(t, "containers.cc"), "containers", Config{Args: []string{"t"}, Search: search.Options{Executions: 4000}}).Verdict
	places := map[string]bool{}
	for _, f := range v.Findings {
		if f.Trace != nil && f.Trace.Race != nil {
			places[f.Trace.Race.Accesses[0].Position+" "+f.Trace.Race.Accesses[1].Position] = true
		}
	}
	assert.Equal(t, map[string]bool{"containers.cc:88 containers.cc:85": true, "containers.cc:89 containers.cc:86": true}, places, "%v", messages(v))
}

// A lock that has no name is held all the same.
func TestLocksWithoutNames(t *testing.T) {
	t.Parallel()
	v := Explore(context.Background(), program(t, "containers.cc"), "containers", Config{Args: []string{"b"}, Search: search.Options{Executions: 100}}).Verdict
	if assert.Equal(t, "IPC010", codes(v), v.Reason) {
		for _, a := range v.Findings[0].Trace.Race.Accesses {
			assert.Equal(t, []string{"a lock"}, a.Holds)
		}
	}
}
