package logfile

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Version is the format that the header names.
const Version = "ipccheck-history/1"

// Schema is the JSON schema of a line.
//
//go:embed schema.json
var Schema []byte

// Objects are the names that a header may give an object.
var Objects = []string{"unbounded", "bounded", "rendezvous", "mailbox", "bag", Stream}

// Stream is the name of a stream of bytes.
const Stream = "stream"

// JSONL is the format of this project.
const JSONL Format = "jsonl"

func init() {
	register(10, format{name: JSONL, title: "JSON lines of ipccheck", extensions: []string{".jsonl", ".ndjson"}, bytesPerCall: 64, read: (*builder).readJSONL,
		detect: func(l []byte) mark {
			if inside := bytes.TrimSpace(l[1:]); l[0] == '{' && !bytes.HasPrefix(inside, []byte(":")) {
				return begins
			}
			return foreign
		}})
}

var (
	kinds = byWord(model.Send, model.Recv, model.TrySend, model.TryRecv, model.SendContext, model.RecvContext, model.Close)

	statuses = byWord(model.OK, model.Full, model.Empty, model.Deadline, model.Closed, model.Failed)
)

func byWord[T fmt.Stringer](all ...T) map[string]T {
	m := map[string]T{}
	for _, x := range all {
		m[x.String()] = x
	}
	return m
}

const (
	callWords = "send, recv, try_send, try_recv, send_until, recv_until or close"
	retWords  = "ok, full, empty, deadline, closed or error"
)

func (b *builder) readJSONL() error {
	header, ended := false, false
	for text, err := range b.in.lines() {
		if err != nil {
			return err
		}
		if len(text) == 0 {
			continue
		}
		var l line
		if !b.quick(text, &l) {
			l = line{}
			if err := b.slow(text, &l); err != nil {
				return err
			}
		}
		switch {
		case ended:
			return b.in.errorf("something follows the footer, which is the last line")
		case !header:
			if err := b.header(&l); err != nil {
				return err
			}
			header = true
		case l.has&hasFormat != 0:
			return b.in.errorf("a second header: one file holds one history")
		case l.has&hasEnd != 0 && (l.has != hasEnd || l.unknown != ""):
			return b.in.errorf(`the footer says more than "end", and that would be lost`)
		case l.has&hasEnd != 0:
			switch e := record.End(l.end); e {
			case record.Complete, record.Stuck, record.Cut:
				b.log.End = e
			default:
				return b.in.errorf("the run ended as %q: want stuck, cut or complete", l.end)
			}
			ended = true
		default:
			if err := b.event(&l); err != nil {
				return err
			}
		}
	}
	if !header {
		return &Error{b.in.file, 0, "is empty: want a history that begins with " + example}
	}
	if c, at, ok := b.pending(); ok && b.log.End == record.Complete {
		return b.in.errorf(`%v of process %d, called in line %d, has not returned: a log that ends so needs the footer {"end":"stuck"} (nobody could go on) or {"end":"cut"}`, c.Kind, c.Proc, at)
	}
	return nil
}

func (b *builder) header(l *line) error {
	switch {
	case l.has&hasFormat == 0:
		return b.in.errorf("no header: want a first line like %s", example)
	case l.format != Version:
		return b.in.errorf("the format is %q: this reads %q", l.format, Version)
	case l.unknown != "":
		return b.in.errorf("the header says %q, of which the format knows nothing: want %s", l.unknown, headerWords)
	case l.has&^ofHeader != 0:
		return b.in.errorf("the header says more than %s, and that would be lost", headerWords)
	case l.has&hasObject != 0 && !slices.Contains(Objects, l.object):
		return b.in.errorf("the object is %q: want %s", l.object, strings.Join(Objects, ", "))
	case l.has&hasCapacity != 0 && (l.capacity < 0 || l.capacity > math.MaxInt32):
		return b.in.errorf("a capacity of %d: want 0 or more", l.capacity)
	case l.object == "bounded" && l.has&hasCapacity == 0:
		return b.in.errorf(`the object is bounded: want its "capacity" too`)
	case l.object == "bounded" && l.capacity == 0:
		return b.in.errorf("a bounded buffer of capacity 0: want 1 or more, or the object rendezvous")
	}
	if err := b.suits(l); err != nil {
		return err
	}
	b.log.Object = l.object
	if l.has&hasCapacity != 0 {
		b.log.Capacity = int(l.capacity)
	}
	b.log.Atomic, b.log.Short = int(l.atomic), l.short
	b.log.Values.Bytes = l.object == Stream
	return nil
}

