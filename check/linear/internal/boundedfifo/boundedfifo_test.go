package boundedfifo

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The first item enters after the buffer was seen empty at 9, and is still inside
// with the two others at 14, where it was seen full. The search also keeps a prefix
// in which it enters at 7, and empty is seen later: it must not drop the other one
// for it, because then only later items count towards full.
func TestPrefixesDifferInWhenTheBufferWasSeenEmpty(t *testing.T) {
	r := Search(Problem{
		Capacity: 3, Drained: never,
		Items: []Item{
			{PutCall: 7, PutRet: 12, GetCall: 7, GetRet: 14, Got: true},
			{PutCall: 8, PutRet: 14, GetCall: 11, GetRet: 16, Got: true},
			{PutCall: 13, PutRet: 19, GetCall: 13, GetRet: 20, Got: true},
		},
		Empties: []Refusal{{9, 13}}, Fulls: []Refusal{{14, 19}},
	}, Options{})
	assert.Equal(t, Explained, r.Outcome)
}
