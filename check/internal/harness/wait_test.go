package harness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A process that is kept from the processors is not taken for one that waits.
func TestASpellIsWhatWasSeen(t *testing.T) {
	var s spell
	s.add(time.Hour)
	assert.False(t, s.is(time.Second))
	for range 49 {
		s.add(sample)
	}
	assert.True(t, s.is(time.Second))
}

// Where somebody waits is a place, and in which function.
func TestPlaceOfAWaiter(t *testing.T) {
	state, at := Waiter{State: "sync.Cond.Wait", At: "m.(*buffer).Recv at buffer.go:46"}.Place()
	assert.Equal(t, "sync.Cond.Wait in m.(*buffer).Recv", state)
	assert.Equal(t, "buffer.go:46", at)
	state, at = Waiter{State: "chan receive"}.Place()
	assert.Equal(t, "chan receive", state)
	assert.Empty(t, at)
}
