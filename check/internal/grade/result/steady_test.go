package result

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Two runs of one submission print other addresses, and the results are the same.
func TestSteady(t *testing.T) {
	r := func(a, b string) *Result {
		return &Result{
			Message: "panic: " + a, Notes: []string{a}, ForStaff: []string{b},
			Properties: []Item{{Reason: a + " " + b, Faults: []Fault{{Message: b, Run: a, Output: "&{" + a + " " + b + " " + a + "} 0xcafe"}}}},
		}
	}
	one, two := r("0xc000092580", "0xc000117118"), r("0xc0000906c0", "0xc0000bd608")
	one.Steady()
	two.Steady()
	assert.Equal(t, one, two)
	assert.Equal(t, "&{0xc000000001 0xc000000002 0xc000000001} 0xcafe", one.Properties[0].Faults[0].Output)
}
