package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A walk through a pipe shows what is typed, and is the same each time.
func TestWalk(t *testing.T) {
	const typed = "?\n1\n1\nb\nv\nhurry\n9\nb 0x\n1 2\n\nf\nb 3\nb 99\n2\nt\nq\n1\n"
	r := runWith(typed, "explore", "one-slot", "-step")
	assert.Equal(t, exitPass, r.code)
	assert.Empty(t, r.errors)
	assert.Equal(t, r, runWith(typed, "explore", "one-slot", "-step"))
	for _, want := range []string{
		"one-slot producers=2 test=careless: ? lists what can be typed\nStart: Ledger=[] Slot=0 Taken=0\n\nAfter 0 steps\n   1  producer 1: while slot != 0 do nothing (fake_test.go:",
		"      consumer waits for an item\n> ?\nN      execute",
		"> 1\n   1  producer 1: while slot != 0 do nothing\n\nAfter 1 step\n   1  producer 1: slot = item",
		"> 1\n   2  producer 1: slot = item → Ledger=[1], Slot 0→1\n\nAfter 2 steps\n",
		"> v\nLedger=[] Slot=0 Taken=0\n",
		"> hurry\n\"hurry\": expected the number of a statement, b, f, t, v, q or ?\n",
		"> 9\nthere is no 9: the statements are 1 to 2\n",
		"> b 0x\nb \"0x\": expected how many steps to go back, as in b 3\n",
		"> 1 2\n\"1 2\": one thing at a time: ? lists what can be typed\n",
		"\nAfter 4 steps\nThe run ends with IPC002: item 2 was accepted, never delivered, and nothing\nholds it any more\n> b 3\n\nAfter 1 step\n",
		"> b 99\n\nAfter 0 steps\n",
		"> q\nipccheck replay 'one-slot:producers=2,test=careless#1.0'\n",
	} {
		assert.Contains(t, r.out, want)
	}
	assert.True(t, strings.HasSuffix(r.out, "#1.0'\n"), "nothing is read behind q")

	over := runWith("1\n1\n1\n1\n", "explore", "one-slot", "-producers", "1", "-step").out
	assert.Contains(t, over, "After 3 steps\n      consumer waits for an item\nThe run is over, and that is a legal end.\n> 1\nnobody can go on here: b goes back\n")
	assert.Contains(t, runWith("f", "explore", "one-slot", "-producers", "1", "-step").out, "> f\nNo run with a fault was found: every interleaving of these processes: all\nreachable states.\n")
	assert.Contains(t, runWith("f\n1\n", "explore", "two-flags", "-step").out, "The run ends with IPC001: ")
	assert.Equal(t, "ipccheck: explore: -step: standard input: bufio.Scanner: token too long\n", runWith(strings.Repeat("x", 1<<17), "explore", "one-slot", "-step").errors)
}

func TestWalkAndGraphAreAboutOneCombination(t *testing.T) {
	usage(t, "explore: -step is about one combination of parameters, and these are 2", run("explore", "one-slot", "-producers", "1,2", "-step"))
	usage(t, "explore: -graph is about one combination of parameters, and these are 2", run("explore", "one-slot", "-producers", "1,2", "-graph", "x"))
	usage(t, "explore: -dot judges nothing: leave -json out", run("explore", "one-slot", "-dot", "-json"))
	usage(t, "explore: -step judges nothing: leave -dot out", run("explore", "one-slot", "-dot", "-step"))
	usage(t, "explore: one-slot has more than 3 states: a graph has at most 500, or what -states says, up to 20000", run("explore", "one-slot", "-dot", "-states", "3"))
	usage(t, "explore: -graph: open no/such/x: no such file or directory", run("explore", "one-slot", "-graph", "no/such/x"))
	usage(t, "explore: -step is about one combination of parameters, and these are 2", run("explore", "one-slot", "-step", "-test", "careless,atomic"))
}

func TestGraph(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.dot")
	r := run("explore", "one-slot", "-producers", "1", "-graph", file)
	assert.Equal(t, exitPass, r.code)
	assert.Contains(t, r.out, "PASS one-slot")
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, `digraph "one-slot" {
	node [shape=box, fontname=monospace]
	edge [fontname=monospace]
	s0 [label="producer: test\lconsumer: take\lLedger=[]\lSlot=0\lTaken=0\l", style=bold]
	s1 [label="producer: put\lconsumer: take\lLedger=[]\lSlot=0\lTaken=0\l"]
	s2 [label="producer: end\lconsumer: take\lLedger=[1]\lSlot=1\lTaken=0\l"]
	s3 [label="producer: end\lconsumer: take\lLedger=[]\lSlot=0\lTaken=1\l", peripheries=2]
	s0 -> s1 [label="producer: test"]
	s1 -> s2 [label="producer: put"]
	s2 -> s3 [label="consumer: take"]
}
`, string(b))
	assert.Equal(t, string(b), run("explore", "one-slot", "-producers", "1", "-dot").out)
	assert.Contains(t, run("explore", "two-flags", "-dot").out, "IPC001: ")
}

// Whatever is typed, a walk goes on, and says in a line what it did not understand.
func FuzzWalk(f *testing.F) {
	for _, s := range []string{"1\n2\nb\nf\nt\nv\n?\nq", "b 3\n-1\n99999999999999999999\nb -1\n", "f\nf\nb 2\n1", "\x00\n1 1\n \n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		var out, errs bytes.Buffer
		tool := newTool(&out, &errs, typed)
		code := tool.run(context.Background(), []string{"explore", "one-slot", "-step"})
		if code != exitPass && !strings.Contains(errs.String(), "token too long") {
			t.Fatalf("%q ends with %d: %s", typed, code, errs.String())
		}
		if strings.ContainsFunc(out.String(), func(r rune) bool { return r < ' ' && r != '\n' }) {
			t.Fatalf("%q is written as it is", typed)
		}
	})
}
