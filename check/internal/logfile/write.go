package logfile

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Writer writes a history as JSON lines, event by event in order of time.
type Writer struct {
	w      *bufio.Writer
	values *Values
	buf    []byte
}

// NewWriter writes the header: what the log says of the object.
func NewWriter(w io.Writer, l *Log) *Writer {
	out := &Writer{w: bufio.NewWriterSize(w, 1<<16), values: l.Values}
	out.buf = append(out.buf, `{"format":"`+Version+`"`...)
	if l.Object != "" {
		out.buf = append(out.buf, `,"object":`...)
		out.buf = strconv.AppendQuote(out.buf, l.Object)
	}
	if l.Capacity >= 0 {
		out.buf = append(out.buf, `,"capacity":`...)
		out.buf = strconv.AppendInt(out.buf, int64(l.Capacity), 10)
	}
	if l.Object == Stream {
		out.buf = strconv.AppendInt(append(out.buf, `,"atomic":`...), int64(l.Atomic), 10)
		out.buf = strconv.AppendBool(append(out.buf, `,"short":`...), l.Short)
	}
	out.line()
	return out
}

func (w *Writer) line() {
	w.buf = append(w.buf, "}\n"...)
	_, _ = w.w.Write(w.buf) // an error stays until Close
	w.buf = w.buf[:0]
}

func (w *Writer) event(t int64, p int32, what, word string) {
	w.buf = append(w.buf, `{"t":`...)
	w.buf = strconv.AppendInt(w.buf, t, 10)
	w.buf = append(w.buf, `,"p":`...)
	w.buf = strconv.AppendInt(w.buf, int64(p), 10)
	w.buf = append(w.buf, what...)
	w.buf = append(w.buf, word...)
	w.buf = append(w.buf, '"')
}

func (w *Writer) value(v int64) {
	w.buf = append(w.buf, `,"v":`...)
	s := w.values.Text(v)
	if json.Valid([]byte(s)) && (w.values != nil && w.values.Bytes || s[0] != '[' && s[0] != '{') {
		w.buf = append(w.buf, s...)
	} else {
		w.buf = append(w.buf, quote(s)...)
	}
}

// Call writes that the operation is called.
func (w *Writer) Call(c *record.Call) {
	w.event(c.Call, c.Proc, `,"call":"`, c.Kind.String())
	if c.Kind.Sends() {
		w.value(c.Value)
	}
	if c.Kind.Receives() && c.Size > 0 && w.values != nil && w.values.Bytes {
		w.count(int(c.Size))
	}
	w.line()
}

func (w *Writer) count(n int) { w.buf = strconv.AppendInt(append(w.buf, `,"n":`...), int64(n), 10) }

// Return writes that the operation returns.
func (w *Writer) Return(c *record.Call) {
	w.event(c.Return, c.Proc, `,"ret":"`, c.Status.String())
	if c.Kind.Receives() && c.Status == model.OK {
		w.value(c.Value)
	}
	if c.Kind.Sends() && w.values != nil && w.values.Bytes {
		w.count(c.Result().N)
	}
	w.line()
}

// Close writes the footer and what is left, and returns the first error.
func (w *Writer) Close(end record.End) error {
	w.buf = append(w.buf, `{"end":`...)
	w.buf = strconv.AppendQuote(w.buf, string(end))
	w.line()
	return w.w.Flush()
}

// Write writes a history. The operations of a process must not overlap.
func Write(w io.Writer, l *Log) error {
	out := NewWriter(w, l)
	type event struct {
		at   int64
		call int32
		ret  bool
	}
	// Sorted by process first, so that the events of one keep their order where
	// times are equal.
	order := make([]int32, len(l.Calls))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int {
		x, y := &l.Calls[i], &l.Calls[j]
		return cmp.Or(cmp.Compare(x.Proc, y.Proc), cmp.Compare(x.Call, y.Call), cmp.Compare(x.Return, y.Return))
	})
	events := make([]event, 0, 2*len(l.Calls))
	for _, i := range order {
		c := &l.Calls[i]
		events = append(events, event{c.Call, i, false})
		if !c.Pending() {
			events = append(events, event{c.Return, i, true})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for _, e := range events {
		if e.ret {
			out.Return(&l.Calls[e.call])
		} else {
			out.Call(&l.Calls[e.call])
		}
	}
	return out.Close(l.End)
}
