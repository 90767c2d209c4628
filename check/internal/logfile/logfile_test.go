package logfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

func read(t *testing.T, text string) *Log {
	t.Helper()
	l, err := Read(strings.NewReader(text), "h", "", nil)
	require.NoError(t, err)
	return l
}

// ops are the operations of a log in words.
func ops(l *Log) []string {
	var out []string
	for _, c := range l.Calls {
		s := fmt.Sprintf("%d: %v", c.Proc, c.Kind)
		if c.Kind.Sends() {
			s += " " + l.Values.Text(c.Value)
		}
		if !c.Pending() {
			s += " " + c.Status.String()
			if c.Kind.Receives() && c.Status == model.OK {
				s += " " + l.Values.Text(c.Value)
			}
		}
		out = append(out, s)
	}
	return out
}

const header = `{"format":"ipccheck-history/1","object":"bounded","capacity":4}` + "\n"

func TestReadJSONL(t *testing.T) {
	l := read(t, header+`{"t":1,"p":0,"call":"send","v":7}
{"t":2,"p":1,"call":"recv"}

{"t":3,"p":0,"ret":"ok"}
{"ret":"ok","v":7,"p":1,"t":4,"note":"other members are passed over"}
{"t":4,"p":0,"call":"try_send","v":"x"}
{"t":4,"p":0,"ret":"full"}
{"t":5,"p":900,"call":"recv_until"}
{"end":"stuck"}
`)
	assert.Equal(t, JSONL, l.Format)
	assert.Equal(t, "bounded", l.Object)
	assert.Equal(t, 4, l.Capacity)
	assert.Equal(t, record.Stuck, l.End)
	assert.Equal(t, []string{"0: send 7 ok", "1: recv ok 7", `0: try_send "x" full`, "900: recv_until"}, ops(l))
	assert.True(t, l.Calls[0].Contended)
}

func TestValuesAreToldApart(t *testing.T) {
	values := []string{`7`, `"7"`, `7.5`, `true`, `"true"`, `null`, `"null"`, `-9223372036854775808`, `-9223372036854775807`, `99999999999999999999999`, `1e400`, `""`, `"\u00e4"`}
	var b strings.Builder
	b.WriteString(header)
	for i, v := range values {
		fmt.Fprintf(&b, "{\"t\":%d,\"p\":%d,\"call\":\"send\",\"v\":%s}\n{\"t\":%d,\"p\":%d,\"ret\":\"ok\"}\n", i, i, v, i, i)
	}
	l := read(t, b.String())
	seen := map[int64]string{}
	for i, c := range l.Calls {
		assert.NotContains(t, seen, c.Value, values[i])
		seen[c.Value] = values[i]
	}
	same := read(t, header+`{"t":1,"p":0,"call":"send","v":7.0}
{"t":1,"p":1,"call":"send","v":0.7e1}
{"end":"cut"}`)
	assert.Equal(t, int64(7), same.Calls[0].Value)
	assert.Equal(t, int64(7), same.Calls[1].Value)
}

func TestReadViolin(t *testing.T) {
	l := read(t, "# @object atomic-queue\n# a comment\n\n[1] call add(a)\n[2] call enq 5\n[2] return\n[1] return\n[3] call rem\n[3] return a\n[3] call rem()\n[3] return empty\n[4] call deq\n[4] return\n[5] call put(9)\n")
	assert.Equal(t, "unbounded", l.Object)
	assert.Equal(t, []string{"0: send a ok", "1: send 5 ok", "2: try_recv ok a", "2: try_recv empty", "3: try_recv empty", "4: send 9"}, ops(l))
	assert.Equal(t, record.Cut, l.End)
}

