package wire_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/rewrite/wire"
)

// Who does not have the secret can neither write an event nor change one.
func TestEventsAreSigned(t *testing.T) {
	secret := wire.Secret{1234567, 1}
	line, err := wire.Event{Number: 7, Kind: "done", Test: "TestA"}.Encode(secret)
	require.NoError(t, err)
	line = bytes.TrimSpace(line)
	e, ok := wire.Decode(secret, line)
	assert.True(t, ok)
	assert.Equal(t, wire.Event{Number: 7, Kind: "done", Test: "TestA"}, e)
	assert.NotContains(t, string(line), "1234567")

	for _, forged := range [][]byte{
		bytes.Replace(line, []byte("TestA"), []byte("TestB"), 1),
		bytes.Replace(line, []byte("7"), []byte("8"), 1),
		[]byte(`{"Kind":"done","Test":"TestA"}`),
		[]byte(" {}"), nil,
	} {
		_, ok := wire.Decode(secret, forged)
		assert.False(t, ok, "%s", forged)
	}
	_, ok = wire.Decode(wire.Secret{1234567, 2}, line)
	assert.False(t, ok)
}
