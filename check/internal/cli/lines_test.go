package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// The source is read where the program is, and nowhere else, whatever positions say.
func TestLinesAreThoseOfTheProgram(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"secret.go": "secret", "m/go.mod": "module m\n", "m/top.go": "top", "m/p/here.go": "here", "m/p/top_test.go": "test", "m/p/notes.txt": "notes",
		"cache/example.com/!big@v1.0.0-!x/in/A.go": "cached",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	}
	if err := os.Symlink(filepath.Join(root, "secret.go"), filepath.Join(root, "m", "p", "link.go")); err != nil {
		t.Log(err)
	}
	was := moduleCache
	moduleCache = func() string { return filepath.Join(root, "cache") }
	defer func() { moduleCache = was }()

	read := linesIn(filepath.Join(root, "m", "p"))
	for position, want := range map[string]string{
		"here.go:1": "here", "top.go:1:2": "top", "p/here.go:1": "here", "top_test.go:1": "test", "example.com/Big@v1.0.0-X/in/A.go:1:1": "cached",
		"notes.txt:1": "", "../../secret.go:1": "", "link.go:1": "", filepath.Join(root, "secret.go") + ":1": "", "gone.go:1": "",
		"example.com/x@/../../secret.go:1": "", "example.com/x@../../../secret.go:1": "",
	} {
		got := ""
		for _, s := range read(&verdict.Trace{Steps: []verdict.Step{{Position: position}}}) {
			got += s.Lines[0]
		}
		assert.Equal(t, want, got, position)
	}
}
