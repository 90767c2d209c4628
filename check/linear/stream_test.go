package linear

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model"
)

func wrote(proc int, kind model.Kind, b string, n int, status model.Status, from, to int64) record.Call {
	return call(model.Op{Kind: kind, Proc: proc, Value: model.Piece(b)}, model.Result{Status: status, From: model.AnyPeer, N: n}, from, to)
}

func readBytes(proc int, most int, b string, from, to int64) record.Call {
	return call(model.Op{Kind: model.Recv, Proc: proc, Size: most}, model.Result{Status: model.OK, Value: model.Piece(b), From: model.AnyPeer}, from, to)
}

func plainOp(proc int, kind model.Kind, status model.Status, from, to int64) record.Call {
	return call(model.Op{Kind: kind, Proc: proc}, model.Result{Status: status, From: model.AnyPeer}, from, to)
}

func TestStreamsHaveWords(t *testing.T) {
	c := model.StreamConfig{Capacity: 4, Atomic: 2}
	ok := func(p int, b string, from, to int64) record.Call {
		return wrote(p, model.Send, b, len(b), model.OK, from, to)
	}
	const never = int64(record.Never)
	for name, test := range map[string]struct {
		h    record.History
		code verdict.Code
		say  string
	}{
		"invented":           {history(ok(0, "ab", 1, 2), readBytes(1, 0, "abx", 3, 4)), verdict.InventedItem, `"x" was read, and nobody wrote it`},
		"early":              {history(readBytes(1, 0, "a", 1, 2), ok(0, "ab", 3, 4)), verdict.InventedItem, `"a" was read before it was written`},
		"more than said":     {history(wrote(0, model.TrySend, "abc", 1, model.OK, 1, 2), readBytes(1, 0, "ab", 3, 4)), verdict.InventedItem, `"b" was read, and nobody wrote it`},
		"after the end":      {history(plainOp(0, model.Close, model.OK, 1, 2), ok(0, "ab", 3, 4)), verdict.BrokenBoundary, `written after close had returned: "ab"`},
		"read after the end": {history(ok(0, "ab", 1, 2), plainOp(0, model.CloseRead, model.OK, 3, 4), readBytes(1, 0, "ab", 5, 6)), verdict.BrokenBoundary, `read after close_read had returned: "ab"`},
		"done with a part":   {history(wrote(0, model.Send, "abc", 2, model.OK, 1, 2)), verdict.BrokenBoundary, "send of 3 bytes returned when 2 were in"},
		"not at once":        {history(wrote(0, model.TrySend, "ab", 1, model.OK, 1, 2)), verdict.BrokenBoundary, "of a write of 2 bytes, which go in at once, 1 went in"},
		"twice":              {history(ok(0, "ab", 1, 2), readBytes(1, 0, "ab", 3, 4), readBytes(1, 0, "b", 5, 6)), verdict.DuplicatedItem, `"b" was read twice`},
		"reordered":          {history(ok(0, "ab", 1, 2), ok(0, "cd", 3, 4), readBytes(1, 0, "cd", 5, 6), readBytes(1, 0, "ab", 7, 8)), verdict.ReorderedItem, `"a" was written before "c", yet that was read first`},
		"within":             {history(ok(0, "ab", 1, 2), readBytes(1, 0, "ba", 3, 4)), verdict.ReorderedItem, `"a" was written before "b"`},
		"torn":               {history(ok(0, "ab", 1, 10), ok(2, "cd", 1, 10), readBytes(1, 0, "acdb", 11, 12)), verdict.BrokenBoundary, "the bytes of a write of at most 2 did not stay together"},
		"long, torn":         {history(ok(0, "abe", 1, 10), ok(2, "c", 1, 10), readBytes(1, 0, "acbe", 11, 12)), "", ""},
		"full too early":     {history(ok(0, "ab", 1, 2), plainOp(0, model.TrySend, model.Full, 3, 4)), verdict.FalseRefusal, "an operation was refused"},
		"too much":           {history(ok(0, "ab", 1, 2), ok(0, "cd", 3, 4), ok(0, "e", 5, 6)), verdict.Overflow, "more than 4 bytes were inside"},
		"end too early":      {history(ok(0, "ab", 1, 2), plainOp(0, model.Close, model.OK, 3, 4), plainOp(1, model.Recv, model.Closed, 5, 6)), verdict.BrokenBoundary, "the end came too early"},
		"long, in part":      {history(wrote(0, model.SendContext, "abcdef", 4, model.Deadline, 1, 9), readBytes(1, 3, "abc", 11, 12), readBytes(1, 3, "d", 13, 14)), "", ""},
		"long, broken":       {history(wrote(0, model.Send, "abcdef", 5, model.Closed, 1, 9), readBytes(1, 1, "a", 2, 3), plainOp(1, model.CloseRead, model.OK, 6, 7)), "", ""},
		"stuck reader":       {history(ok(0, "ab", 1, 2), readBytes(1, 1, "a", 3, 4), plainOp(1, model.Recv, 0, 5, never)), verdict.LostWakeup, "recv still waits while 1 byte is inside"},
		"stuck writer":       {history(ok(0, "ab", 1, 2), wrote(0, model.Send, "cd", 0, 0, 3, never)), verdict.LostWakeup, `send of "cd" still waits while there is room for it`},
		"stuck rightly":      {history(ok(0, "abc", 1, 2), wrote(0, model.Send, "de", 0, 0, 3, never)), "", ""},
		"long, rightly":      {history(wrote(0, model.Send, "abcdef", 0, 0, 3, never), readBytes(1, 1, "a", 3, 4)), "", ""},
		"long, waits":        {history(wrote(0, model.Send, "abc", 0, 0, 3, never)), verdict.LostWakeup, "room for all"},
		"long, just fits":    {history(wrote(0, model.Send, "abcd", 0, 0, 3, never)), verdict.LostWakeup, "room for all"},
		"both":               {history(wrote(0, model.Send, "abcdef", 0, 0, 3, never), plainOp(1, model.Recv, 0, 4, never)), verdict.LostWakeup, "somebody waits to read"},
		"closed":             {history(plainOp(1, model.Recv, 0, 4, never), plainOp(0, model.Close, model.OK, 5, 6)), verdict.LostWakeup, "though close has returned"},
	} {
		t.Run(name, func(t *testing.T) {
			if len(test.h.Pending()) > 0 {
				test.h.End = record.Stuck
			}
			d := Decide(model.NewStream(c), test.h, Options{})
			if test.code == "" {
				assert.Equal(t, Explained, d.Answer, "%v", d.Findings)
				return
			}
			require.Len(t, d.Findings, 1)
			assert.Equal(t, test.code, d.Findings[0].Code)
			assert.Contains(t, d.Findings[0].Message, test.say)
			assert.NotEmpty(t, d.Findings[0].Witness)
		})
	}
	// A read that has not returned may have taken what nobody else has read.
	cut := history(ok(0, "ab", 1, 2), plainOp(1, model.Recv, 0, 1, never), readBytes(2, 1, "b", 3, 4))
	cut.Calls[1].Size, cut.End = 1, record.Cut
	assert.Equal(t, Explained, Decide(model.NewStream(c), cut, Options{}).Answer)
	// The steps of one write are not those of the next.
	skipped := history(wrote(1, model.Send, "a", 1, model.OK, 1, 1), readBytes(0, 3, "ac", 2, 3), wrote(1, model.Send, "bc", 2, model.OK, 3, 3))
	assert.Equal(t, Unexplained, Decide(model.NewStream(model.StreamConfig{Capacity: 3}), skipped, Options{}).Answer)
	kept := history(ok(0, "ab", 1, 2), readBytes(1, 1, "a", 3, 4), plainOp(1, model.TryRecv, model.Empty, 5, 6))
	d := Decide(model.NewStream(model.StreamConfig{Capacity: 4, Atomic: 2, Refusals: model.Spurious}), kept, Options{Drained: true})
	require.Len(t, d.Findings, 1)
	assert.Equal(t, verdict.LostItem, d.Findings[0].Code)
}

