package rewrite

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A file that is not parsed has none of the functions that are probed.
func TestFilesThatAreNotParsedHaveNoProbes(t *testing.T) {
	parsed := 0
	for pkg, ps := range probed() {
		files, err := filepath.Glob(filepath.Join(runtime.GOROOT(), "src", pkg, "*.go"))
		require.NoError(t, err)
		for _, path := range files {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			if strings.HasSuffix(path, "_test.go") || declares(text, ps) {
				parsed++
				continue
			}
			out, err := insert(path, text, ps)
			require.NoError(t, err)
			assert.Nil(t, out, path)
		}
	}
	assert.Positive(t, parsed)
}
