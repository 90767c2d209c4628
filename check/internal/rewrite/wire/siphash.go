package wire

import (
	"encoding/binary"
	"math/bits"
)

// A Secret signs events. The process is given one that nobody could guess.
type Secret [2]uint64

// sum is SipHash-2-4 (Aumasson, Bernstein, 2012), a keyed hash that is made for messages:
// who does not know the key cannot tell the hash of a text. Package crypto has others,
// which would be a twentieth of a small program.
func (k Secret) sum(text []byte) uint64 {
	v0, v1, v2, v3 := k[0]^0x736f6d6570736575, k[1]^0x646f72616e646f6d, k[0]^0x6c7967656e657261, k[1]^0x7465646279746573
	round := func() {
		v0, v2 = v0+v1, v2+v3
		v1, v3 = bits.RotateLeft64(v1, 13)^v0, bits.RotateLeft64(v3, 16)^v2
		v0 = bits.RotateLeft64(v0, 32)
		v2, v0 = v2+v1, v0+v3
		v1, v3 = bits.RotateLeft64(v1, 17)^v2, bits.RotateLeft64(v3, 21)^v0
		v2 = bits.RotateLeft64(v2, 32)
	}
	word := func(m uint64) {
		v3 ^= m
		round()
		round()
		v0 ^= m
	}
	length := uint64(len(text)) << 56
	for ; len(text) >= 8; text = text[8:] {
		word(binary.LittleEndian.Uint64(text))
	}
	var rest [8]byte
	copy(rest[:], text)
	word(binary.LittleEndian.Uint64(rest[:]) | length)
	v2 ^= 0xff
	for range 4 {
		round()
	}
	return v0 ^ v1 ^ v2 ^ v3
}
