package logfile

import (
	"encoding/json"
	"strconv"

	"github.com/ipccheck/ipccheck/model"
)

// A history of a stream of bytes has the operations of a buffer and close_read. What a
// send writes and a receive reads stands in "v": a string, whose UTF-8 bytes are meant,
// or a list of bytes. "n" of a receive is how many bytes it gets at most, and of a send
// that returns how many went in: all by default if it answers ok, else none.

// piece is the value of what is written or read.
func (b *builder) piece(v any) (int64, error) {
	var text []byte
	switch x := v.(type) {
	case string:
		text = []byte(x)
	case []any:
		for _, e := range x {
			n, ok := e.(json.Number)
			c, err := strconv.ParseUint(n.String(), 10, 8)
			if !ok || err != nil {
				return 0, b.in.errorf(`%s in "v": want bytes, from 0 to 255`, show(e))
			}
			text = append(text, byte(c))
		}
	default:
		return 0, b.in.errorf(`"v" is %s: of a stream want a string or a list of bytes`, show(v))
	}
	if len(text) > model.MaxPiece {
		return 0, b.in.errorf("%d bytes in one operation: want at most %d, each of which may stand for many", len(text), model.MaxPiece)
	}
	return model.Piece(string(text)), nil
}

// count notes how many bytes the send that returns has written.
func (b *builder) count(l *line, s model.Status) error {
	u, ok := b.open(int32(l.p))
	if !ok {
		return nil // which is told elsewhere
	}
	c := &b.log.Calls[u.call]
	text, _ := model.Bytes(c.Value)
	n := int64(0)
	if s == model.OK {
		n = int64(len(text))
	}
	if l.has&hasN != 0 {
		n = l.size
	}
	switch {
	case !c.Kind.Sends() && l.has&hasN != 0:
		return b.in.errorf(`%v returns with "n": of a return it is how many bytes were written`, c.Kind)
	case !c.Kind.Sends():
		return nil
	case n < 0 || n > int64(len(text)):
		return b.in.errorf("%d bytes written: want 0 to the %d of the call in line %d", n, len(text), u.line)
	case s == model.Failed && n > 0:
		return b.in.errorf("%v answers error with %d bytes written: an error has no effect", c.Kind, n)
	}
	c.From = int32(n)
	return nil
}