func TestReadFastlin(t *testing.T) {
	l := read(t, "# queue\ndeq 2 2 3\nenq 2 0 1\ndeq -1 -5 -4\n")
	assert.Equal(t, "unbounded", l.Object)
	assert.Equal(t, []string{"2: try_recv empty", "1: send 2 ok", "0: try_recv ok 2"}, ops(l))
	l = read(t, "enq -2 0 1\nenq -1 1 2\ndeq -1 2 3\ndeq -2 3 4\n")
	assert.Equal(t, []string{"0: send -2 ok", "1: send -1 ok", "2: try_recv ok -1", "3: try_recv ok -2"}, ops(l), "it is put, so it is a value")
	assert.Zero(t, l.Overlapping(), "a response comes before an invocation at the same time")
	l = read(t, "0 enq 2 0 1\n0 deq 2 2 3\n")
	assert.Equal(t, []string{"0: send 2 ok", "0: try_recv ok 2"}, ops(l))
}

func TestReadEDN(t *testing.T) {
	text := `{:index 0, :time 5, :type :invoke, :process 0, :f :enqueue, :value 1}
{:type :invoke :process 1 :f :dequeue :value nil} ; a comment
#jepsen.history.Op{:type :ok, :process 0, :f :enqueue, :value 1}
{:type :info, :process :nemesis, :f :start, :value {:a [1 #{2} "x"]}}
{:type :ok, :process 1, :f :dequeue, :value 1}
{:type :invoke, :process 1, :f :dequeue}
{:type :fail, :process 1, :f :dequeue, :error :empty}
{:type :invoke, :process 2, :f :enqueue, :value "s"}
{:type :info, :process 2, :f :enqueue, :value "s"}
{:type :invoke, :process 3, :f :drain}
{:type :ok, :process 3, :f :drain, :value [3 4]}
`
	want := []string{"0: send 1 ok", "1: recv ok 1", "1: recv error", `2: send "s"`, "3: recv error", "3: recv ok 3", "3: recv ok 4"}
	assert.Equal(t, want, ops(read(t, text)))
	assert.Equal(t, want, ops(read(t, "["+text+"]")))
	assert.Equal(t, record.Cut, read(t, text).End)
}

