package rewrite

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What does not fit the version of Go is told apart from what becomes of the user's
// code, with what to do.
func TestErrorsOfTheBuildAreToldApart(t *testing.T) {
	b := &Builder{goVersion: "go1.99.1", byPath: map[string]*Package{
		"runtime": {ImportPath: "runtime", Standard: true}, "example.com/m": {ImportPath: "example.com/m"},
	}}
	const missing = "# runtime\n/cache/ipccheck/453b.go:58:85: undefined: _KindSpecialCleanup"
	text := b.ownError(missing)
	assert.Contains(t, text, "built by go1.99.1")
	assert.Contains(t, text, missing)
	assert.Contains(t, text, "set GOTOOLCHAIN="+runtime.Version())
	assert.NotContains(t, text, "limit of ipccheck")
	text = b.ownError("# example.com/m\nm.go:3:4: undefined: x")
	assert.Contains(t, text, "a limit of ipccheck")
	assert.NotContains(t, text, "GOTOOLCHAIN")
}

// What only a debugger reads is left out, unless one is to be used or the user has said what
// the linker is to do.
func TestFlagsForTheLinker(t *testing.T) {
	strip := []string{"-ldflags=-s -w"}
	assert.Equal(t, strip, (&Builder{goFlags: "-mod=mod"}).linker())
	assert.Empty(t, (&Builder{Debugger: true}).linker())
	assert.Empty(t, (&Builder{goFlags: "-mod=mod -ldflags=-X=main.version=1"}).linker())
}
