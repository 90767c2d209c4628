package logfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// line is what a line says.
type line struct {
	format, object, call, ret, end string
	t, p, capacity, v              int64
	has                            fields
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
)

// quick reads a line of plain members: strings without escapes, integers. It
// reports false for everything else, right or wrong.
func (b *builder) quick(s []byte, l *line) bool {
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

// slow reads any line, and says what is wrong with it. Members it does not know
// are passed over.
func (b *builder) slow(text []byte, l *line) error {
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
	case "v":
		f = hasV
		switch x := v.(type) {
		case json.Number:
			l.v = b.number(x.String())
		case string:
			l.v = b.log.Values.text(strconv.Quote(x))
		case bool:
			l.v = b.log.Values.text(strconv.FormatBool(x))
		case nil:
			l.v = b.log.Values.text("null")
		default:
			err = b.in.errorf(`"v" is %s: want a number, a string, true, false or null`, show(v))
		}
	default:
		return nil
	}
	if err == nil && l.has&f != 0 {
		err = b.in.errorf("%q stands there twice", key)
	}
	l.has |= f
	return err
}

// number is the value of a JSON number; 7, 7.0 and 0.7e1 are the same.
func (b *builder) number(s string) int64 {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return b.log.Values.integer(n)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return b.log.Values.text(s) // out of range, so its digits are all there is
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return b.log.Values.integer(int64(f))
	}
	return b.log.Values.text(strconv.FormatFloat(f, 'g', -1, 64))
}

func show(v any) string {
	switch x := v.(type) {
	case json.Number:
		return x.String()
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("%#v", v)
}
