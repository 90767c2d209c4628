package model_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/model"
)

// A script is a sequence of operations on one object, a line each:
//
//	0: send(7) -> ok             process 0; the only outcome, and its result
//	1: recv() -> 7 | 8           two outcomes, in this order; the script goes on after the first
//	1: recv() -> 8 !             the outcomes include this one; the script goes on after it
//	1: recv() waits              no outcome
//	0: send(7) & 1: recv() -> ok, 7    a rendezvous: the only joint outcome
//	0: send(7) & 1: recv() apart       no joint outcome
//	0: send("abc", part 2) -> ok 1     the second step of an operation that has several
//	= [7 8]                      the state, in words
//
// Arguments: a value; bytes in quotes; "box 3"; "to 2", "from 2", "from anyone" (a peer);
// "4 bytes"; "part 1"; "contended". After every line the state is read back from its key,
// and each rendezvous is tried the other way round.
func script(t *testing.T, spec model.Spec, text string) {
	t.Helper()
	s := spec.Init()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if want, ok := strings.CutPrefix(line, "= "); ok {
			require.Equal(t, want, s.String(), "the state")
			continue
		}
		s = scriptLine(t, spec, s, line)
		back, err := spec.Decode(s.Key())
		require.NoError(t, err, line)
		require.Equal(t, s.String(), back.String(), line)
	}
}

func scriptLine(t *testing.T, spec model.Spec, s model.State, line string) model.State {
	t.Helper()
	if call, ok := strings.CutSuffix(line, " waits"); ok {
		op := parseOp(t, spec, call)
		require.True(t, model.Waits(spec, s, op), "%s: got %v", line, results(spec, op, spec.Step(s, op)))
		return s
	}
	if calls, ok := strings.CutSuffix(line, " apart"); ok {
		x, y, _ := strings.Cut(calls, " & ")
		require.Empty(t, spec.Joint(s, parseOp(t, spec, x), parseOp(t, spec, y)), line)
		require.Empty(t, spec.Joint(s, parseOp(t, spec, y), parseOp(t, spec, x)), line)
		return s
	}
	call, want, ok := strings.Cut(line, " -> ")
	require.True(t, ok, line)
	if x, y, ok := strings.Cut(call, " & "); ok {
		a, b := parseOp(t, spec, x), parseOp(t, spec, y)
		out := spec.Joint(s, a, b)
		require.Len(t, out, 1, line)
		require.Equal(t, want, result(spec, a, out[0].A)+", "+result(spec, b, out[0].B), line)
		mirror := spec.Joint(s, b, a)
		require.Len(t, mirror, 1, line)
		require.Equal(t, model.JointOutcome{Next: mirror[0].Next, A: mirror[0].B, B: mirror[0].A}, out[0], line)
		return out[0].Next
	}
	op := parseOp(t, spec, call)
	out := spec.Step(s, op)
	got := results(spec, op, out)
	if want, ok := strings.CutSuffix(want, " !"); ok {
		for i, r := range got {
			if r == want {
				return out[i].Next
			}
		}
		require.Fail(t, line, "got %v", got)
	}
	require.Equal(t, strings.Split(want, " | "), got, line)
	return out[0].Next
}

func results(spec model.Spec, op model.Op, out []model.Outcome) []string {
	words := []string{}
	for _, o := range out {
		words = append(words, result(spec, op, o.Result))
	}
	return words
}

func result(spec model.Spec, op model.Op, r model.Result) string {
	_, words, _ := strings.Cut(model.DescribeOn(spec, op, r), " -> ")
	return words
}

// parseOp reads "0: send(7, to 2)".
func parseOp(t *testing.T, spec model.Spec, s string) model.Op {
	t.Helper()
	var op model.Op
	proc, call, ok := strings.Cut(s, ": ")
	require.True(t, ok, s)
	name, args, ok := strings.Cut(strings.TrimSuffix(call, ")"), "(")
	require.True(t, ok, s)
	part := 0
	var err error
	op.Proc, err = strconv.Atoi(proc)
	require.NoError(t, err, s)
	op.Kind, err = model.ParseKind(name)
	require.NoError(t, err, s)
	for arg := range strings.SplitSeq(args, ", ") {
		switch {
		case arg == "":
		case arg == "contended":
			op.Contended = true
		case arg == "overlapped":
			op.Overlapped = true
		case arg == "from anyone":
			op.Peer = model.AnyPeer
		case arg[0] == '"':
			b, err := strconv.Unquote(arg)
			require.NoError(t, err, s)
			op.Value = model.Piece(b)
		case scan(arg, "to %d", &op.Peer), scan(arg, "from %d", &op.Peer), scan(arg, "box %d", &op.Box), scan(arg, "%d bytes", &op.Size), scan(arg, "part %d", &part):
		default:
			op.Value, err = strconv.ParseInt(arg, 10, 64)
			require.NoError(t, err, s)
		}
	}
	if part > 0 {
		return spec.(model.Divided).Parts(op, nil)[part-1].Op
	}
	return op
}

func scan(s, format string, into *int) bool {
	var n int
	if _, err := fmt.Sscanf(s, format, &n); err != nil || fmt.Sprintf(format, n) != s {
		return false
	}
	*into = n
	return true
}
