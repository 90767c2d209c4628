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
