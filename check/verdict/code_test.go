package verdict_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
)

const head = `// Code generated from model/code.go by go generate. DO NOT EDIT.

package verdict

// This package is built into rewritten programs and imports nothing of the project.

// Code is the stable name of a kind of fault: "IPC002". The codes are those of package
// model, under the same names; ipccheck explain has a page for each.
type Code string

`

// code.go has the codes of package model.
func TestCodesAreGenerated(t *testing.T) {
	model, err := os.ReadFile("../../model/code.go")
	require.NoError(t, err)
	_, codes, found := strings.Cut(string(model), "type Code string\n\n")
	require.True(t, found)
	want := head + codes
	golden.Compare(t, "code.go", want)
}
