package atomic_test

import (
	"bytes"
	"go/format"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
)

// integers.go is what the template makes of every integer type.
func TestIntegersAreGenerated(t *testing.T) {
	tmpl, err := template.ParseFiles("integers.tmpl")
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, tmpl.Execute(&b, []struct{ Name, Type string }{
		{"Int32", "int32"}, {"Int64", "int64"}, {"Uint32", "uint32"}, {"Uint64", "uint64"}, {"Uintptr", "uintptr"},
	}))
	want, err := format.Source(b.Bytes())
	require.NoError(t, err)
	golden.Compare(t, "integers.go", string(want))
}
