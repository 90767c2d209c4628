package logfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// line is what a line says.
type line struct {
	format, object, call, ret, end  string
	t, p, capacity, atomic, size, v int64
	short                           bool
	has                             fields
	unknown                         string // a member that the format does not know, if there is one
}

type fields uint16

const (
	hasFormat fields = 1 << iota
	hasObject
	hasCapacity
	hasT
	hasP
	hasCall
	hasRet
	hasV
	hasEnd
	hasAtomic
	hasShort
	hasN
)

// What stands in a header, and in an event.
const (
	ofHeader = hasFormat | hasObject | hasCapacity | hasAtomic | hasShort
	ofEvent  = hasT | hasP | hasCall | hasRet | hasV | hasN
)

// quick reads a line of plain members: strings without escapes, integers. It
// reports false for everything else, right or wrong.
func (b *builder) quick(s []byte, l *line) bool {
	if b.log.Values.Bytes {
		return false
	}
	i := 0
	skip := func() {
		for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
			i++
		}
	}
	text := func() ([]byte, bool) {
		if i >= len(s) || s[i] != '"' {
			return nil, false
		}
		i++
		from := i
		for i < len(s) && s[i] != '"' {
			if c := s[i]; c == '\\' || c < 0x20 || c >= 0x80 {
				return nil, false
			}
			i++
		}
		if i == len(s) {
			return nil, false
		}
		i++
		return s[from : i-1], true
	}
	integer := func() (int64, bool) {
		from := i
		negative := i < len(s) && s[i] == '-'
		if negative {
			i++
		}
		digits := i
		n := int64(0)
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			n = n*10 + int64(s[i]-'0')
			i++
		}
		if i == digits || i-digits > 18 || s[digits] == '0' && i-digits > 1 || i < len(s) && (s[i] == '.' || s[i] == 'e' || s[i] == 'E') {
			i = from
			return 0, false
		}
		if negative {
			n = -n
		}
		return n, true
	}
	if len(s) == 0 || s[0] != '{' || s[len(s)-1] != '}' {
		return false
	}
	i++
	for {
		skip()
		key, ok := text()
		if !ok {
			return false
		}
		skip()
		if i >= len(s) || s[i] != ':' {
			return false
		}
		i++
		skip()
		var f fields
		switch string(key) {
		case "t":
			f = hasT
			l.t, ok = integer()
		case "p":
			f = hasP
			l.p, ok = integer()
		case "v":
			f = hasV
			if l.v, ok = integer(); ok {
				l.v = b.log.Values.integer(l.v)
			}
		case "call":
			f = hasCall
			l.call, ok = word(text)
		case "ret":
			f = hasRet
			l.ret, ok = word(text)
		default:
			return false
		}
		if !ok || l.has&f != 0 {
			return false
		}
		l.has |= f
		skip()
		if i >= len(s) {
			return false
		}
		switch s[i] {
		case ',':
			i++
		case '}':
			return i == len(s)-1
		default:
			return false
		}
	}
}

// wordOf holds the words of operations and results, so that reading a line
// allocates nothing.
var wordOf = func() map[string]string {
	m := map[string]string{}
	for w := range kinds {
		m[w] = w
	}
	for w := range statuses {
		m[w] = w
	}
	return m
}()

func word(text func() ([]byte, bool)) (string, bool) {
	w, ok := text()
	if !ok {
		return "", false
	}
	s, ok := wordOf[string(w)]
	return s, ok
}

// slow reads any line, and says what is wrong with it. A member that it does not know
// it notes.
func (b *builder) slow(text []byte, l *line) error {
	if wrong := unicodeOnly(text); wrong != "" {
		return b.in.errorf("%s", wrong)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return b.in.errorf("is no JSON object: want a line like %s", `{"t":1,"p":0,"call":"send","v":7}`)
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return b.in.errorf("is no JSON: %s", plain(err))
		}
		key, _ := t.(string)
		var v any
		if err := d.Decode(&v); err != nil {
			return b.in.errorf("is no JSON: %s", plain(err))
		}
		if err := b.member(key, v, l); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return b.in.errorf("is no JSON: %s", plain(err))
	}
	if _, err := d.Token(); err != io.EOF {
		return b.in.errorf("something follows the object: want one in each line")
	}
	return nil
}

