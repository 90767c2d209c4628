package logfile

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// EDN is the format of Jepsen.
const EDN Format = "edn"

func init() {
	register(40, format{name: EDN, title: "Jepsen EDN", extensions: []string{".edn"}, read: (*builder).readEDN,
		detect: func(l []byte) mark {
			inside := bytes.TrimSpace(l[1:])
			switch {
			case bytes.HasPrefix(l, []byte("#jepsen")), l[0] == '{' && bytes.HasPrefix(inside, []byte(":")):
				return begins
			case l[0] == '[' && (len(inside) == 0 || inside[0] == '{' || inside[0] == '#'):
				return begins
			}
			return foreign
		}})
}

// ednReader reads EDN: maps, vectors, lists, sets, strings, keywords, symbols, numbers,
// characters, tags, commas, comments and what #_ discards.
type ednReader struct {
	in   *input
	text []byte // the line
	i    int
}

// Values of EDN are nil, bool, int64, string (of strings), ednWord (keywords and
// everything else that is one), []any, ednSet, ednMap and ednTagged.
type (
	ednWord string
	ednSet  []any
	ednMap  struct {
		values map[string]any // by keys as they are written
	}
	ednTagged struct {
		tag   string
		value any
	}
)

// peek is the next byte that means something; io.EOF at the end.
func (r *ednReader) peek(depth int) (byte, error) {
	for {
		for r.i < len(r.text) {
			switch c := r.text[r.i]; c {
			case ' ', '\t', ',', '\r', '\n':
				r.i++
			case ';':
				r.i = len(r.text)
			default:
				if c != '#' || r.i+1 == len(r.text) || r.text[r.i+1] != '_' {
					return c, nil
				}
				r.i += 2
				if _, err := r.value(depth + 1); err != nil {
					return 0, err
				}
			}
		}
		l, err := r.in.next()
		if err != nil {
			return 0, err
		}
		r.text, r.i = append(r.text[:0], l...), 0
	}
}

const ednDepth = 32

func (r *ednReader) value(depth int) (any, error) {
	if depth > ednDepth {
		return nil, r.in.errorf("the EDN is nested deeper than %d", ednDepth)
	}
	c, err := r.peek(depth)
	if err == io.EOF {
		return nil, r.in.errorf("the EDN ends too early")
	}
	if err != nil {
		return nil, err
	}
	switch c {
	case '{':
		r.i++
		return r.ednMap(depth)
	case '[', '(':
		r.i++
		closing := byte(']')
		if c == '(' {
			closing = ')'
		}
		return r.list(closing, depth)
	case '"':
		return r.quoted()
	case '#':
		return r.dispatch(depth)
	case '\\':
		return r.character()
	case '}', ']', ')':
		return nil, r.in.errorf("%q closes nothing", string(c))
	}
	s := r.symbol()
	switch s {
	case "":
		return nil, r.in.errorf("%q is no EDN", string(c))
	case "nil":
		return nil, nil
	case "true", "false":
		return s == "true", nil
	}
	return r.atom(s)
}

// dispatch reads what begins with #: a set, a tag with its value, or a number that has
// no digits.
func (r *ednReader) dispatch(depth int) (any, error) {
	r.i++
	if r.i < len(r.text) && r.text[r.i] == '{' {
		r.i++
		l, err := r.list('}', depth)
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for _, e := range l {
			text := ednText(e)
			if seen[text] {
				return nil, r.in.errorf("a set with %s twice", text)
			}
			seen[text] = true
		}
		return ednSet(l), nil
	}
	tag := r.symbol()
	switch {
	case strings.HasPrefix(tag, "#"):
		return ednWord("#" + tag), nil // ##Inf
	case tag == "":
		return nil, r.in.errorf("# without a tag is no EDN")
	}
	v, err := r.value(depth + 1)
	return ednTagged{tag, v}, err
}

// character reads a character: \a, \newline, \{.
func (r *ednReader) character() (any, error) {
	from := r.i
	r.i++
	if _, n := utf8.DecodeRune(r.text[r.i:]); n > 0 {
		r.i += n
		r.symbol()
	}
	if s := string(r.text[from:r.i]); utf8.ValidString(s) && len(s) > 1 {
		return ednWord(s), nil
	}
	return nil, r.in.errorf("a character cannot be read")
}

