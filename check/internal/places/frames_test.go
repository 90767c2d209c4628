package places

import (
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// What package check makes of the functions of an object is not among the calls of the user's.
func TestAdaptersAreNoCalls(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
		return path
	}
	queue := write("queue.go", "package queue\n\nfunc Put() {\n\tmu.Lock()\n}\n")
	adapt := write("adapt.go", "package check\n\nfunc send() {\n\tput()\n}\n")
	s := &Sources{Package: func(path string) (string, []string, func(*token.FileSet) types.Importer) {
		if path == adapt {
			return "github.com/ipccheck/ipccheck/check", []string{adapt}, nil
		}
		return "example.com/queue", []string{queue}, nil
	}}
	lock := verdict.Frame{Func: "sync.(*Mutex).Lock"}
	within := verdict.Frame{Func: "check.send", Position: adapt + ":4"}
	st := s.stack([]verdict.Frame{lock, {Func: "example.com/queue.Put", Position: queue + ":4"}, within})
	assert.Len(t, st.frames, 1)
	st = s.stack([]verdict.Frame{lock, within})
	assert.Len(t, st.frames, 1, "unless there is nothing else")
}