// streamRun is a random run of a correct stream, byte by byte, as its history.
func streamRun(t *rapid.T, c model.StreamConfig) record.History {
	type process struct {
		call record.Call
		busy bool
		todo string
		n    int
	}
	procs := make([]process, rapid.IntRange(2, 4).Draw(t, "processes"))
	var calls []record.Call
	inside, next, now := "", byte('a'), int64(0)
	noWriter, noReader := false, false
	tick := func() int64 { now += int64(rapid.IntRange(0, 1).Draw(t, "tick")); return now }
	for range rapid.IntRange(1, 24).Draw(t, "steps") {
		i := rapid.IntRange(0, len(procs)-1).Draw(t, "process")
		p := &procs[i]
		if !p.busy {
			if len(calls) >= 7 {
				continue
			}
			op := model.Op{Proc: i, Kind: rapid.SampledFrom([]model.Kind{model.Send, model.Send, model.TrySend, model.SendContext, model.Recv, model.Recv, model.TryRecv, model.Close, model.CloseRead}).Draw(t, "kind")}
			p.todo, p.n = "", 0
			switch {
			case op.Kind.Sends():
				for range rapid.IntRange(1, 4).Draw(t, "bytes") {
					p.todo += string(next)
					next++
				}
				op.Value = model.Piece(p.todo)
			case op.Kind.Receives():
				op.Size = rapid.IntRange(1, 4).Draw(t, "size")
			}
			now++ // a process has one operation at a time
			p.call, p.busy = record.NewPending(op, now), true
			calls = append(calls, p.call)
			continue
		}
		op := p.call.Op()
		end := func(r model.Result) {
			r.From = model.AnyPeer
			for k := range calls {
				if calls[k] == p.call {
					calls[k] = record.NewCall(op, r, p.call.Call, tick())
				}
			}
			p.busy = false
		}
		room := c.Capacity - len(inside)
		long := p.n > 0 || len(p.todo) > c.Atomic
		switch {
		case op.Kind.Sends() && (noWriter || noReader):
			end(model.Result{Status: model.Closed, N: p.n})
		case op.Kind.Sends() && (len(p.todo) <= room && !long || op.Kind == model.TrySend && len(p.todo) <= room):
			inside += p.todo
			end(model.Result{N: len(p.todo)})
		case op.Kind == model.TrySend && long && room > 0:
			inside += p.todo[:room]
			end(model.Result{N: room})
		case op.Kind == model.TrySend:
			end(model.Result{Status: model.Full})
		case op.Kind.Sends() && long && room > 0:
			inside += p.todo[:1]
			p.todo, p.n = p.todo[1:], p.n+1
			if p.todo == "" {
				end(model.Result{N: p.n})
			}
		case op.Kind == model.SendContext:
			end(model.Result{Status: model.Deadline, N: p.n})
		case op.Kind.Receives() && noReader, op.Kind.Receives() && inside == "" && noWriter:
			end(model.Result{Status: model.Closed})
		case op.Kind.Receives() && inside != "":
			n := min(len(inside), op.Size)
			end(model.Result{Value: model.Piece(inside[:n])})
			inside = inside[n:]
		case op.Kind == model.TryRecv:
			end(model.Result{Status: model.Empty})
		case op.Kind == model.Close && noWriter, op.Kind == model.CloseRead && noReader:
			end(model.Result{Status: model.Closed})
		case op.Kind == model.Close:
			noWriter = true
			end(model.Result{})
		case op.Kind == model.CloseRead:
			noReader, inside = true, ""
			end(model.Result{})
		}
	}
	h := record.History{Calls: calls, End: record.Cut}
	h.Sort()
	return h
}