// atom is a number, a keyword or a symbol. Whole numbers are the same in any size;
// numbers with a point are never a whole one, and with M at the end no others.
func (r *ednReader) atom(s string) (any, error) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || digits[0] < '0' || digits[0] > '9' {
		if !utf8.ValidString(s) {
			return nil, r.in.errorf("%q is no Unicode", s)
		}
		return ednWord(s), nil
	}
	if n, err := strconv.ParseInt(strings.TrimSuffix(s, "N"), 10, 64); err == nil {
		return n, nil
	}
	number, exact := strings.CutSuffix(s, "M")
	whole := strings.TrimSuffix(number, "N")
	switch f, err := strconv.ParseFloat(number, 64); {
	case strings.Trim(strings.TrimLeft(whole, "+-"), "0123456789") == "":
		text, _ := decimal(whole)
		if exact {
			text += "M"
		}
		return ednWord(text), nil
	case strings.ContainsAny(number, "xX_pP"):
	case exact && err == nil:
		text, ok := decimal(number)
		if !ok {
			return nil, r.in.errorf("the exponent of %s is too large", s)
		}
		return ednWord(text + "M"), nil
	case err == nil:
		return ednWord(strconv.FormatFloat(f, 'e', -1, 64)), nil
	}
	return nil, r.in.errorf("the number %s cannot be read: want digits", s)
}

// symbol is what comes up to a delimiter.
func (r *ednReader) symbol() string {
	from := r.i
	for r.i < len(r.text) && !strings.ContainsRune(" \t,;\"()[]{}\r\n", rune(r.text[r.i])) {
		r.i++
	}
	return string(r.text[from:r.i])
}

func (r *ednReader) quoted() (any, error) {
	from := r.i
	for r.i++; r.i < len(r.text); r.i++ {
		switch r.text[r.i] {
		case '\\':
			r.i++
		case '"':
			r.i++
			s, err := strconv.Unquote(string(r.text[from:r.i]))
			if err != nil || !utf8.ValidString(s) {
				return nil, r.in.errorf("the string %s cannot be read", r.text[from:r.i])
			}
			return s, nil
		}
	}
	return nil, r.in.errorf("a string is not closed in its line")
}

