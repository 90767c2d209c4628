package harness

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Where a goroutine stands is where the program selects, not where the library does so for
// it.
func TestTopIsTheProgram(t *testing.T) {
	g := Goroutine{Stack: "reflect.rselect({0xc0, 0x2})\n\t/usr/local/go/src/runtime/select.go:616 +0x1\n" +
		"reflect.Select({0xc0, 0x2})\n\t/usr/local/go/src/reflect/value.go:2800 +0x1\n" +
		"ipccheck/rt.Select(0x0)\n\t/usr/local/go/src/ipccheck/rt/select.go:9 +0x1\n" +
		"example.com/pipe.(*conn).Write(0xc0)\n\t/src/pipe/conn.go:42 +0x1\n"}
	assert.Equal(t, "pipe.(*conn).Write at conn.go:42", g.Top())
}
