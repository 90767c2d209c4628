// Package golden compares what tests see with files that are kept. The flag -update
// of a test that imports it writes the files anew.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Update is the flag.
var Update = flag.Bool("update", false, "write anew the files that the tests compare with")

// Compare compares a text with a file, or writes it there.
func Compare(t *testing.T, file, got string) {
	t.Helper()
	if *Update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "go test -run '^%s$' -update writes it", t.Name())
	assert.Equal(t, string(want), got, "%s: if this is right, go test -run '^%s$' -update", file, t.Name())
}
