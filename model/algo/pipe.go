package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model/step"

	"github.com/ipccheck/ipccheck/model"
)

// Variants of the processes on a pipe.
const (
	pipeRight = iota
	openWriteEnd
	openReadEnd
	shortRead
)

// What a read gives.
const (
	readsAny = iota
	readsAll
)

// byteState is the state of a pipe, its writers and its readers.
type byteState struct {
	Ledger    step.Ledger   // ghost: messages written and not yet received
	Pipe      [16]step.Item // bytes, oldest first: the message each is part of; 0 behind the last
	Hand      [3]step.Item  // by reader: the message whose bytes it has
	Got       [3]uint8      // by reader: how many
	Records   [3]uint8      // by reader: records received, where it leaves after some
	Sent      [4]uint8      // by writer: messages written
	Part      [4]uint8      // by writer: bytes written of the next message
	PC        [7]uint8
	Bytes     uint8 // in the pipe
	WriteEnds uint8 // open
	ReadEnds  uint8 // open
	_         [5]uint8
}

func pipe() step.Entry {
	return step.Entry{
		Name:    "pipe",
		Summary: "byte stream with PIPE_BUF, end of file and EPIPE; long writes get torn",
		Doc: `Processes write messages of one size into an ordinary or a named pipe, and
others read records of that size from it, by the rules of POSIX. A write of at most
-atomic bytes, PIPE_BUF, waits until there is room for all of it and goes in whole.
A longer one goes in piece by piece, wherever there is room, and other writers come
in between. A read waits for a byte and gives some of what is there, at most what is
missing of the record; it goes on until the record is whole. The end of file comes
when the pipe is empty and no write end is open, the error EPIPE when no read end
is. Writing or reading one piece is a step.

  right            each process closes the ends that it does not use
  open-write-end   readers keep the write end that they inherited: it is open
                   while they wait, and the end of file never comes
  open-read-end    writers keep the read end that they inherited: no EPIPE comes
                   when the readers have left, and a full pipe stays full
  short-read       readers take what one read gives for a whole record

A record is torn (IPC005) exactly if several writers write more than -atomic bytes
(or than -capacity, if that is less), or if a read may be short and several readers
read, two messages or more, or the variant is short-read. A read may be short if
writes are that long, or with -reads any.`,
		Params: []step.Param{
			processes("producers", "writers", 2, 4),
			processes("consumers", "readers", 1, 3),
			{Name: "items", Help: "messages each writer sends", Default: 2, Min: 1, Max: 5},
			{Name: "size", Help: "bytes of a message", Default: 2, Min: 1, Max: 8},
			{Name: "capacity", Help: "bytes the pipe holds", Default: 4, Min: 1, Max: 16},
			{Name: "atomic", Help: "bytes that a write puts in whole, PIPE_BUF", Default: 2, Min: 1, Max: 16},
			{Name: "reads", Help: "what a read gives of the bytes there", Default: readsAny, Words: []string{"any", "all"}},
			{Name: "records", Help: "records after which a reader leaves; 0: it never does", Default: 0, Min: 0, Max: 20},
			{Name: "variant", Help: "the mistake", Words: []string{"right", "open-write-end", "open-read-end", "short-read"}},
		},
		Build:  func(a step.Args) (step.Program, error) { return buildPipe(a), nil },
		Expect: expectPipe,
	}
}

