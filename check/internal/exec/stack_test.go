package exec

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A goroutine was started by the function around the literal that it began with.
func TestFunctionAroundALiteral(t *testing.T) {
	for frame, by := range map[string]string{
		"example.com/m.TestX.func1(0xc000)":          "example.com/m.TestX",
		"example.com/m.(*T).run.gowrap2()":           "example.com/m.(*T).run",
		"example.com/m.TestX.func1.2(...)":           "example.com/m.TestX.func1",
		"example.com/m.TestX.func2.(*T).run.func1()": "example.com/m.TestX.func2.(*T).run",
		"example.com/m.run1(0x1)":                    "",
		"example.com/m.run":                          "",
	} {
		assert.Equal(t, by, around(frame), frame)
	}
}
