package adapt

import (
	"encoding/binary"

	"github.com/ipccheck/ipccheck/check/internal/contract"
)

// encode makes a message of the size: the item, then bytes that follow from it,
// so that a torn message is not mistaken for another.
func encode(v, size int) []byte {
	m := make([]byte, max(size, contract.ItemBytes))
	binary.LittleEndian.PutUint32(m, uint32(v))
	for i := contract.ItemBytes; i < len(m); i++ {
		m[i] = byte(v + i*len(m))
	}
	return m[:size]
}

// decode is the item of a message, negative if the message is torn.
func decode(m []byte) int {
	if len(m) < contract.ItemBytes {
		return -1
	}
	v := int(binary.LittleEndian.Uint32(m))
	if string(encode(v, len(m))) != string(m) {
		return -1
	}
	return v
}
