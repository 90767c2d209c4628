package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shown is the part of a text that shows a run.
func shown(t *testing.T, text string) string {
	t.Helper()
	from := strings.Index(text, "\nHOW IT GETS THERE")
	to := strings.Index(text, "\nLooked at")
	require.True(t, from >= 0 && to > from, text)
	return text[from:to]
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return lines[len(lines)-1]
}

// replayString takes the replay string out of the last line of a report.
func replayString(t *testing.T, text string) string {
	t.Helper()
	s, ok := strings.CutPrefix(lastLine(text), "ipccheck replay '")
	require.True(t, ok, text)
	return strings.TrimSuffix(s, "'")
}

// What explore shows, replay shows again, byte by byte.
func TestReplayShowsTheSameBytes(t *testing.T) {
	for _, args := range [][]string{{"one-slot"}, {"one-slot", "-producers", "4"}, {"two-flags", "-rounds", "2"}} {
		first := run(append([]string{"explore"}, args...)...)
		require.Equal(t, exitFail, first.code)
		again := run("replay", replayString(t, first.out))
		assert.Equal(t, exitFail, again.code)
		assert.Equal(t, shown(t, first.out), shown(t, again.out))
		assert.Equal(t, lastLine(first.out), lastLine(again.out))

		inJSON := run(append([]string{"explore", "-json"}, args...)...).out
		fromVerdict := runWith(inJSON, "replay", "-")
		assert.Equal(t, again, fromVerdict)
		trace := inJSON[strings.Index(inJSON, `{"format"`):]
		trace = trace[:strings.Index(trace, `}],"counts"`)]
		assert.Equal(t, again, runWith(trace, "replay", "-"))
		file := filepath.Join(t.TempDir(), "with#sign.json")
		require.NoError(t, os.WriteFile(file, []byte(inJSON), 0o666))
		assert.Equal(t, again, run("replay", file))
	}
}

func TestReplayOfSeveral(t *testing.T) {
	in := run("explore", "-json", "one-slot", "-producers", "1..3").out
	r := runWith(in, "replay", "-", "-json")
	assert.Equal(t, exitFail, r.code)
	assert.Equal(t, 2, strings.Count(r.out, "\n"))
	r = runWith(in, "replay", "-")
	assert.Equal(t, 2, strings.Count(r.out, "\nipccheck replay '"))
}

func TestReplayWithoutFault(t *testing.T) {
	r := run("replay", "one-slot:producers=2#0.0,1.0,0.1")
	assert.Equal(t, exitPass, r.code)
	assert.Equal(t, `PASS one-slot producers=2 test=careless

HOW IT GETS THERE, 3 steps, line numbers of fake_test.go
  start: Ledger=[]  Slot=0  Taken=0
  step  producer 1                producer 2                what changes
     1  :64 while slot != 0 do
          nothing
     2                            :64 while slot != 0 do
                                    nothing
     3  :65 slot = item                                     Ledger=[1], Slot 0→1

Looked at: this one run of 3 steps.
`, r.out)
	assert.Equal(t, exitPass, run("replay", "one-slot#").code)
	assert.Contains(t, run("replay", "one-slot#", "-json").out, `"verdict":"pass"`)
}

func TestReplaySaysWhereARunNoLongerFits(t *testing.T) {
	in := run("explore", "-json", "one-slot").out
	for _, c := range []struct{ old, new, want string }{
		{`"label":"put"`, `"label":"write"`, `standard input: the run no longer fits one-slot: step 3: recorded as process 1 at "write", and it is process 1 at "put"`},
		{`#0.0,1.0,1.1,0.1`, `#0.0,1.0,1.1`, `standard input: the run no longer fits one-slot: 4 steps are recorded, and its replay string has 3`},
		{`#0.0,1.0,1.1,0.1`, `#0.0,1.0,0.0`, `standard input: the run no longer fits one-slot: step 3: producer 1 has no statement 0 where it stands, at "put"`},
		{`#0.0,1.0,1.1,0.1`, `#0.0,1.0,1.1,0.1,2.0`, `standard input: the run no longer fits one-slot: step 5: the run has ended before it, with IPC002: item 2 was accepted, never delivered, and nothing holds it any more`},
		{`#0.0,1.0,1.1,0.1`, `#0.0,1.0,1.1,7.0`, `standard input: the run no longer fits one-slot: step 4: there is no process 7: the model has 3`},
		{`one-slot:producers=2,test=careless#`, `one-slot:producers=2,test=atomic#`, `standard input: the run no longer fits one-slot: step 2: producer 2 cannot execute "put" here: it waits for a free slot`},
		{`one-slot:producers`, `no-slot:producers`, `standard input: replay string: there is no model "no-slot" (did you mean one-slot?): ipccheck list names them all`},
	} {
		require.Contains(t, in, c.old)
		usage(t, c.want, runWith(strings.Replace(in, c.old, c.new, 1), "replay", "-"))
	}
}

func TestBadTraces(t *testing.T) {
	good := run("explore", "-json", "one-slot").out
	for _, c := range []struct{ in, want string }{
		{"", "holds no trace: it is empty"},
		{" \n\n", "holds no trace: it is empty"},
		{"{}", `line 1: expected a trace with "format":"ipccheck-trace/2" or a verdict with "schema":"ipccheck/1"`},
		{good[:len(good)/2], "line 1: the object is cut off"},
		{run("explore", "-json", "one-slot", "-producers", "1").out, "holds no trace: no verdict in it has a finding with a trace"},
		{"\n\n[1]", "line 3: expected an object, not array"},
		{"7", "line 1: expected an object, not number"},
		{"\n{\"schema\":\n 7}", "line 2: field schema: unexpected number"},
		{`{"schema":"ipccheck/2"}`, `line 1: the schema is "ipccheck/2", expected "ipccheck/1"`},
		{`{"format":"ipccheck-trace/0"}`, `line 1: the format is "ipccheck-trace/0", expected "ipccheck-trace/2"`},
		{`{"format":"ipccheck-trace/1"}`, "line 1: the trace has no replay string: it does not say how to repeat the run"},
		{`{"schema":"ipccheck/1","findings":[{"code":"IPC001","trace":{"format":"x"}}]}`, `line 1: the format is "x", expected "ipccheck-trace/2"`},
		{`{"schema":"ipccheck/1","findings":{}}`, "line 1: field findings: unexpected object"},
		{good + "\n}", "line 3: invalid character '}' looking for beginning of value: expected JSON, as -json writes it"},
		{strings.Repeat("[", 20_000), "line 1: invalid character '[' exceeded max depth: expected JSON, as -json writes it"},
		{"\x00", `line 1: invalid character '\x00' looking for beginning of value: expected JSON, as -json writes it`},
	} {
		want := "replay: standard input: " + c.want
		if strings.HasPrefix(c.want, "holds") {
			want = "replay: standard input " + c.want
		}
		usage(t, want, runWith(c.in, "replay", "-"))
	}
	dir := t.TempDir()
	usage(t, "replay: read "+dir+": is a directory", run("replay", dir))
}
