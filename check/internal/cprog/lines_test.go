//go:build linux && amd64 && !race

package cprog

import (
	"debug/dwarf"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Variables have their address beside them, as gcc writes it, or in a table, as clang does.
func TestAddressesOfVariables(t *testing.T) {
	t.Parallel()
	l := &lines{addresses: []byte{0, 0, 0, 0, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1}}
	for _, where := range [][]byte{{opAddress, 1, 2, 3, 4, 5, 6, 7, 8}, {opIndexed, 1}, {opIndexed, 2}, {opIndexed, 0x80}} {
		l.variable(nil, &dwarf.Entry{Tag: dwarf.TagVariable, Field: []dwarf.Field{
			{Attr: dwarf.AttrName, Val: "v"}, {Attr: dwarf.AttrLocation, Val: where},
		}})
	}
	assert.Equal(t, []variable{{at: 0x0807060504030201, name: "v"}, {at: 0x0102030405060708, name: "v"}}, l.variables)
}
