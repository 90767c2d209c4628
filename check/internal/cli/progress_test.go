package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/space"
)

func TestProgress(t *testing.T) {
	now := time.Unix(0, 0)
	for _, c := range []struct {
		terminal bool
		want     string
	}{
		{true, "\rm: level 2, 2 states, 3 transitions\x1b[K\rm: level 60, 2 states, 3 transitions\x1b[K\rm: level 100, 2 states, 3 transitions\x1b[K\r\x1b[K"},
		{false, "m: level 60, 2 states, 3 transitions\n"},
	} {
		var b bytes.Buffer
		p := newProgress(&b, c.terminal, "m")
		p.now = func() time.Time { return now }
		p.next = now.Add(10 * time.Second)
		if c.terminal {
			p.next = now.Add(time.Second)
		}
		start := now
		for _, at := range []struct {
			after time.Duration
			level int
		}{{0, 1}, {time.Second, 2}, {1100 * time.Millisecond, 3}, {12 * time.Second, 60}, {13 * time.Second, 100}} {
			now = start.Add(at.after)
			p.update(space.Progress{Level: at.level, Distinct: 2, Transitions: 3})
		}
		p.clear()
		assert.Equal(t, c.want, b.String())
	}
	var b bytes.Buffer
	newProgress(&b, true, "m").clear()
	assert.Empty(t, b.String())
}
