package logfile

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/model"
)

// Values tells values apart that are no integers. An integer stands for itself.
type Values struct {
	byText map[string]int64
	texts  []string
	// Bytes says that the values are pieces of a stream of bytes ([model.Piece]).
	Bytes bool
}

// firstText is the number of the first value that is not an integer. Integers
// below some bound are kept as texts too, so that none is taken for another.
const firstText = math.MinInt64

func (v *Values) text(s string) int64 {
	if n, ok := v.byText[s]; ok {
		return n
	}
	if v.byText == nil {
		v.byText = map[string]int64{}
	}
	n := int64(firstText) + int64(len(v.texts))
	v.byText[s] = n
	v.texts = append(v.texts, s)
	return n
}

// integer is the number of an integer.
func (v *Values) integer(n int64) int64 {
	if n < firstText+1<<32 {
		return v.text(strconv.FormatInt(n, 10))
	}
	return n
}

// Text is the value as the file writes it.
func (v *Values) Text(n int64) string {
	if v != nil && v.Bytes {
		return bytesText(n)
	}
	if v != nil {
		if i := uint64(n) - 1<<63; i < uint64(len(v.texts)) {
			return v.texts[i]
		}
	}
	return strconv.FormatInt(n, 10)
}

// Name is the value in words.
func (v *Values) Name(n int64) string {
	if v != nil && v.Bytes {
		b, _ := model.Bytes(n)
		return strconv.Quote(b)
	}
	return "item " + v.Text(n)
}

// bytesText is the piece as a file writes it.
func bytesText(piece int64) string {
	b, _ := model.Bytes(piece)
	if utf8.ValidString(b) {
		return quote(b)
	}
	out := []byte{'['}
	for i := range len(b) {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendUint(out, uint64(b[i]), 10)
	}
	return string(append(out, ']'))
}

// quote is the string as JSON, in the one way to write it.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a Builder takes everything
	return strings.TrimSuffix(b.String(), "\n")
}
