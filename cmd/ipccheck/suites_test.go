package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/record"
)

// A suite of package check in a test that is rewritten checks the rewritten code: with
// more coverage than under go test, and the same verdict. Ordinary tests beside it are
// explored as ever.
func TestSuitesAreChecked(t *testing.T) {
	if _, race := record.Races(); race || testing.Short() {
		t.Skip("builds a program of its own")
	}
	cmd := exec.Command("ipccheck", "test", "-v", "./testdata/programs/queue")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	assert.ErrorAs(t, err, &exit)
	text := string(out)
	assert.Regexp(t, `(?m)^--- PASS: TestMyQueue .*\n.*every interleaving of 12 small scopes, in 2998 executions`, text)
	assert.Regexp(t, `(?m)^--- PASS: TestHandOver \(.*, \d+ executions\)\n +every interleaving of the synchronisation operations`, text)
	assert.Regexp(t, `(?m)^--- FAIL: TestHasty `, text)
	assert.Contains(t, text, "IPC006 overflow")
}
