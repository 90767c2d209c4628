package rewrite

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A process that waits is stopped when the limit has passed, one that computes when it
// has used as much processor time, and both in the end.
func TestSilence(t *testing.T) {
	const limit = 30 * time.Second
	for name, c := range map[string]struct {
		share float64 // of a processor
		stops time.Duration
	}{
		"waits":                        {share: 0.001, stops: limit},
		"computes":                     {share: 1, stops: limit},
		"computes on two processors":   {share: 2, stops: limit},
		"computes on a loaded machine": {share: 0.25, stops: 4 * limit},
		"hardly computes":              {share: 0.03, stops: loaded * limit},
	} {
		t.Run(name, func(t *testing.T) {
			s := silence{limit: limit}
			began := 100 * time.Second // of processor time, used before
			waited := s.broken()
			s.look(began)
			for range 1000 {
				more := s.more(began + time.Duration(c.share*float64(waited)))
				if more == 0 {
					break
				}
				waited += more
			}
			assert.InDelta(t, c.stops.Seconds(), waited.Seconds(), limit.Seconds(), "with the time of a last wait")
			assert.Equal(t, limit, s.broken())
			assert.False(t, s.begun)
		})
	}
}