// plain is the error of the JSON decoder in fewer words.
func plain(err error) string {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

func (b *builder) member(key string, v any, l *line) error {
	var f fields
	var err error
	text := func(to *string) {
		s, ok := v.(string)
		if !ok {
			err = b.in.errorf("%q is %s: want a string", key, show(v))
		}
		*to = s
	}
	integer := func(to *int64) {
		n, ok := v.(json.Number)
		if ok {
			*to, err = strconv.ParseInt(n.String(), 10, 64)
		}
		if !ok || err != nil {
			err = b.in.errorf("%q is %s: want an integer", key, show(v))
		}
	}
	switch key {
	case "format":
		f = hasFormat
		text(&l.format)
	case "object":
		f = hasObject
		text(&l.object)
	case "capacity":
		f = hasCapacity
		integer(&l.capacity)
	case "t":
		f = hasT
		integer(&l.t)
	case "p":
		f = hasP
		integer(&l.p)
	case "call":
		f = hasCall
		text(&l.call)
	case "ret":
		f = hasRet
		text(&l.ret)
	case "end":
		f = hasEnd
		text(&l.end)
	case "atomic":
		f = hasAtomic
		integer(&l.atomic)
	case "short":
		f = hasShort
		if is, ok := v.(bool); ok {
			l.short = is
		} else {
			err = b.in.errorf("%q is %s: want true or false", key, show(v))
		}
	case "n":
		f = hasN
		integer(&l.size)
	case "v":
		f = hasV
		if b.log.Values.Bytes {
			l.v, err = b.piece(v)
			break
		}
		switch x := v.(type) {
		case json.Number:
			l.v, err = b.number(x.String())
		case string:
			l.v = b.log.Values.text(quote(x))
		case bool:
			l.v = b.log.Values.text(strconv.FormatBool(x))
		case nil:
			l.v = b.log.Values.text("null")
		default:
			err = b.in.errorf(`"v" is %s: want a number, a string, true, false or null`, show(v))
		}
	default:
		l.unknown = key
		return nil
	}
	if err == nil && l.has&f != 0 {
		err = b.in.errorf("%q stands there twice", key)
	}
	l.has |= f
	return err
}

// number is the value of a number in decimal digits: 7, 7.0 and 0.7e1 are the same, and
// all of its digits count.
func (b *builder) number(s string) (int64, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return b.log.Values.integer(n), nil
	}
	text, ok := decimal(s)
	if !ok {
		return 0, b.in.errorf("the exponent of %s is too large", s)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return b.log.Values.integer(n), nil
	}
	return b.log.Values.text(text), nil
}

// mostDigits is up to how many digits a whole number has them all.
const mostDigits = 40

// decimal is the one way to write a number: digits and perhaps an exponent, without
// zeros at either end. A whole number of not too many digits has them all.
func decimal(s string) (string, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	digits = strings.TrimPrefix(digits, "+")
	exponent := int64(0)
	if i := strings.IndexAny(digits, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.ParseInt(digits[i+1:], 10, 32); err != nil {
			return "", false
		}
		digits = digits[:i]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	exponent -= int64(len(fraction))
	digits = strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "0", true
	}
	short := strings.TrimRight(digits, "0")
	exponent += int64(len(digits) - len(short))
	if exponent >= 0 && int64(len(short))+exponent <= mostDigits {
		short, exponent = short+strings.Repeat("0", int(exponent)), 0
	}
	if negative {
		short = "-" + short
	}
	if exponent != 0 {
		short += "e" + strconv.FormatInt(exponent, 10)
	}
	return short, true
}

// unicodeOnly says what in a JSON text is no Unicode: the decoder takes one string that
// is none for another.
func unicodeOnly(text []byte) string {
	switch {
	case !utf8.Valid(text):
		return notUTF8
	case halfPair(text):
		return `half of a surrogate pair (\ud800 to \udfff) is no Unicode: want both`
	}
	return ""
}

// halfPair reports whether an escape in the text stands for half of a surrogate pair
// that is not whole.
func halfPair(text []byte) bool {
	unit := func(i int) (rune, bool) {
		if i+6 > len(text) || text[i] != '\\' || text[i+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(text[i+2:i+6]), 16, 16)
		return rune(n), err == nil
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		first, ok := unit(i)
		switch {
		case !ok:
			i++ // another escape
			continue
		case !utf16.IsSurrogate(first):
		default:
			if second, ok := unit(i + 6); !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
				return true
			}
			i += 6
		}
		i += 5
	}
	return false
}

func show(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case json.Number:
		return x.String()
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("%#v", v)
}
