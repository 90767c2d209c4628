package contract

import (
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/model"
)

// The bytes of an execution name their process and their place among those that it
// writes. After the last they begin again.
const (
	bytesPerProc = 31
	procBits     = 5
)

// byteOf is the k-th byte of a process, counted from 1.
func byteOf(proc, k int) byte { return byte(proc)<<procBits | byte((k-1)%bytesPerProc+1) }

// piece is the next n bytes of the source.
func (s *Source) piece(n int) int64 {
	b := make([]byte, n)
	for i := range b {
		b[i] = byteOf(s.Proc, int(s.next.Add(1)))
	}
	return model.Piece(string(b))
}

// pieceName is a piece in words: "bytes 3 to 5 of producer 1".
func pieceName(v int64, proc func(p int) string) string {
	b, ok := model.Bytes(v)
	if !ok || b == "" {
		return fmt.Sprintf("no bytes (%d)", v)
	}
	var parts []string
	for i := 0; i < len(b); {
		from := i
		for i++; i < len(b) && b[i] == b[i-1]+1 && b[i]>>procBits == b[from]>>procBits; i++ {
		}
		first, last := int(b[from])&bytesPerProc, int(b[i-1])&bytesPerProc
		who := proc(int(b[from] >> procBits))
		switch {
		case first == 0 || who == "":
			parts = append(parts, fmt.Sprintf("%d torn or foreign", i-from))
		case first == last:
			parts = append(parts, fmt.Sprintf("byte %d of %s", first, who))
		default:
			parts = append(parts, fmt.Sprintf("bytes %d to %d of %s", first, last, who))
		}
	}
	return strings.Join(parts, " and ")
}