func (r *ednReader) list(closing byte, depth int) ([]any, error) {
	out := []any{}
	for {
		c, err := r.peek(depth)
		if err == io.EOF {
			return nil, r.in.errorf("the EDN ends too early: %q is missing", string(closing))
		}
		if err != nil {
			return nil, err
		}
		if c == closing {
			r.i++
			return out, nil
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (r *ednReader) ednMap(depth int) (any, error) {
	pairs, err := r.list('}', depth)
	if err != nil {
		return nil, err
	}
	if len(pairs)%2 != 0 {
		return nil, r.in.errorf("a map with a key that has no value")
	}
	m := ednMap{make(map[string]any, len(pairs)/2)}
	for i := 0; i < len(pairs); i += 2 {
		key := ednText(pairs[i])
		if _, twice := m.values[key]; twice {
			return nil, r.in.errorf("a map with the key %s twice", key)
		}
		m.values[key] = pairs[i+1]
	}
	return m, nil
}

// ednText is the value in the one way to write it: equal values have equal texts, and
// others have not. A list is equal to a vector; the order in sets and maps is open.
func ednText(v any) string {
	texts := func(vs []any) []string {
		parts := make([]string, len(vs))
		for i, e := range vs {
			parts[i] = ednText(e)
		}
		return parts
	}
	switch x := v.(type) {
	case nil:
		return "nil"
	case string:
		return strconv.Quote(x)
	case ednWord:
		return string(x)
	case []any:
		return "[" + strings.Join(texts(x), " ") + "]"
	case ednSet:
		parts := texts(x)
		slices.Sort(parts)
		return "#{" + strings.Join(parts, " ") + "}"
	case ednMap:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(x.values)) {
			parts = append(parts, key+" "+ednText(x.values[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case ednTagged:
		return "#" + x.tag + " " + ednText(x.value)
	}
	return fmt.Sprint(v)
}

// readEDN reads a history of Jepsen's queue tests: maps with :process, :type
// (:invoke, :ok, :fail, :info), :f (:enqueue, :dequeue, :drain) and :value, one
// after the other or in a vector. Their order is that of time. What fails had no
// effect; what ends with :info may have had one at any time after. A drain is as
// many dequeues as it has values, and one that finds nothing. Processes that are no
// numbers are passed over.
func (b *builder) readEDN() error {
	r := &ednReader{in: b.in}
	inVector := false
	for {
		c, err := r.peek(0)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch {
		case c == '[' && !inVector:
			inVector = true
			r.i++
			continue
		case c == ']' && inVector:
			inVector = false
			r.i++
			continue
		}
		v, err := r.value(0)
		if err != nil {
			return err
		}
		if t, ok := v.(ednTagged); ok {
			v = t.value // #jepsen.history.Op{…}
		}
		m, ok := v.(ednMap)
		if !ok {
			return b.in.errorf("%s is no operation: want a map like {:process 0, :type :invoke, :f :enqueue, :value 1}", ednText(v))
		}
		if err := b.jepsen(m); err != nil {
			return err
		}
	}
	if inVector {
		return b.in.errorf(`the EDN ends too early: "]" is missing`)
	}
	if _, _, ok := b.pending(); ok {
		b.log.End = record.Cut
	}
	for i := range b.log.Calls {
		// A drain that has not ended.
		if c := &b.log.Calls[i]; c.Pending() && c.Kind == model.TryRecv {
			u, _ := b.open(c.Proc)
			return &Error{b.in.file, u.line, "a :drain that did not end: it may have taken any number of values, and the history does not say which"}
		}
	}
	return nil
}

func (b *builder) jepsen(op ednMap) error {
	m := op.values
	n, ok := m[":process"].(int64)
	if !ok {
		if m[":process"] == nil {
			return b.in.errorf("an operation without its :process")
		}
		return nil // the nemesis
	}
	if n < 0 || n > math.MaxInt32 {
		return b.in.errorf("process %d: want 0 to %d", n, math.MaxInt32)
	}
	b.last++
	t, p := b.last, int32(n)
	f, value := ednText(m[":f"]), m[":value"]
	puts := f == ":enqueue"
	if !puts && f != ":dequeue" && f != ":drain" {
		return b.in.errorf("the operation is %s: want :enqueue, :dequeue or :drain", f)
	}
	typ := ednText(m[":type"])
	if typ == ":invoke" {
		switch {
		case puts && value == nil:
			return b.in.errorf("an :enqueue without its :value")
		case puts:
			return b.call(t, p, model.Send, b.ednValue(value))
		case f == ":drain":
			return b.call(t, p, model.TryRecv, 0)
		}
		return b.call(t, p, model.Recv, 0)
	}
	u, open := b.open(p)
	switch {
	case typ != ":ok" && typ != ":fail" && typ != ":info":
		return b.in.errorf("the :type is %s: want :invoke, :ok, :fail or :info", typ)
	case !open:
		return b.in.errorf("process %d answers %s, and has called nothing", p, typ)
	case b.log.Calls[u.call].Kind.Sends() != puts, (b.log.Calls[u.call].Kind == model.TryRecv) != (f == ":drain"):
		return b.in.errorf("process %d answers %s, and has called something else in line %d", p, f, u.line)
	case typ == ":info":
		return nil // pending: the process is given up
	case typ == ":fail":
		return b.ret(t, p, model.Failed, 0, false)
	case puts && value != nil && b.ednValue(value) != b.log.Calls[u.call].Value:
		return b.in.errorf("an :enqueue of %s, called in line %d, is :ok with %s", b.log.Values.Text(b.log.Calls[u.call].Value), u.line, ednText(value))
	case puts:
		return b.ret(t, p, model.OK, 0, false)
	case f == ":drain":
		return b.drain(t, p, u, value)
	case value == nil:
		return b.in.errorf("a :dequeue is :ok without its :value")
	}
	return b.ret(t, p, model.OK, b.ednValue(value), true)
}

func (b *builder) drain(t int64, p int32, u under, value any) error {
	items, ok := value.([]any)
	if !ok {
		return b.in.errorf("a :drain is :ok with %s: want the list of its values", ednText(value))
	}
	since := b.log.Calls[u.call].Call
	if err := b.ret(t, p, model.Empty, 0, false); err != nil {
		return err
	}
	for _, v := range items {
		b.log.Calls = append(b.log.Calls, record.Call{
			Call: since, Return: t, Value: b.ednValue(v), Proc: p, From: model.AnyPeer, Kind: model.Recv,
		})
	}
	return nil
}

func (b *builder) ednValue(v any) int64 {
	if n, ok := v.(int64); ok {
		return b.log.Values.integer(n)
	}
	text := ednText(v)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return b.log.Values.integer(n) // of a size that only its digits had
	}
	return b.log.Values.text(text)
}