func TestBadInputSaysWhereAndWhat(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `h: is empty: want a history that begins with {"format":"ipccheck-history/1","object":"bounded","capacity":4}`},
		{"<html>", `h:1: is no history: want ` + titles() + `, the first of which begin with {"format":"ipccheck-history/1","object":"bounded","capacity":4}`},
		{`{"t":1,"p":0,"call":"recv"}`, `h:1: no header: want a first line like {"format":"ipccheck-history/1","object":"bounded","capacity":4}`},
		{`{"format":"ipccheck-history/2"}`, `h:1: the format is "ipccheck-history/2": this reads "ipccheck-history/1"`},
		{`{"format":"ipccheck-history/1","object":"stack"}`, `h:1: the object is "stack": want unbounded, bounded, rendezvous, mailbox, bag`},
		{`{"format":"ipccheck-history/1","object":"bounded"}`, `h:1: the object is bounded: want its "capacity" too`},
		{`{"format":"ipccheck-history/1","capacity":-1}`, `h:1: a capacity of -1: want 0 or more`},
		{header + `{"t":1,"p":0,"call":"send"}`, `h:2: send without the value "v" it sends`},
		{header + `{"t":1,"p":0,"call":"recv","v":1}`, `h:2: recv with a value "v": it sends nothing`},
		{header + `{"t":1,"p":0,"call":"peek"}`, `h:2: unknown operation "peek": want send, recv, try_send, try_recv, send_until, recv_until or close`},
		{header + `{"t":1,"p":0,"ret":"ok"}`, `h:2: process 0 returns, and has called nothing`},
		{header + "{\"t\":1,\"p\":0,\"call\":\"recv\"}\n{\"t\":2,\"p\":0,\"call\":\"recv\"}", `h:3: process 0 calls recv while its recv, called in line 2, has not returned`},
		{header + "{\"t\":5,\"p\":0,\"call\":\"recv\"}\n{\"t\":2,\"p\":0,\"ret\":\"ok\",\"v\":1}", `h:3: time runs backwards: 2 after 5`},
		{header + "{\"t\":5,\"p\":0,\"call\":\"recv\"}\n{\"t\":6,\"p\":0,\"ret\":\"ok\"}", `h:3: recv answers ok without the value it got`},
		{header + "{\"t\":5,\"p\":0,\"call\":\"recv\"}\n{\"t\":6,\"p\":0,\"ret\":\"full\"}", `h:3: recv, called in line 2, answers full: want ok, closed or error`},
		{header + "{\"t\":5,\"p\":0,\"call\":\"recv\"}\n{\"t\":6,\"p\":0,\"ret\":\"fine\"}", `h:3: unknown answer "fine": want ok, full, empty, deadline, closed or error`},
		{header + `{"t":5,"p":0,"call":"recv"}`, `h:2: recv of process 0, called in line 2, has not returned: a log that ends so needs the footer {"end":"stuck"} (nobody could go on) or {"end":"cut"}`},
		{header + `{"t":5,"p":0,"call":"re`, `h:2: is no JSON: it ends too early`},
		{header + `{"t":5.5,"p":0,"call":"recv"}`, `h:2: "t" is 5.5: want an integer`},
		{header + `{"t":9223372036854775807,"p":0,"call":"recv"}`, `h:2: a time of 9223372036854775807: want less`},
		{header + `{"t":1,"p":-1,"call":"recv"}`, `h:2: process -1: want 0 to 2147483647`},
		{header + `{"t":1,"t":1,"p":0,"call":"recv"}`, `h:2: "t" stands there twice`},
		{header + `{"t":1,"p":0,"call":"send","v":[1]}`, `h:2: "v" is a list: want a number, a string, true, false or null`},
		{header + `{"t":1,"p":0}`, `h:2: neither "call" nor "ret" nor "end": want an event like {"t":1,"p":0,"call":"send","v":7}`},
		{header + "{\"end\":\"cut\"}\n{\"end\":\"cut\"}", `h:3: something follows the footer, which is the last line`},
		{header + `{"end":"over"}`, `h:2: the run ended as "over": want stuck, cut or complete`},
		{header + header, `h:2: a second header: one file holds one history`},
		{header + `[1]`, `h:2: is no JSON object: want a line like {"t":1,"p":0,"call":"send","v":7}`},
		{"# @object atomic-stack\n[1] call push(1)\n", `h:1: the object is "atomic-stack": want atomic-queue`},
		{"[1] call add\n", `h:1: add without a value`},
		{"[1] call add(1\n", `h:1: "add(1" lacks its closing parenthesis`},
		{"[1] call swim(1)\n", `h:1: unknown method "swim": want add, put, enq, enqueue or push, and rem, get, deq, dequeue or pop`},
		{"[1] return\n", `h:1: [1] returns, and has called nothing`},
		{"[1] call add(1)\n[1] call add(2)\n", `h:2: [1] calls add while its call in line 1 has not returned`},
		{"[1] shrug\n", `h:1: want "[ID] call METHOD(VALUE)" or "[ID] return VALUE"`},
		{"# queue\nenq 1 5 2\n", `h:2: time runs backwards: it ends at 2 and begins at 5`},
		{"# queue\npeek 1 1 2\n", `h:2: unknown method "peek": want enq or deq`},
		{"# stack\npush 1 1 2\n", `h:1: the object is "stack": want queue`},
		{"enq 1 1\n", `h:1: want "METHOD VALUE BEGIN END", as "enq 2 0 1", with the process in front in each line or in none`},
		{"0 enq 1 1 4\n0 enq 2 2 5\n", `h:2: process 0 has this operation and the one in line 1 under way at once`},
		{"{:type :ok, :process 0, :f :enqueue, :value 1}", `h:1: process 0 answers :ok, and has called nothing`},
		{"{:type :invoke, :process 0, :f :enqueue}", `h:1: an :enqueue without its :value`},
		{"{:type :invoke, :process 0, :f :read}", `h:1: the operation is :read: want :enqueue, :dequeue or :drain`},
		{"{:type :invoke, :process 0, :f :enqueue, :value", `h:1: the EDN ends too early: "}" is missing`},
		{"[{:type :invoke, :process 0, :f :enqueue, :value 1}", `h:1: the EDN ends too early: "]" is missing`},
		{"{:type :invoke, :f :dequeue}", `h:1: an operation without its :process`},
		{"{:type}", `h:1: a map with a key that has no value`},
	} {
		l, err := Read(strings.NewReader(c.text), "h", "", nil)
		assert.Nil(t, l, c.text)
		assert.EqualError(t, err, c.want, c.text)
	}
}

