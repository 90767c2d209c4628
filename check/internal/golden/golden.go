// Package golden compares what tests see with files that are kept. The flag -update
// of a test that imports it writes the files anew.
package golden

import (
	"flag"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Update is the flag.
var Update = flag.Bool("update", false, "write anew the files that the tests compare with")

// TB is what a test needs to have: a *testing.T, or what stands for one in a program
// that is rewritten.
type TB interface {
	require.TestingT
	Helper()
	Name() string
}

// Compare compares a text with a file, or writes it there.
func Compare(t TB, file, got string) {
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
