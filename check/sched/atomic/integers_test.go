package atomic_test

import (
	"bytes"
	"flag"
	"go/format"
	"os"
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write integers.go anew")

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
	if *update {
		require.NoError(t, os.WriteFile("integers.go", want, 0o666))
	}
	have, err := os.ReadFile("integers.go")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(have), "integers.go is generated: edit integers.tmpl and run go generate")
}
