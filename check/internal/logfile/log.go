package logfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"strconv"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Log is a history with what its file says of the object.
type Log struct {
	record.History
	Format Format
	// Object is what the header names: "bounded"; empty if it names none.
	Object   string
	Capacity int // of the object, -1 if the header gives none
	Values   *Values
}

// Error is what is wrong with a log, and where.
type Error struct {
	File string
	Line int // from 1; 0: the file as a whole
	Text string
}

// Error is the place and the text.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// Values tells values apart that are no integers. An integer stands for itself.
type Values struct {
	byText map[string]int64
	texts  []string
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
	if v != nil {
		if i := uint64(n) - 1<<63; i < uint64(len(v.texts)) {
			return v.texts[i]
		}
	}
	return strconv.FormatInt(n, 10)
}

// Name is the value in words.
func (v *Values) Name(n int64) string { return "item " + v.Text(n) }

// Read reads a history in the format given, or in the one it is in if that is
// empty. The name stands in errors. Progress, if not nil, is called now and then
// with the bytes read so far.
func Read(r io.Reader, name string, f Format, progress func(bytes int64)) (*Log, error) {
	in := &input{r: bufio.NewReaderSize(r, 1<<16), file: name, progress: progress}
	if f == "" {
		var err error
		if f, err = in.detect(); err != nil {
			return nil, err
		}
	}
	b := &builder{in: in, log: &Log{Format: f, Capacity: -1, Values: &Values{}}}
	b.log.End = record.Complete
	reader, ok := formats.Named(string(f))
	if !ok {
		return nil, &Error{File: name, Text: fmt.Sprintf("unknown format %q: want %s", f, words.List(Formats(), "or"))}
	}
	if file, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok && reader.bytesPerCall > 0 {
		// Room for all at once.
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			b.log.Calls = make([]record.Call, 0, min(info.Size()/reader.bytesPerCall, 1<<24))
		}
	}
	if err := reader.read(b); err != nil {
		return nil, err
	}
	b.log.Sort()
	b.log.Contend()
	return b.log, nil
}

// input is a file by lines.
type input struct {
	r        *bufio.Reader
	file     string
	line     int // the number of the last line read
	long     []byte
	bytes    int64
	progress func(int64)
}

// longest is the length of a line up to which it is read.
const longest = 1 << 20

// next returns the next line without its end; io.EOF if there is none. It is
// valid until the next call.
func (in *input) next() ([]byte, error) {
	l, err := in.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		in.long = append(in.long[:0], l...)
		for err == bufio.ErrBufferFull {
			l, err = in.r.ReadSlice('\n')
			if in.long = append(in.long, l...); len(in.long) > longest {
				in.line++
				return nil, in.errorf("the line is longer than %d bytes", longest)
			}
		}
		l = in.long
	}
	if err == io.EOF && len(l) > 0 {
		err = nil
	}
	if err != nil {
		if err != io.EOF {
			return nil, &Error{in.file, in.line + 1, fmt.Sprintf("cannot be read: %v", err)}
		}
		return nil, err
	}
	in.line++
	in.bytes += int64(len(l))
	if in.progress != nil && in.line&(1<<16-1) == 0 {
		in.progress(in.bytes)
	}
	return bytes.TrimSpace(l), nil
}

// lines yields the lines, without their ends, each valid until the next one; after an
// error there is none.
func (in *input) lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			l, err := in.next()
			if err == io.EOF || !yield(l, err) || err != nil {
				return
			}
		}
	}
}

func (in *input) errorf(format string, args ...any) error {
	return &Error{in.file, in.line, fmt.Sprintf(format, args...)}
}

// detect looks at the beginning of the file: at the first line that some format
// begins with. Comments are of a format that has them.
func (in *input) detect() (Format, error) {
	head, err := in.r.Peek(1 << 12)
	if err != nil && err != io.EOF && len(head) == 0 {
		return "", &Error{in.file, 0, fmt.Sprintf("cannot be read: %v", err)}
	}
	comment := Format("")
	for l := range bytes.Lines(head) {
		l = bytes.TrimSpace(l)
		if len(l) == 0 || l[0] == ';' {
			continue
		}
		f, is := recognise(l)
		switch {
		case is == begins:
			return f, nil
		case is == comments:
			comment = f
		case comment != "":
			return comment, nil
		default:
			return "", &Error{in.file, 1, fmt.Sprintf("is no history: want %s, the first of which begin with %s", titles(), example)}
		}
	}
	if comment != "" {
		return comment, nil
	}
	return "", &Error{in.file, 0, "is empty: want a history that begins with " + example}
}

