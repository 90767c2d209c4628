package spelling_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/spelling"
)

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "",
		"0x":                                     "0x",
		"&{1 0xc0000a5230} 0xc0000b33":           "&{1 0xc000000001} 0xc0000b33",
		"0xc0ba29a280 0xc0b958cbc0 0xc0ba29a280": "0xc000000001 0xc000000002 0xc000000001",
		"0x35ba29a28000 0x1122334455 0xc00000a5": "0x35ba29a28000 0x1122334455 0xc00000a5",
		"0xc0000a52300xc0000a5230":               "0xc0000a52300xc0000a5230",
		"deadbeef 0xdeadbeef 0xdeadbeefcafe1234": "deadbeef 0xdeadbeef 0xdeadbeefcafe1234",
		"a0xc0000a5230 0xc0000a5230z":            "a0xc0000a5230 0xc0000a5230z",
		"0xc000000002, not 0xc000000001":         "0xc000000001, not 0xc000000002",
		"0x0x0xc0000a5230,":                      "0x0x0xc0000a5230,",
		"(0xc0000a5230,":                         "(0xc000000001,",
	} {
		assert.Equal(t, want, spelling.Addresses(text), text)
	}
}
