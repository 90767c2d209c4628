package model_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/model"
)

func TestStream(t *testing.T) {
	tests := []struct {
		name   string
		config model.StreamConfig
		script string
	}{
		{"a read gets what is there, at most as much as it asks for", model.StreamConfig{Capacity: 8, Atomic: 4}, `
			1: recv() waits
			1: try_recv() -> empty
			0: send("abc") -> ok 3
			0: send("de") -> ok 2
			1: recv(2 bytes) -> "ab"
			= "cde"
			1: recv() -> "cde"
			1: recv() waits`},
		{"a short write goes in whole or not at all", model.StreamConfig{Capacity: 4, Atomic: 3}, `
			0: send("abc") -> ok 3
			0: send("de") waits
			0: try_send("de") -> full
			0: send_until("de") -> deadline
			= "abc"
			0: try_send("d") -> ok 1
			= "abcd"`},
		{"of a long write as much goes in as there is room for", model.StreamConfig{Capacity: 4, Atomic: 2}, `
			0: try_send("abc") -> ok 3
			0: try_send("def") -> ok 1
			= "abcd"
			0: try_send("efg") -> full
			1: recv(3 bytes) -> "abc"
			0: send("efgh") waits
			0: send_until("efgh") -> deadline 3
			= "defg"
			1: recv() -> "defg"
			0: send("hijk") -> ok 4`},
		{"by and by", model.StreamConfig{Capacity: 2, Atomic: 1}, `
			0: send("abc", part 1) -> ok 1
			1: send("xy", part 1) -> ok 1
			0: send("abc", part 3) waits
			0: send("abc", part 2) waits
			= "ax", 1 of process 0 in, 1 of process 1 in
			2: recv(1 bytes) -> "a"
			0: send("abc", part 2) -> ok 1
			0: send("abc", part 3) waits
			2: recv() -> "xb"
			0: send("abc", part 3) -> ok 1
			# the steps of the next write begin anew
			0: send("de", part 2) waits
			0: send("de", part 1) -> ok 1
			= "cd", 1 of process 0 in, 1 of process 1 in`},
		{"a box means nothing to a write", model.StreamConfig{Capacity: 4, Atomic: 1}, `
			0: send("ab", box 1, 2 bytes) -> ok 2
			0: send("c", box 2, 1 bytes) -> ok 1
			= "abc"`},
		{"end of file comes after what was written", model.StreamConfig{Capacity: 4, Atomic: 2}, `
			0: send("ab") -> ok 2
			0: close() -> ok
			0: send("c") -> closed
			0: close() -> closed
			1: recv(1 bytes) -> "a"
			1: try_recv() -> "b"
			1: recv() -> closed
			1: try_recv() -> closed`},
		{"nobody reads any more", model.StreamConfig{Capacity: 4, Atomic: 2, IdempotentClose: true}, `
			0: send("ab") -> ok 2
			1: close_read() -> ok
			= "" broken
			0: send("c") -> closed
			0: try_send("cde") -> closed
			1: recv() -> closed
			1: close_read() -> ok
			0: close() -> ok`},
		{"short reads and writes", model.StreamConfig{Capacity: 4, Atomic: 1, Short: true}, `
			0: try_send("abc") -> ok 3 | ok 1 | ok 2
			1: recv(2 bytes) -> "ab" | "a"
			= "c"`},
		{"without limit", model.StreamConfig{Capacity: model.NoLimit, Atomic: 7}, `
			0: send("abcdefg") -> ok 7
			0: try_send("abcdefg") -> ok 7
			1: recv() -> "abcdefg"`},
		{"what is no piece", model.StreamConfig{Capacity: 1}, `
			0: send(7) -> unsupported
			0: create(box 1) -> unsupported`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { script(t, model.NewStream(test.config), test.script) })
	}
	assert.Equal(t, "byte stream of 8 bytes, writes of up to 4 bytes at once, short reads, weak refusals",
		model.NewStream(model.StreamConfig{Capacity: 8, Atomic: 4, Short: true, Refusals: model.Weak}).Name())
	assert.ErrorContains(t, model.StreamConfig{Capacity: 2, Atomic: 3}.Validate(), "writes of 3 bytes at once")
	assert.ErrorContains(t, model.StreamConfig{Capacity: -2}.Validate(), "a capacity of -2")
}

func TestPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := string(rapid.SliceOfN(rapid.Byte(), 0, model.MaxPiece).Draw(t, "bytes"))
		got, ok := model.Bytes(model.Piece(want))
		require.True(t, ok)
		require.Equal(t, want, got)
		v := rapid.Int64().Draw(t, "value")
		if b, ok := model.Bytes(v); ok {
			require.Equal(t, v, model.Piece(b), "one piece, one value")
		}
	})
	assert.Panics(t, func() { model.Piece("12345678") })
}

// TestStreamAgainstReference holds the specification against a slice of bytes.
func TestStreamAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := streams().Draw(t, "stream")
		c.Short, c.HalfClose = false, false
		if c.Capacity == 0 { // there is nothing to hold it against
			c.Capacity, c.Atomic = 1, min(c.Atomic, 1)
		}
		spec := model.NewStream(c)
		s := spec.Init()
		var inside string
		written, read := false, false // closed
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			op := ops().Draw(t, "op")
			if op.Kind.Sends() {
				op.Value = pieces.Draw(t, "piece")
			}
			b, _ := model.Bytes(op.Value)
			room := c.Capacity - len(inside)
			if c.Capacity == model.NoLimit {
				room = 100
			}
			var want []model.Result
			one := func(st model.Status, n int) { want = []model.Result{{Status: st, From: model.AnyPeer, N: n}} }
			refusal, refused := op.Kind.Refusal()
			switch {
			case op.Kind.Sends() && (written || read):
				one(model.Closed, 0)
			case op.Kind.Sends() && len(b) <= room:
				one(model.OK, len(b))
				inside += b
			case op.Kind == model.TrySend && len(b) > c.Atomic && room > 0:
				one(model.OK, room)
				inside += b[:room]
			case op.Kind == model.SendContext && len(b) > c.Atomic && room > 0:
				one(model.Deadline, room)
				inside += b[:room]
			case op.Kind.Receives() && (read || written && inside == ""):
				one(model.Closed, 0)
			case op.Kind.Receives() && inside != "":
				n := min(len(inside), model.MaxPiece)
				if op.Size > 0 {
					n = min(n, op.Size)
				}
				one(model.OK, 0)
				want[0].Value = model.Piece(inside[:n])
				inside = inside[n:]
			case (op.Kind.Sends() || op.Kind.Receives()) && refused:
				one(refusal, 0)
			case op.Kind.Sends() || op.Kind.Receives(): // it waits
			case op.Kind == model.Close && written && !c.IdempotentClose, op.Kind == model.CloseRead && read && !c.IdempotentClose:
				one(model.Closed, 0)
			case op.Kind == model.Close:
				one(model.OK, 0)
				written = true
			case op.Kind == model.CloseRead:
				one(model.OK, 0)
				read, inside = true, ""
			default:
				one(model.Unsupported, 0)
			}
			out := spec.Step(s, op)
			var got []model.Result
			for _, o := range out {
				got = append(got, o.Result)
			}
			require.Equal(t, want, got, "%s in %v", model.DescribeCall(spec, op), s)
			if len(out) > 0 {
				s = out[0].Next
			}
		}
	})
}

// TestPartsAreTheWhole: the steps of a long write, one after the other, do what the
// whole does at once. Process 3 makes it: reach leaves only 0 to 2 inside a write.
func TestPartsAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := streams().Draw(t, "stream")
		c.Short = false
		spec := model.NewStream(c)
		s := reach(t, spec)
		op := model.Op{Kind: rapid.SampledFrom([]model.Kind{model.Send, model.SendContext}).Draw(t, "kind"), Proc: 3, Value: pieces.Draw(t, "piece")}
		b, _ := model.Bytes(op.Value)
		for _, o := range spec.Step(s, op) {
			parts := spec.Parts(op, &o.Result)
			if len(b) <= c.Atomic || len(b) == 0 {
				require.Empty(t, parts)
				continue
			}
			if o.Result.Status == model.OK {
				require.Len(t, parts, len(b))
			}
			at := s
			for _, p := range parts {
				next := model.Accept(spec, at, p.Op, *p.Result)
				require.Len(t, next, 1, "%v in %v", p, at)
				at = next[0]
			}
			drained := func(st model.State) (all []model.Result) {
				for {
					out := spec.Step(st, model.Op{Kind: model.TryRecv})
					all = append(all, out[0].Result)
					if out[0].Result.Status != model.OK {
						return all
					}
					st = out[0].Next
				}
			}
			require.Equal(t, drained(o.Next), drained(at))
		}
	})
}
