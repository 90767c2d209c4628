package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The vectors are those that the authors of SipHash have published: the key is 00 01 … 0f,
// the text 00 01 … of each length.
func TestSipHash(t *testing.T) {
	key, text := Secret{0x0706050403020100, 0x0f0e0d0c0b0a0908}, make([]byte, 64)
	for i := range text {
		text[i] = byte(i)
	}
	for length, want := range map[int]uint64{
		0: 0x726fdb47dd0e0e31, 1: 0x74f839c593dc67fd, 7: 0xab0200f58b01d137, 8: 0x93f5f5799a932462, 15: 0xa129ca6149be45e5, 63: 0x958a324ceb064572,
	} {
		assert.Equal(t, want, key.sum(text[:length]), length)
	}
}