const example = `{"format":"ipccheck-history/1","object":"bounded","capacity":4}`

// builder makes the history of the events of a file.
type builder struct {
	in    *input
	log   *Log
	near  [256]under      // open calls of processes with small numbers
	far   map[int32]under // of the others
	last  int64
	begun bool
}

// under is an open call: its number, and its line, 0 if there is none.
type under struct {
	call int32
	line int
}

func (b *builder) open(p int32) (under, bool) {
	if uint32(p) < uint32(len(b.near)) {
		return b.near[p], b.near[p].line > 0
	}
	u, ok := b.far[p]
	return u, ok
}

func (b *builder) setOpen(p int32, u under) {
	switch {
	case uint32(p) < uint32(len(b.near)):
		b.near[p] = u
	case u.line == 0:
		delete(b.far, p)
	default:
		if b.far == nil {
			b.far = map[int32]under{}
		}
		b.far[p] = u
	}
}

// at moves the time on.
func (b *builder) at(t int64) error {
	switch {
	case b.begun && t < b.last:
		return b.in.errorf("time runs backwards: %d after %d", t, b.last)
	case t == record.Never:
		return b.in.errorf("a time of %d: want less", t)
	}
	b.last, b.begun = t, true
	return nil
}

// call opens an operation.
func (b *builder) call(t int64, p int32, k model.Kind, v int64) error {
	if u, ok := b.open(p); ok {
		return b.in.errorf("process %d calls %v while its %v, called in line %d, has not returned", p, k, b.log.Calls[u.call].Kind, u.line)
	}
	if len(b.log.Calls) == math.MaxInt32 {
		return b.in.errorf("more than %d operations", math.MaxInt32)
	}
	b.setOpen(p, under{int32(len(b.log.Calls)), b.in.line})
	b.log.Calls = append(b.log.Calls, record.Call{Call: t, Return: record.Never, Value: v, Proc: p, From: model.AnyPeer, Kind: k})
	return nil
}

// ret closes the operation that the process has open.
func (b *builder) ret(t int64, p int32, s model.Status, v int64, valued bool) error {
	u, ok := b.open(p)
	if !ok {
		return b.in.errorf("process %d returns, and has called nothing", p)
	}
	c := &b.log.Calls[u.call]
	if !answers(c.Kind, s) {
		return b.in.errorf("%v, called in line %d, answers %v: want %s", c.Kind, u.line, s, wanted(c.Kind))
	}
	receives := c.Kind.Receives() && s == model.OK
	switch {
	case receives && !valued:
		return b.in.errorf("%v answers ok without the value it got", c.Kind)
	case receives:
		c.Value = v
	case valued && (!c.Kind.Sends() || v != c.Value):
		return b.in.errorf("%v answers %v with the value %s, which makes no sense", c.Kind, s, b.log.Values.Text(v))
	}
	c.Return, c.Status = t, s
	b.setOpen(p, under{})
	return nil
}

// answers reports whether the operation can give the answer at all, right or
// wrong.
func answers(k model.Kind, s model.Status) bool {
	switch s {
	case model.OK, model.Closed, model.Failed:
		return true
	case model.Full:
		return k.Sends()
	case model.Empty:
		return k.Receives()
	case model.Deadline:
		return k.Waits()
	}
	return false
}

func wanted(k model.Kind) string {
	switch {
	case k == model.TrySend:
		return "ok, full, closed or error"
	case k == model.TryRecv:
		return "ok, empty, closed or error"
	case k == model.SendContext || k == model.RecvContext:
		return "ok, deadline, closed or error"
	}
	return "ok, closed or error"
}

// pending is the first operation that has not returned, with its line.
func (b *builder) pending() (record.Call, int, bool) {
	for i := range b.log.Calls {
		if c := b.log.Calls[i]; c.Pending() {
			u, _ := b.open(c.Proc)
			return c, u.line, true
		}
	}
	return record.Call{}, 0, false
}