func buildPipe(a step.Args) step.Program {
	writers, readers, items, capacity := a["producers"], a["consumers"], a["items"], a["capacity"]
	size, records, variant := uint8(a["size"]), uint8(a["records"]), a["variant"]
	m := step.New[byteState]("pipe")
	m.PC(func(s *byteState, pid int) *uint8 { return &s.PC[pid] })
	m.Use("Pipe", capacity)
	m.Use("Hand", readers)
	m.Use("Got", readers)
	m.Use("Records", readers)
	m.Use("Sent", writers)
	m.Use("Part", writers)
	m.Init(func(s *byteState) {
		s.WriteEnds, s.ReadEnds = uint8(writers), uint8(readers)
		switch variant {
		case openWriteEnd:
			s.WriteEnds += uint8(readers)
		case openReadEnd:
			s.ReadEnds += uint8(writers)
		}
	})
	name := numbered("message", "writer", writers, items)
	track := step.Buffer(m, step.Props[byteState]{
		Ledger:   func(s *byteState) *step.Ledger { return &s.Ledger },
		Capacity: -1,
		Holds: func(s *byteState, it step.Item) bool {
			for _, b := range s.Pipe[:s.Bytes] {
				if b == it {
					return true
				}
			}
			return s.Hand[0] == it || s.Hand[1] == it || s.Hand[2] == it
		},
		Name: name,
	})

	w := m.Process("writer", writers)
	more := func(s *byteState, c *step.Ctx) bool { return int(s.Sent[c.Index]) < items }
	room := func(s *byteState) int { return capacity - int(s.Bytes) }
	// write puts the next n bytes of the writer's message into the pipe.
	write := func(s *byteState, c *step.Ctx, n uint8) {
		it := step.Item(c.Index*items + int(s.Sent[c.Index]) + 1)
		for range n {
			s.Pipe[s.Bytes] = it
			s.Bytes++
		}
		s.Part[c.Index] += n
		if s.Part[c.Index] == size {
			s.Part[c.Index] = 0
			s.Sent[c.Index]++
			s.Ledger.Accept(c, it)
		}
	}
	full := func(s *byteState, c *step.Ctx) string {
		wait := fmt.Sprintf("room in the pipe (%d of %d bytes held)", s.Bytes, capacity)
		if variant == openReadEnd && s.ReadEnds == s.WriteEnds { // the writers' own are left
			wait += ", and no EPIPE comes: writers hold its read end open"
		}
		return wait
	}
	if whole(a) {
		w.Stmt("write", fmt.Sprintf("write(%d)", size)).
			When(func(s *byteState, c *step.Ctx) bool { return more(s, c) && s.ReadEnds > 0 && room(s) >= int(size) }).
			Do(func(s *byteState, c *step.Ctx) { write(s, c, size) }).
			WaitsFunc(full).Goto("write")
	} else {
		w.Stmt("write", fmt.Sprintf("write(%d), a piece", size)).
			When(func(s *byteState, c *step.Ctx) bool { return more(s, c) && s.ReadEnds > 0 && room(s) > 0 }).
			Do(func(s *byteState, c *step.Ctx) {
				n := 1 + c.Choose(min(room(s), int(size-s.Part[c.Index])))
				write(s, c, uint8(n))
			}).
			WaitsFunc(full).Goto("write")
	}
	closeWriter := func(s *byteState, c *step.Ctx) {
		s.WriteEnds--
		if variant == openReadEnd {
			s.ReadEnds--
		}
	}
	w.Stmt("write", "EPIPE: close()").
		When(func(s *byteState, c *step.Ctx) bool { return more(s, c) && s.ReadEnds == 0 }).
		Do(closeWriter).End()
	w.Stmt("write", "close()").
		When(func(s *byteState, c *step.Ctx) bool { return !more(s, c) }).
		Do(closeWriter).End()

	r := m.Process("reader", readers)
	wants := func(s *byteState, c *step.Ctx) bool { return records == 0 || s.Records[c.Index] < records }
	r.Stmt("read", "read()").
		When(func(s *byteState, c *step.Ctx) bool { return wants(s, c) && s.Bytes > 0 }).
		Do(func(s *byteState, c *step.Ctx) {
			hand, got := &s.Hand[c.Index], &s.Got[c.Index]
			n := min(size-*got, s.Bytes)
			if a["reads"] == readsAny {
				n = 1 + uint8(c.Choose(int(n)))
			}
			if *got == 0 {
				*hand = s.Pipe[0]
			}
			for _, b := range s.Pipe[:n] {
				if b != *hand {
					c.Fail(model.InventedItem, "a record is torn: it begins with bytes of %s and goes on with bytes of %s", name(*hand), name(b))
				}
			}
			*got += n
			copy(s.Pipe[:s.Bytes], s.Pipe[n:s.Bytes])
			clear(s.Pipe[s.Bytes-n : s.Bytes])
			s.Bytes -= n
			c.Note("has %d of %d bytes", *got, size)
			switch {
			case *got == size:
				track.Deliver(s, c, *hand)
			case variant == shortRead:
				c.Fail(model.InventedItem, "%d of the %d bytes of %s were taken for a whole record", *got, size, name(*hand))
			default:
				return
			}
			*hand, *got = 0, 0
			if records > 0 {
				s.Records[c.Index]++
			}
		}).
		WaitsFunc(func(s *byteState, c *step.Ctx) string {
			if variant == openWriteEnd && s.WriteEnds == s.ReadEnds { // the readers' own are left
				return "the end of file, which never comes: readers hold a write end open"
			}
			return "bytes, or the end of file"
		}).Goto("read")
	closeReader := func(s *byteState, c *step.Ctx) {
		s.ReadEnds--
		if variant == openWriteEnd {
			s.WriteEnds--
		}
	}
	r.Stmt("read", "end of file: close()").
		When(func(s *byteState, c *step.Ctx) bool { return wants(s, c) && s.Bytes == 0 && s.WriteEnds == 0 }).
		Do(func(s *byteState, c *step.Ctx) {
			if got := s.Got[c.Index]; got > 0 {
				c.Fail(model.BrokenBoundary, "the end of file came within a record: the reader has %d of the %d bytes of %s", got, size, name(s.Hand[c.Index]))
			}
			closeReader(s, c)
		}).End()
	if records > 0 {
		r.Stmt("read", "enough: close()").
			When(func(s *byteState, c *step.Ctx) bool { return !wants(s, c) }).
			Do(closeReader).End()
	}
	return m
}

// whole reports whether a message goes into the pipe in one piece.
func whole(a step.Args) bool { return a["size"] <= min(a["atomic"], a["capacity"]) }

// expectPipe states what exploring finds. An open write end is harmless only if
// every reader gets its records and leaves, an open read end only if what the
// readers leave behind fits into the pipe. Two readers can share the last message,
// and meet the end of file with a part each, only if both still want a record then.
func expectPipe(a step.Args) []model.Code {
	total, wanted := a["producers"]*a["items"], a["consumers"]*a["records"]
	forever := wanted == 0 || wanted > total // a reader stays until the end of file
	short := !whole(a) || a["reads"] == readsAny && a["size"] > 1
	shared := short && a["consumers"] > 1 && a["variant"] != shortRead
	var codes []model.Code
	if a["variant"] == openWriteEnd && forever ||
		a["variant"] == openReadEnd && wanted > 0 && (total-wanted)*a["size"] > a["capacity"] {
		codes = append(codes, model.Deadlock)
	}
	if !whole(a) && a["producers"] > 1 || short && a["variant"] == shortRead || shared && total > 1 {
		codes = append(codes, model.InventedItem)
	}
	if shared && forever && a["variant"] != openWriteEnd {
		codes = append(codes, model.BrokenBoundary)
	}
	return codes
}

func init() { entries.Add(90, pipe()) }
