//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// What ThreadSanitizer reports of an execution as the system makes it is reported: the
// pairs of places.
func TestRacesThatThreadSanitizerReports(t *testing.T) {
	if !long {
		t.Skip("it takes a minute: IPCCHECK_LONG=1")
	}
	seen := 0
	for _, text := range []string{
		"ring.c", "ring.c -DKIND=volatile", "ring.c -DP=2 -DN=1", "ring.c -DKIND=_Atomic -DP=2 -DN=1",
		"locks.c -DWHICH=5", "locks.c -DWHICH=8", "locks.c -DWHICH=9",
		"mistakes.c -DWHICH=1", "mistakes.c -DWHICH=6", "mistakes.c -DWHICH=16",
		"library.c -DWHICH=2", "library.c -DWHICH=3", "library.c -DWHICH=4", "library.c -DWHICH=5",
	} {
		p := program(t, text)
		s := newSession(p, text, Config{Search: search.Options{SignalAny: true, Executions: 200_000}})
		s.explore(context.Background())
		ours := map[raceKey]bool{}
		for _, f := range s.races {
			ours[f.key] = true
		}
		s.x.Close()
		for key := range threadSanitizer(t, text) {
			seen++
			assert.True(t, ours[key], "%s: %v, of %v", text, key, ours)
		}
	}
	assert.Greater(t, seen, 5)
}

// threadSanitizer are the races that it reports of a few executions.
func threadSanitizer(t *testing.T, text string) map[raceKey]bool {
	words := strings.Fields(text)
	binary := filepath.Join(t.TempDir(), "a")
	args := append([]string{"-O0", "-g", "-w", "-fsanitize=thread", "-I", "runtime", "-o", binary, filepath.Join("testdata", words[0])}, words[1:]...)
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Skipf("ThreadSanitizer is not there: %s", out)
	}
	pairs := map[raceKey]bool{}
	place := regexp.MustCompile(regexp.QuoteMeta(words[0]) + `:\d+`) // the innermost one comes first
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 10e9)
		out, _ := exec.CommandContext(ctx, "setarch", "-R", binary).CombinedOutput()
		cancel()
		for _, report := range strings.Split(string(out), "WARNING: ThreadSanitizer: data race")[1:] {
			accesses := strings.SplitN(report, "\n\n", 3)
			if len(accesses) < 2 {
				continue
			}
			k := raceKey{place.FindString(accesses[0]), place.FindString(accesses[1])}
			if k.later < k.earlier {
				k.earlier, k.later = k.later, k.earlier
			}
			pairs[k] = true
		}
	}
	return pairs
}