func TestRunsOfAStreamAreExplained(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := model.StreamConfig{Capacity: rapid.IntRange(1, 5).Draw(t, "capacity")}
		c.Atomic = rapid.IntRange(0, c.Capacity).Draw(t, "atomic")
		h := streamRun(t, c)
		d := Decide(model.NewStream(c), h, Options{})
		require.Equal(t, Explained, d.Answer, "%v %v", d.Findings, h.Calls)
	})
}

// byHand decides the history of a stream by trying every order of the steps, over
// a slice of bytes.
func byHand(c model.StreamConfig, h record.History) bool {
	type state struct {
		inside             string
		noWriter, noReader bool
	}
	done := make([]int, len(h.Calls)) // steps taken of each; -1: it is over
	var try func(s state) bool
	try = func(s state) bool {
		complete := true
		for i, x := range h.Calls {
			if done[i] < 0 {
				continue
			}
			complete = complete && x.Pending()
			// Nobody who returned before this call may still have something to do.
			first := true
			for j, y := range h.Calls {
				first = first && (done[j] < 0 || y.Return >= x.Call)
			}
			if !first {
				continue
			}
			b, _ := model.Bytes(x.Value)
			r, before, next := x.Result(), done[i], s
			room := c.Capacity - len(s.inside)
			over := true
			ok := false
			switch {
			case x.Kind == model.Close:
				ok, next.noWriter = x.Pending() || (r.Status == model.OK) != s.noWriter, true
			case x.Kind == model.CloseRead:
				ok, next.noReader, next.inside = x.Pending() || (r.Status == model.OK) != s.noReader, true, ""
			case x.Kind.Sends() && (s.noWriter || s.noReader):
				ok = x.Pending() || r.Status == model.Closed && r.N == before && before < len(b)
			case x.Kind == model.TrySend && x.Pending() && room == 0, x.Kind == model.TrySend && x.Pending() && len(b) <= c.Atomic && len(b) > room:
				ok = true
			case x.Kind.Sends() && (len(b) <= c.Atomic || x.Kind == model.TrySend):
				n := len(b)
				if n > room && (n <= c.Atomic || room == 0) {
					refusal, refused := x.Kind.Refusal()
					ok = refused && r.Status == refusal && r.N == 0 || x.Pending() && x.Kind == model.SendContext
					break
				}
				n = min(n, room)
				ok, next.inside = x.Pending() || r.Status == model.OK && r.N == n, s.inside+b[:n]
			case x.Kind.Sends() && room > 0 && before < len(b):
				next.inside += b[before : before+1]
				over = before+1 == len(b) && (x.Pending() || r.Status == model.OK)
				ok = x.Pending() || before < r.N && (r.Status != model.OK || r.N == len(b))
			case x.Kind.Sends():
				ok = x.Kind == model.SendContext && !x.Pending() && r.Status == model.Deadline && r.N == before && before < len(b) && room == 0
			case s.noReader, s.inside == "" && s.noWriter:
				ok = x.Pending() || r.Status == model.Closed
			case s.inside == "":
				ok = x.Kind == model.TryRecv && (x.Pending() || r.Status == model.Empty)
			default:
				n := min(x.Op().Size, len(s.inside))
				ok, next.inside = x.Pending() || r.Status == model.OK && b == s.inside[:n], s.inside[n:]
			}
			if !ok {
				continue
			}
			if done[i] = before + 1; over {
				done[i] = -1
			}
			if try(next) {
				return true
			}
			done[i] = before
		}
		return complete
	}
	return try(state{})
}

