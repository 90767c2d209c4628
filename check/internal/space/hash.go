package space

import "math/bits"

// Odd constants without structure: the fractional parts of the square roots of
// 2, 3 and 5.
const (
	k0 = 0x6a09e667f3bcc909
	k1 = 0xbb67ae8584caa73b
	k2 = 0x3c6ef372fe94f82b
)

// hash mixes the words of a state by folded 128-bit products, the way of Wang
// Yi's wyhash. The high bits choose the slot, the low 32 are the fingerprint.
func hash(s []uint64) uint64 {
	h := uint64(k0)
	i := 0
	for ; i+1 < len(s); i += 2 {
		hi, lo := bits.Mul64(s[i]^k1, s[i+1]^h)
		h = hi ^ lo ^ k2
	}
	if i < len(s) {
		hi, lo := bits.Mul64(s[i]^k1, h)
		h = hi ^ lo
	}
	hi, lo := bits.Mul64(h^k0, k1)
	return hi ^ lo
}
