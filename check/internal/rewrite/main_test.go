package rewrite

import (
	"fmt"
	"os"
	"testing"
)

// What the tests rewrite and build is kept for all of them, and not beyond: the standard
// library is rewritten once.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ipccheck-cache-")
	if err == nil {
		err = os.Setenv(CacheEnv, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}
