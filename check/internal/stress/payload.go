package stress

import (
	"encoding/binary"
	"hash/fnv"
)

// A message is a value and, as far as it is longer, bytes that follow from it, so
// that a torn one shows.

// fill writes the message of the value.
func fill(m []byte, v int64) {
	binary.LittleEndian.PutUint64(m, uint64(v))
	x := uint64(v)
	for i := 8; i < len(m); i += 8 {
		x = next(x)
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], x)
		copy(m[i:], word[:])
	}
}

// next is a step of splitmix64 (Steele, Lea, Flood 2014).
func next(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// value is the value of a message. One that is torn, or has another length, gets
// a value that nobody sends.
func value(m []byte, size int) int64 {
	if len(m) == size {
		v := int64(binary.LittleEndian.Uint64(m))
		x := uint64(v)
		whole := true
		for i := 8; i < len(m) && whole; i += 8 {
			x = next(x)
			var word [8]byte
			binary.LittleEndian.PutUint64(word[:], x)
			n := min(8, len(m)-i)
			whole = string(m[i:i+n]) == string(word[:n])
		}
		if whole {
			return v
		}
	}
	h := fnv.New64a()
	h.Write(m)
	return int64(h.Sum64()>>2 | 1<<62) // values that are sent are smaller
}