const headerWords = `"format", "object", "capacity", and of a stream "atomic" and "short"`

// suits says what the header says that the object has not.
func (b *builder) suits(l *line) error {
	capacity := l.has&hasCapacity != 0
	switch {
	case l.object != Stream && l.has&(hasAtomic|hasShort) != 0:
		return b.in.errorf(`"atomic" and "short" are of a stream, and the object is %q`, l.object)
	case l.object == "unbounded" && capacity:
		return b.in.errorf("a capacity of %d for an unbounded buffer: want none, or the object bounded", l.capacity)
	case l.object == "rendezvous" && capacity && l.capacity > 0:
		return b.in.errorf("a capacity of %d for a rendezvous, which holds nothing: want none, or the object bounded", l.capacity)
	case slices.Contains([]string{"mailbox", "bag"}, l.object) && capacity && l.capacity == 0:
		return b.in.errorf("a %s of capacity 0: want 1 or more, or none if it has no limit", l.object)
	case l.atomic < 0 || l.atomic > math.MaxInt32 || capacity && l.capacity > 0 && l.atomic > l.capacity:
		return b.in.errorf("writes of %d bytes at once: want 0 to the capacity", l.atomic)
	}
	return nil
}

func (b *builder) event(l *line) error {
	switch {
	case l.has&(hasCall|hasRet) == 0:
		return b.in.errorf(`neither "call" nor "ret" nor "end": want an event like {"t":1,"p":0,"call":"send","v":7}`)
	case l.has&(hasCall|hasRet) == hasCall|hasRet:
		return b.in.errorf(`both "call" and "ret": an event is one of the two`)
	case l.has&hasT == 0:
		return b.in.errorf(`no time "t"`)
	case l.has&hasP == 0:
		return b.in.errorf(`no process "p"`)
	case l.has&^ofEvent != 0:
		return b.in.errorf("what belongs into the header stands in an event")
	case l.has&hasN != 0 && !b.log.Values.Bytes:
		return b.in.errorf(`"n" counts the bytes of a stream, and the object is none`)
	case l.p < 0 || l.p > math.MaxInt32:
		return b.in.errorf("process %d: want 0 to %d", l.p, math.MaxInt32)
	}
	if err := b.at(l.t); err != nil {
		return err
	}
	if l.has&hasRet != 0 {
		s, ok := statuses[l.ret]
		if !ok {
			return b.in.errorf("unknown answer %q: want %s", l.ret, retWords)
		}
		if b.log.Values.Bytes {
			if err := b.count(l, s); err != nil {
				return err
			}
		}
		return b.ret(l.t, int32(l.p), s, l.v, l.has&hasV != 0)
	}
	k, ok := kinds[l.call]
	if !ok && b.log.Values.Bytes && l.call == model.CloseRead.String() {
		k, ok = model.CloseRead, true
	}
	switch {
	case !ok:
		return b.in.errorf("unknown operation %q: want %s", l.call, callWords)
	case l.has&hasN != 0 && (!k.Receives() || l.size < 1 || l.size > math.MaxInt32):
		return b.in.errorf(`%v with "n" %d: of a call it is how many bytes a read gets at most`, k, l.size)
	case k.Sends() && l.has&hasV == 0:
		return b.in.errorf(`%v without the value "v" it sends`, k)
	case !k.Sends() && l.has&hasV != 0:
		return b.in.errorf(`%v with a value "v": it sends nothing`, k)
	}
	if err := b.call(l.t, int32(l.p), k, l.v); err != nil {
		return err
	}
	b.log.Calls[len(b.log.Calls)-1].Size = int32(l.size)
	return nil
}
