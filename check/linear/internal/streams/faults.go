// Package streams finds faults in the histories of byte streams whose bytes are each
// written once, and prepares such a history for the search of an order.
package streams

import (
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// Fault is a fault that the history shows.
type Fault struct {
	Code    verdict.Code
	Message string
	Ops     []int // the calls that prove it, by number
}

// Faults finds what is certainly wrong, each code once. name is a piece in words;
// drained says that everything was read in the end. It finds nothing where a byte
// is written twice. It takes O(n²) time for n bytes.
func Faults(config model.StreamConfig, h record.History, name func(piece int64) string, drained bool) []Fault {
	s := newStream(h, name)
	if s == nil {
		return nil
	}
	s.origin()
	s.order()
	s.afterEnd(config.HalfClose)
	s.partial(config.Atomic)
	if config.Capacity != 0 {
		s.whole()
	}
	s.nothing()
	if config.Capacity == 0 {
		s.buffered()
	}
	if drained {
		s.lost(config.HalfClose)
	}
	return s.found
}

// partial finds a write that returned as if all were in, and only a part is.
func (s *stream) partial(atomic int) {
	for i, c := range s.h.Calls {
		b, _ := model.Bytes(c.Value)
		if !c.Kind.Sends() || !c.Done() || c.Result().N >= len(b) {
			continue
		}
		switch n := c.Result().N; {
		case c.Kind != model.TrySend:
			s.blame(verdict.BrokenBoundary, []int{i}, "%v of %s returned when %d were in, without an error", c.Kind, words.Plural(len(b), "byte", "bytes"), n)
		case len(b) <= atomic:
			s.blame(verdict.BrokenBoundary, []int{i}, "of a write of %d bytes, which go in at once, %d went in", len(b), n)
		}
	}
}

// whole finds a write that all of its bytes are in, by its own word, and that failed.
func (s *stream) whole() {
	for i, c := range s.h.Calls {
		b, _ := model.Bytes(c.Value)
		if c.Kind.Sends() && (c.Status == model.Closed || c.Status == model.Deadline) && !c.Pending() && len(b) > 0 && c.Result().N >= len(b) {
			s.blame(verdict.BrokenBoundary, []int{i}, "%v answered %v with %s written, which is all", c.Kind, c.Status, words.Plural(len(b), "byte", "bytes"))
			return
		}
	}
}

// nothing finds a read that returned no byte, and neither the end nor an error.
func (s *stream) nothing() {
	for i, c := range s.h.Calls {
		if b, ok := model.Bytes(c.Value); ok && b == "" && c.Kind.Receives() && c.Done() {
			s.blame(verdict.BrokenBoundary, []int{i}, "%v returned no byte, which is neither the end nor an error", c.Kind)
			return
		}
	}
}

// buffered finds bytes that a stream without a buffer held: their write had returned
// before their read was called.
func (s *stream) buffered() {
	for _, p := range s.all {
		if p.read >= 0 && s.h.Calls[p.write].Before(s.h.Calls[p.read]) {
			s.blame(verdict.Overflow, []int{p.write, p.read}, "the write of %s had returned before its read was called: it was held in between, and there is no buffer", s.word(p))
			return
		}
	}
}

// afterEnd finds bytes that were written or read after the end. With half-close only
// the writing end is one.
func (s *stream) afterEnd(half bool) {
	for i, end := range s.h.Calls {
		if !end.Done() || end.Kind != model.Close && (end.Kind != model.CloseRead || half) {
			continue
		}
		for k, c := range s.h.Calls {
			switch after := !c.Pending() && end.Before(c); {
			case after && c.Kind.Sends() && c.Result().N > 0: // with an error or without
				s.late[k] = true
				s.blame(verdict.BrokenBoundary, []int{i, k}, "written after %v had returned: %s", end.Kind, s.name(c.Value))
			case after && c.Done() && c.Kind.Receives() && end.Kind == model.CloseRead:
				s.blame(verdict.BrokenBoundary, []int{i, k}, "read after close_read had returned: %s", s.name(c.Value))
			}
		}
	}
}

// passage is the way of one byte.
type passage struct {
	write, at int // the write, and its place in that
	read, in  int // the read, and its place in that; read -1: nobody has read it
}

// stream is the history of a stream, byte by byte.
type stream struct {
	h     record.History
	name  func(piece int64) string
	bytes map[byte]*passage
	all   []*passage   // in the order in which they were written by each process
	late  map[int]bool // writes after the end that wrote something
	found []Fault
}

// newStream reads the history. It is nil if a byte is written twice.
func newStream(h record.History, name func(piece int64) string) *stream {
	s := &stream{h: h, name: name, bytes: map[byte]*passage{}, late: map[int]bool{}}
	for i, c := range h.Calls {
		if !c.Kind.Sends() {
			continue
		}
		b, _ := model.Bytes(c.Value)
		if !c.Pending() {
			b = b[:min(len(b), c.Result().N)]
		}
		for k := range len(b) {
			if s.bytes[b[k]] != nil {
				return nil
			}
			p := &passage{write: i, at: k, read: -1}
			s.bytes[b[k]] = p
			s.all = append(s.all, p)
		}
	}
	return s
}

func (s *stream) blame(code verdict.Code, ops []int, format string, args ...any) {
	if slices.ContainsFunc(s.found, func(f Fault) bool { return f.Code == code }) {
		return
	}
	s.found = append(s.found, Fault{code, fmt.Sprintf(format, args...), ops})
}

func (s *stream) word(p *passage) string {
	b, _ := model.Bytes(s.h.Calls[p.write].Value)
	return s.name(model.Piece(b[p.at : p.at+1]))
}

// origin finds the write of every byte that was read.
func (s *stream) origin() {
	for i, c := range s.h.Calls {
		if !c.Kind.Receives() || !c.Done() {
			continue
		}
		b, _ := model.Bytes(c.Value)
		for k := range len(b) {
			p := s.bytes[b[k]]
			switch {
			case p == nil:
				s.blame(verdict.InventedItem, []int{i}, "%s was read, and nobody wrote it", s.name(model.Piece(b[k:k+1])))
			case p.read >= 0:
				s.blame(verdict.DuplicatedItem, []int{p.write, p.read, i}, "%s was read twice", s.word(p))
			case c.Return < s.h.Calls[p.write].Call:
				s.blame(verdict.InventedItem, []int{i, p.write}, "%s was read before it was written", s.word(p))
			default:
				p.read, p.in = i, k
			}
		}
	}
}

// order finds two bytes of which the one that certainly was written first
// certainly was read last.
func (s *stream) order() {
	for _, a := range s.all {
		for _, b := range s.all {
			if a.read < 0 || b.read < 0 {
				continue
			}
			first := a.write == b.write && a.at < b.at || s.h.Calls[a.write].Before(s.h.Calls[b.write])
			last := a.read == b.read && a.in > b.in || s.h.Calls[b.read].Before(s.h.Calls[a.read])
			if first && last {
				ops := []int{a.write, b.write, b.read, a.read}
				s.blame(verdict.ReorderedItem, slices.Compact(ops), "%s was written before %s, yet that was read first", s.word(a), s.word(b))
				return
			}
		}
	}
}

// lost finds a byte that went in and never came out, though everything was read in
// the end.
func (s *stream) lost(half bool) {
	if !half && slices.ContainsFunc(s.h.Calls, func(c record.Call) bool { return c.Kind == model.CloseRead }) {
		return
	}
	for _, p := range s.all {
		if c := s.h.Calls[p.write]; p.read < 0 && !c.Pending() && !s.late[p.write] {
			s.blame(verdict.LostItem, []int{p.write}, "%s was written, never read, and nothing holds it", s.word(p))
			return
		}
	}
}