// TestStreamsAgreeWithTryingAll compares with trying every order by hand, on runs
// that are right and on damaged ones.
func TestStreamsAgreeWithTryingAll(t *testing.T) {
	wrong := 0
	rapid.Check(t, func(t *rapid.T) {
		c := model.StreamConfig{Capacity: rapid.IntRange(1, 4).Draw(t, "capacity")}
		c.Atomic = rapid.IntRange(0, c.Capacity).Draw(t, "atomic")
		h := streamRun(t, c)
		for range min(len(h.Calls), rapid.IntRange(0, 8).Draw(t, "damage")) {
			x := &h.Calls[rapid.IntRange(0, len(h.Calls)-1).Draw(t, "which")]
			y := &h.Calls[rapid.IntRange(0, len(h.Calls)-1).Draw(t, "other")]
			switch {
			case x.Pending() || y.Pending():
			case x.Kind.Receives() && y.Kind.Receives() && x.Status == model.OK && y.Status == model.OK && x != y:
				x.Value, y.Value = y.Value, x.Value
			case x.Kind == model.Recv && x.Status == model.OK:
				b, _ := model.Bytes(x.Value)
				if len(b) > 1 {
					x.Value = model.Piece(b[:1] + b[2:])
				}
			case x.Kind == model.TryRecv:
				x.Status = model.Empty
			case x.Kind == model.TrySend && x.Result().N > 1:
				x.From--
			case x.Kind == model.SendContext:
				x.Status = model.Deadline
			case x.Kind == model.Recv:
				x.Status = model.Closed
			}
		}
		d := Decide(model.NewStream(c), h, Options{})
		want := Unexplained
		if byHand(c, h) {
			want = Explained
		} else {
			wrong++
		}
		require.Equal(t, want, d.Answer, "%+v: %v\n%v", c, d.Findings, h.Calls)
	})
	t.Logf("%d wrong", wrong)
	if !testing.Short() {
		assert.Positive(t, wrong)
	}
}

