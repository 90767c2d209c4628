package model

import "fmt"

// A piece is a few bytes of a stream in one value: how many there are stands in
// the highest byte, the last of them in the lowest. It is what a write to a
// [Stream] sends and what a read gets, so that streams have the operations,
// histories and engines of everything else. A byte of a piece may stand for many
// of a real stream.

// MaxPiece is how many bytes a piece has at most.
const MaxPiece = 7

// Piece is the piece with the bytes. It panics if they are too many.
func Piece(b string) int64 {
	if len(b) > MaxPiece {
		must("piece", fmt.Errorf("%d bytes: want at most %d", len(b), MaxPiece))
	}
	v := int64(len(b))
	for i := range MaxPiece {
		v <<= 8
		if at := i - (MaxPiece - len(b)); at >= 0 {
			v |= int64(b[at])
		}
	}
	return v
}

// Bytes are the bytes of a piece. ok is false for a value that is none.
func Bytes(piece int64) (b string, ok bool) {
	n := int(piece >> (8 * MaxPiece))
	if n < 0 || n > MaxPiece || piece&(1<<(8*MaxPiece)-1)>>(8*n) != 0 {
		return "", false
	}
	var buf [MaxPiece]byte
	for i := range n {
		buf[n-1-i] = byte(piece >> (8 * i))
	}
	return string(buf[:n]), true
}
