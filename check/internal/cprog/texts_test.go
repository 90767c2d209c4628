//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// What functions of the C library do to what they are handed is seen: it races with another
// thread that writes there, and with none that does not.
func TestWhatTheCLibraryDoesIsSeen(t *testing.T) {
	t.Parallel()
	p := program(t, "texts.c -lm")
	for which := range 20 {
		for _, own := range []bool{false, true} {
			args := []string{fmt.Sprint(which + 1)}
			if own {
				args = append(args, "own")
			}
			v := Explore(context.Background(), p, "texts", Config{Args: args, Search: search.Options{Executions: 100}}).Verdict
			if own {
				assert.Empty(t, codes(v), "%v: %s %v", args, v.Reason, messages(v))
			} else {
				assert.Contains(t, codes(v), "IPC010", "%v: %s %v", args, v.Reason, messages(v))
			}
		}
	}
}
