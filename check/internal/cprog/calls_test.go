//go:build linux && amd64 && !race

package cprog

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is done to memory beside a call is not what the call does.
func TestCallsBesideAccesses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line, word string
		column     int
		call       string
		known      bool
	}{
		{"while (!go) pthread_cond_wait(&c, &m);", "load", 9, "", true},
		{"while (!go) pthread_cond_wait(&c, &m);", "wait", 13, "pthread_cond_wait(&c, &m)", true},
		{"int *p = mmap(0, 4, 3, 1, -1, 0); (*p)++;", "store", 38, "", true},
		{"while (!atomic_load(&go)) ;", "load", 9, "atomic_load(&go)", true},
		{"while (!atomic_load(&go)) ;", "load", 0, "", false},
		{"while (!go) lock(&m);", "lock", 9, "", false},
	} {
		call, known := callAt(tt.line, tt.word, tt.column)
		assert.Equal(t, tt.call, call, "%s %s", tt.line, tt.word)
		assert.Equal(t, tt.known, known, "%s %s", tt.line, tt.word)
	}
}
