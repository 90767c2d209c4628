package exec

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/prim"
)

// lowest goes on with whoever has the lowest number.
type lowest struct{}

func (lowest) Begin() {}
func (lowest) Pick(_ *prim.Execution, enabled prim.Set) int {
	for g := range enabled.All() {
		return g
	}
	return -1
}
func (lowest) Alt(*prim.Execution, int) int { return 0 }

// What is asked for gets no number: who asks may do so in one run and not in another, as
// where the standard library does something once in a process.
func TestAskingGivesNoNumber(t *testing.T) {
	var asked, first, second uint64
	var ids []int32
	x := New("", func() {
		g := Current()
		ids = append(ids, g.Exec().At(unsafe.Pointer(&first)))
		g.Quiet()
		assert.False(t, g.LastOn(unsafe.Pointer(&asked)))
		ids = append(ids, g.Exec().At(unsafe.Pointer(&second)))
	})
	defer x.Close()
	_, err := x.Execute(&prim.Plan{Steps: 100, Policy: lowest{}})
	require.NoError(t, err)
	assert.Equal(t, ids[0]+1, ids[1])
}