// A stream without a buffer: bytes pass while their write and their read are both under
// way.
func TestStreamsWithoutABuffer(t *testing.T) {
	ok := func(p int, b string, from, to int64) record.Call {
		return wrote(p, model.Send, b, len(b), model.OK, from, to)
	}
	const never = int64(record.Never)
	for name, test := range map[string]struct {
		h    record.History
		code verdict.Code
		say  string
	}{
		"passes":             {history(ok(0, "abc", 1, 9), readBytes(1, 2, "ab", 3, 4), readBytes(1, 2, "c", 5, 6)), "", ""},
		"held":               {history(ok(0, "ab", 1, 2), readBytes(1, 2, "ab", 3, 4)), verdict.Overflow, `the write of "a" had returned before its read was called`},
		"stops short":        {history(ok(0, "abc", 1, 9), readBytes(1, 2, "a", 3, 4), readBytes(1, 2, "bc", 5, 6)), verdict.FalseRefusal, "fewer bytes than were there"},
		"held to the end":    {history(ok(0, "a", 1, 2), plainOp(1, model.CloseRead, model.OK, 3, 4)), verdict.Overflow, "bytes were held, and there is no buffer"},
		"nothing":            {history(ok(0, "a", 1, 9), readBytes(1, 2, "", 3, 4), readBytes(1, 2, "a", 5, 6)), verdict.BrokenBoundary, "returned no byte"},
		"late, with an end":  {history(plainOp(1, model.Close, model.OK, 1, 2), wrote(0, model.Send, "ab", 1, model.Closed, 3, 4)), verdict.BrokenBoundary, "written after close had returned"},
		"mixed":              {history(ok(0, "ab", 1, 9), ok(2, "cd", 1, 9), readBytes(1, 1, "a", 2, 3), readBytes(1, 2, "cd", 4, 5), readBytes(1, 1, "b", 6, 7)), verdict.BrokenBoundary, "did not stay together"},
		"ended by a reader":  {history(wrote(0, model.Send, "abcd", 2, model.Closed, 1, 9), readBytes(1, 2, "ab", 2, 3), plainOp(1, model.CloseRead, model.OK, 4, 5)), "", ""},
		"ended by a time":    {history(wrote(0, model.SendContext, "abcd", 2, model.Deadline, 1, 9), readBytes(1, 2, "ab", 2, 3)), "", ""},
		"end of file":        {history(ok(0, "a", 1, 4), readBytes(1, 2, "a", 2, 3), plainOp(0, model.Close, model.OK, 5, 6), plainOp(1, model.Recv, model.Closed, 7, 8)), "", ""},
		"waits":              {history(wrote(0, model.Send, "ab", 0, 0, 1, never), readBytes(1, 1, "a", 2, 3)), "", ""},
		"waits for nothing":  {history(wrote(0, model.Send, "ab", 0, 0, 1, never), readBytes(1, 2, "ab", 2, 3)), verdict.LostWakeup, "though all of it has been read"},
		"wait for one other": {history(wrote(0, model.Send, "ab", 0, 0, 1, never), plainOp(1, model.Recv, 0, 2, never)), verdict.LostWakeup, "somebody waits to read"},
		"reader waits":       {history(plainOp(1, model.Recv, 0, 2, never)), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if len(test.h.Pending()) > 0 {
				test.h.End = record.Stuck
			}
			d := Decide(model.NewStream(model.StreamConfig{}), test.h, Options{})
			if test.code == "" {
				assert.Equal(t, Explained, d.Answer, "%v", d.Findings)
				return
			}
			require.Len(t, d.Findings, 1)
			assert.Equal(t, test.code, d.Findings[0].Code)
			assert.Contains(t, d.Findings[0].Message, test.say)
		})
	}
}