func TestReadErrorsAreTold(t *testing.T) {
	broken := errors.New("the disk is broken")
	_, err := Read(io.MultiReader(strings.NewReader(header), brokenReader{broken}), "h", "", nil)
	assert.EqualError(t, err, "h:2: cannot be read: the disk is broken")
	_, err = Read(strings.NewReader(header+strings.Repeat(" ", longest+5)), "h", "", nil)
	assert.EqualError(t, err, "h:2: the line is longer than 1048576 bytes")
	_, err = Read(strings.NewReader(header), "h", "csv", nil)
	assert.EqualError(t, err, `h: unknown format "csv": want `+words.List(Formats(), "or"))
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

func TestWrittenHistoryIsReadBack(t *testing.T) {
	first := read(t, "# @object atomic-queue\n[1] call add(a)\n[2] call enq 5\n[2] return\n[1] return\n[3] call rem\n[3] return a\n[4] call deq\n[4] return\n[5] call put(9)\n")
	var b bytes.Buffer
	require.NoError(t, Write(&b, first))
	second := read(t, b.String())
	assert.Equal(t, JSONL, second.Format)
	want := ops(first)
	for i := range want {
		want[i] = strings.NewReplacer(" a ", ` "a" `, "ok a", `ok "a"`).Replace(want[i])
	}
	assert.Equal(t, want, ops(second))
	assert.Equal(t, first.End, second.End)
}

func TestSchemaNamesEveryWord(t *testing.T) {
	require.True(t, json.Valid(Schema))
	for k := range kinds {
		assert.Contains(t, string(Schema), `"`+k+`"`)
	}
	for s := range statuses {
		assert.Contains(t, string(Schema), `"`+s+`"`)
	}
	for _, o := range append(Objects, Version, "stuck", "cut", "complete") {
		assert.Contains(t, string(Schema), `"`+o+`"`)
	}
}

// FuzzRead reads anything: it answers, with a place where it does not take it,
// and what it takes can be written and read again.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../../../testdata/histories/*")
	require.NoError(f, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(header + `{"t":1,"p":0,"call":"send","v":"\u0000"}` + "\n" + `{"end":"cut"}`))
	f.Add([]byte("{:type :invoke, :process 0, :f :enqueue, :value [1 {:a 2}]}"))
	f.Add([]byte("[1] call add(\")\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Read(bytes.NewReader(text), "h", "", nil)
		if err != nil {
			assert.Nil(t, l)
			assert.Regexp(t, `^h(:[0-9]+)?: `, err.Error())
			return
		}
		for i, c := range l.Calls {
			assert.LessOrEqual(t, c.Call, c.Return)
			if i > 0 {
				assert.LessOrEqual(t, l.Calls[i-1].Call, c.Call)
			}
		}
		if l.Format == EDN {
			return // a drain is several operations of one process at once
		}
		var b bytes.Buffer
		require.NoError(t, Write(&b, l))
		again, err := Read(&b, "again", JSONL, nil)
		require.NoError(t, err)
		assert.Len(t, again.Calls, len(l.Calls))
	})
}

func BenchmarkReadJSONL(b *testing.B) {
	var text bytes.Buffer
	l := &Log{Object: "unbounded", Capacity: -1}
	l.End = record.Complete
	for i := range int64(500_000) {
		l.Calls = append(l.Calls,
			record.NewCall(model.Op{Kind: model.Send, Proc: int(i % 4), Value: i}, model.Result{}, 4*i, 4*i+2),
			record.NewCall(model.Op{Kind: model.Recv, Proc: int(4 + i%4)}, model.Result{Value: i}, 4*i+1, 4*i+3))
	}
	require.NoError(b, Write(&text, l))
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		_, err := Read(bytes.NewReader(text.Bytes()), "h", "", nil)
		require.NoError(b, err)
	}
}
