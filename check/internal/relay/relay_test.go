package relay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/relay"
)

func broken() { panic("broken table") }

// Who waits gets the panic of the goroutine, with its stack, however often it is handed on.
func TestWaitPanics(t *testing.T) {
	p := relay.Call(func() {
		var outer relay.Group
		outer.Go(func() {
			var inner relay.Group
			inner.Go(func() {})
			inner.Go(broken)
			inner.Wait()
		})
		outer.Wait()
	})
	assert.Equal(t, "broken table", p.String())
	assert.Contains(t, string(p.Stack), "relay_test.broken")
	assert.Nil(t, relay.Call(func() { new(relay.Group).Wait() }))
}