// With half-close the reader's close is one of another direction.
func TestHalfCloseLetsWritesGoOn(t *testing.T) {
	h := history(plainOp(1, model.CloseRead, model.OK, 1, 2), wrote(0, model.Send, "ab", 2, model.OK, 3, 4), readBytes(1, 0, "ab", 5, 6))
	assert.Equal(t, Unexplained, Decide(model.NewStream(model.StreamConfig{Capacity: 4}), h, Options{}).Answer)
	half := model.NewStream(model.StreamConfig{Capacity: 4, HalfClose: true})
	assert.Equal(t, Explained, Decide(half, h, Options{}).Answer)
	ended := history(plainOp(1, model.CloseRead, model.OK, 1, 2), wrote(0, model.Send, "ab", 0, model.Closed, 3, 4))
	d := Decide(half, ended, Options{})
	require.Len(t, d.Findings, 1)
	assert.Equal(t, verdict.BrokenBoundary, d.Findings[0].Code)
}

// A write that failed, by its answer, and of which all is in.
func TestAWholeWriteDoesNotFail(t *testing.T) {
	d := Decide(model.NewStream(model.StreamConfig{Capacity: 4}), history(wrote(0, model.Send, "ab", 2, model.Closed, 1, 4), plainOp(0, model.Close, model.OK, 2, 3)), Options{})
	require.Len(t, d.Findings, 1)
	assert.Equal(t, verdict.BrokenBoundary, d.Findings[0].Code)
	assert.Contains(t, d.Findings[0].Message, "answered closed with 2 bytes written, which is all")
}

// A sender that was blocked when the buffer was closed, and goes on after it, has
// broken the boundary: it is not the capacity that is wrong.
func TestWhoGoesOnAfterTheCloseHasNotOverflowed(t *testing.T) {
	h := history(sent(0, 1, 1, 2), sent(0, 2, 3, 10), plainOp(2, model.Close, model.OK, 4, 5), got(1, 1, 6, 7), got(1, 2, 11, 12))
	d := Decide(model.Bounded(1), h, Options{})
	require.Len(t, d.Findings, 1)
	assert.Equal(t, verdict.BrokenBoundary, d.Findings[0].Code, d.Findings[0].Message)
	assert.Contains(t, d.Findings[0].Message, "went on all the same")
}
