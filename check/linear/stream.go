package linear

import (
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

// StreamFaults finds what is certainly wrong with the history of a stream whose
// bytes are each written once: bytes that nobody wrote, that come twice, too
// early, in another order, after the end, or never; and writes that are done with a
// part. Each code once. It errs towards silence, and says nothing where a byte is
// written twice. It takes O(n²) time for n bytes.
func StreamFaults(config model.StreamConfig, h record.History, o Options) []Finding {
	s := newBytes(h, o)
	if s == nil {
		return nil
	}
	s.origin()
	s.order()
	s.afterEnd()
	s.partial(config.Atomic)
	if o.Drained {
		s.lost()
	}
	return s.found
}

// partial finds a write that returned as if all were in, and only a part is.
func (s *streamBytes) partial(atomic int) {
	for i, c := range s.h.Calls {
		b, _ := model.Bytes(c.Value)
		if !c.Kind.Sends() || !c.Done() || c.Result().N >= len(b) {
			continue
		}
		switch n := c.Result().N; {
		case c.Kind != model.TrySend:
			s.blame(verdict.BrokenBoundary, []int{i}, "%v of %d bytes returned when %d were in, without an error", c.Kind, len(b), n)
		case len(b) <= atomic:
			s.blame(verdict.BrokenBoundary, []int{i}, "of a write of %d bytes, which go in at once, %d went in", len(b), n)
		}
	}
}

// afterEnd finds bytes that were written or read after the end.
func (s *streamBytes) afterEnd() {
	for i, end := range s.h.Calls {
		if !end.Done() || end.Kind != model.Close && end.Kind != model.CloseRead {
			continue
		}
		for k, c := range s.h.Calls {
			switch moved := c.Done() && end.Before(c); {
			case moved && c.Kind.Sends() && c.Result().N > 0:
				s.blame(verdict.BrokenBoundary, []int{i, k}, "written after %v had returned: %s", end.Kind, s.name(c.Value))
			case moved && c.Kind.Receives() && end.Kind == model.CloseRead:
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

type streamBytes struct {
	h     record.History
	name  func(piece int64) string
	bytes map[byte]*passage
	all   []*passage // in the order in which they were written by each process
	found []Finding
}

// newBytes is nil if a byte is written twice.
func newBytes(h record.History, o Options) *streamBytes {
	s := &streamBytes{h: h, name: nameBytes(o), bytes: map[byte]*passage{}}
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

func nameBytes(o Options) func(int64) string {
	if o.Name != nil {
		return o.Name
	}
	return func(v int64) string {
		b, _ := model.Bytes(v)
		return fmt.Sprintf("%q", b)
	}
}

func (s *streamBytes) blame(code verdict.Code, ops []int, format string, args ...any) {
	if slices.ContainsFunc(s.found, func(f Finding) bool { return f.Code == code }) {
		return
	}
	f := Finding{Code: code, Message: fmt.Sprintf(format, args...)}
	for _, i := range ops {
		f.Witness = append(f.Witness, s.h.Calls[i])
	}
	s.found = append(s.found, f)
}

func (s *streamBytes) word(p *passage) string {
	b, _ := model.Bytes(s.h.Calls[p.write].Value)
	return s.name(model.Piece(b[p.at : p.at+1]))
}

// origin finds the write of every byte that was read.
func (s *streamBytes) origin() {
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
func (s *streamBytes) order() {
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
func (s *streamBytes) lost() {
	if slices.ContainsFunc(s.h.Calls, func(c record.Call) bool { return c.Kind == model.CloseRead }) {
		return
	}
	for _, p := range s.all {
		if c := s.h.Calls[p.write]; p.read < 0 && !c.Pending() {
			s.blame(verdict.LostItem, []int{p.write}, "%s was written, never read, and nothing holds it", s.word(p))
			return
		}
	}
}

// stream decides the history of a stream of bytes.
func stream(spec *model.Stream, h record.History, o Options) Decision {
	if fs := StreamFaults(spec.Config(), h, o); len(fs) > 0 {
		return Decision{Answer: Unexplained, Findings: fs, Engine: streamMonitor}
	}
	if f, ok := stuckStream(spec.Config(), h, o); ok {
		return Decision{Answer: Unexplained, Findings: []Finding{f}, Engine: streamMonitor}
	}
	d := streamSearch(spec, h, o)
	if d.Answer != Unexplained {
		return d
	}
	// What explains it when it is allowed is what is wrong.
	for _, relaxed := range []struct {
		code    verdict.Code
		message string
		change  func(c *model.StreamConfig)
	}{
		{verdict.BrokenBoundary, fmt.Sprintf("the bytes of a write of at most %d did not stay together", spec.Config().Atomic),
			func(c *model.StreamConfig) { c.Atomic = 0 }},
		{verdict.FalseRefusal, "an operation was refused, or gave up, that could go on",
			func(c *model.StreamConfig) { c.Refusals, c.Deadlines, c.Short = model.Spurious, model.Spurious, true }},
		{verdict.Overflow, fmt.Sprintf("more than %d bytes were inside", spec.Config().Capacity),
			func(c *model.StreamConfig) { c.Capacity = model.NoLimit }},
	} {
		c := spec.Config()
		relaxed.change(&c)
		if c == spec.Config() {
			continue
		}
		if streamSearch(model.NewStream(c), h, o).Answer == Explained {
			d.Findings[0].Code = relaxed.code
			d.Findings[0].Message = relaxed.message + ": no other order of these operations explains their results"
			return d
		}
	}
	return d
}

func streamSearch(spec *model.Stream, h record.History, o Options) Decision {
	s, same := lookAhead(spec, h, o)
	d := generally(s, same, o)
	for i := range d.Findings {
		d.Findings[i].Witness = h.Calls
	}
	return d
}

// stuckStream finds an operation that still waits though it need not, in a run in
// which nobody can go on.
func stuckStream(config model.StreamConfig, h record.History, o Options) (Finding, bool) {
	if h.End != record.Stuck {
		return Finding{}, false
	}
	inside, wanted := 0, 0 // bytes of what has returned, and of long writes that wait
	needed := 0            // by the shortest of the short ones
	closed := model.Kind(0)
	var read, short, long *record.Call
	for i := range h.Calls {
		c := &h.Calls[i]
		b, _ := model.Bytes(c.Value)
		switch {
		case c.Pending() && c.Kind.Receives():
			read = c
		case c.Pending() && c.Kind.Sends() && len(b) > config.Atomic:
			long, wanted = c, wanted+len(b)
		case c.Pending() && c.Kind.Sends():
			if short == nil || len(b) < needed {
				short, needed = c, len(b)
			}
		case c.Kind.Sends():
			inside += c.Result().N
		case c.Kind.Receives() && c.Done():
			inside -= len(b)
		case (c.Kind == model.Close || c.Kind == model.CloseRead) && c.Done():
			closed = c.Kind
		}
	}
	name := nameBytes(o)
	late := func(c *record.Call, why string, args ...any) (Finding, bool) {
		what := c.Kind.String()
		if c.Kind.Sends() {
			what += " of " + name(c.Value)
		}
		return Finding{verdict.LostWakeup, what + " still waits " + fmt.Sprintf(why, args...), []record.Call{*c}}, true
	}
	for i := range h.Calls {
		switch c := &h.Calls[i]; {
		case !c.Pending():
		case !c.Kind.Waits():
			return late(c, "and must answer at once")
		case c.Kind == model.SendContext || c.Kind == model.RecvContext:
			return late(c, "and must not wait forever")
		case closed != 0:
			return late(c, "though %v has returned", closed)
		}
	}
	unlimited := config.Capacity == model.NoLimit
	room := config.Capacity - inside
	switch {
	case read != nil && inside > 0:
		return late(read, "while %s inside", words.Plural(inside, "byte is", "bytes are"))
	case read != nil && long != nil:
		return late(long, "while somebody waits to read")
	case read != nil && short != nil:
		return late(short, "while somebody waits to read, and there is room")
	case long != nil && (unlimited || wanted <= room):
		return late(long, "while there is room for all that is being written")
	case short != nil && long == nil && (unlimited || needed <= room):
		return late(short, "while there is room for it")
	}
	return Finding{}, false
}
