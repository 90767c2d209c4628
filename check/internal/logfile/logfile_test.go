package logfile

import (
	"bytes"
	"compress/gzip"
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
	values := []string{`7`, `"7"`, `7.5`, `true`, `"true"`, `null`, `"null"`, `-9223372036854775808`, `-9223372036854775807`, `99999999999999999999999`, `99999999999999999999998`, `18446744073709551615`, `18446744073709551614`, `0.1`, `0.10000000000000000001`, `1e400`, `1e401`, `""`, `"\u00e4"`}
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
{"t":1,"p":2,"call":"send","v":18446744073709551616}
{"t":1,"p":3,"call":"send","v":1844674407370955161.60e1}
{"t":1,"p":4,"call":"send","v":"\ud83d\ude00"}
{"t":1,"p":5,"call":"send","v":"😀"}
{"end":"cut"}`)
	assert.Equal(t, int64(7), same.Calls[0].Value)
	assert.Equal(t, int64(7), same.Calls[1].Value)
	assert.Equal(t, same.Calls[2].Value, same.Calls[3].Value)
	assert.Equal(t, "18446744073709551616", same.Values.Text(same.Calls[2].Value))
	assert.Equal(t, same.Calls[4].Value, same.Calls[5].Value)
}

func TestEDNValuesAreToldApart(t *testing.T) {
	values := []string{`{:id 1}`, `{:id 2}`, `{:id "1"}`, `#{1 2}`, `[1 2]`, `#{1 3}`, `#inst "2020"`, `"2020"`, `:a`, `a`, `"a"`, `\a`, `\{`, `true`, `1`, `1.0`, `1M`, `18446744073709551615`, `18446744073709551614`, `[]`, `{}`, `#{}`, `[[1] 2]`, `[[1 2]]`, `##Inf`, `#a 1`, `#b 1`}
	var b strings.Builder
	for i, v := range values {
		fmt.Fprintf(&b, "{:process %d, :type :invoke, :f :enqueue, :value %s}\n", i, v)
	}
	l := read(t, b.String())
	require.Len(t, l.Calls, len(values))
	seen := map[int64]string{}
	for i, c := range l.Calls {
		assert.NotContains(t, seen, c.Value, values[i])
		seen[c.Value] = values[i]
	}
	for _, same := range [][2]string{
		{`{:a 1, :b 2}`, `{:b 2 :a 1}`}, {`#{1 2 3}`, `#{3 1, 2}`}, {`[1 #_2 3]`, `(1 3)`}, {`18446744073709551615`, `18446744073709551615N`}, {`7`, `+7`}, {`7N`, `7`},
		{`1.5`, `15e-1`}, {`1.50M`, `1.5M`}, {`#_ #_ 1 2 3`, `3`}, {"[1 ; a comment\n]", `[1]`}, {`-0`, `0`},
	} {
		l := read(t, "{:process 0, :type :invoke, :f :enqueue, :value "+same[0]+"}{:process 1, :type :invoke, :f :enqueue, :value "+same[1]+"}")
		assert.Equal(t, l.Calls[0].Value, l.Calls[1].Value, "%v", same)
	}
}

func TestReadStream(t *testing.T) {
	l := read(t, streamHeader+`{"t":1,"p":0,"call":"send","v":"abc"}
{"t":2,"p":1,"call":"recv","n":2}
{"t":3,"p":1,"ret":"ok","v":[97,98]}
{"t":4,"p":0,"ret":"ok"}
{"t":5,"p":0,"call":"try_send","v":[255,0]}
{"t":6,"p":0,"ret":"ok","n":1}
{"t":7,"p":1,"call":"close_read"}
{"t":8,"p":1,"ret":"ok"}
`)
	assert.Equal(t, Stream, l.Object)
	assert.Equal(t, []string{`0: send "abc" ok`, `1: recv ok "ab"`, `0: try_send [255,0] ok`, `1: close_read ok`}, ops(l))
	assert.Equal(t, 3, l.Calls[0].Result().N)
	assert.Equal(t, int32(2), l.Calls[1].Size)
	assert.Equal(t, 1, l.Calls[2].Result().N)
	assert.Equal(t, 2, l.Atomic)
	var b bytes.Buffer
	require.NoError(t, Write(&b, l))
	again := read(t, b.String())
	assert.Equal(t, l.Calls, again.Calls)
}

func TestReadPorcupine(t *testing.T) {
	want := []string{"0: send 7 ok", "1: try_recv ok 7", "1: try_recv empty", "2: send 8"}
	for _, text := range []string{
		`[{"ClientId":0,"Input":"enq(7)","Call":1,"Output":null,"Return":2},
		  {"ClientId":1,"Input":"deq","Call":2,"Output":"7","Return":3,"Metadata":{"a":1}},
		  {"ClientId":1,"Input":["deq"],"Call":4,"Output":null,"Return":5}, {"ClientId":2,"Input":"enq 8","Call":4}]`,
		`[{"ClientId":0,"Input":{"op":"enqueue","value":7},"Call":1,"Output":true,"Return":2},
		  {"ClientId":1,"Input":{"Method":"pop","Value":0},"Call":2,"Output":7,"Return":3},
		  {"ClientId":1,"Input":["try_recv"],"Call":4,"Output":{"status":"empty"},"Return":5}, {"ClientId":2,"Input":["send",8],"Call":4}]`,
		`[{"ClientId":0,"Kind":false,"Value":{"Kind":0,"Proc":0,"Value":7,"Size":0,"Peer":0,"Box":0,"Contended":false},"Id":0},
		  {"ClientId":1,"Kind":false,"Value":{"Kind":3,"Proc":1,"Value":0},"Id":1},
		  {"ClientId":0,"Kind":true,"Value":{"Status":0,"Value":0,"From":-1,"N":0},"Id":0},
		  {"ClientId":1,"Kind":true,"Value":{"Status":0,"Value":7,"From":-1,"N":0},"Id":1},
		  {"ClientId":1,"Kind":false,"Value":"poll","Id":2}, {"ClientId":1,"Kind":true,"Value":null,"Id":2},
		  {"ClientId":2,"Kind":false,"Value":["add",8],"Id":3}]`,
	} {
		l := read(t, text)
		assert.Equal(t, Porcupine, l.Format)
		assert.Equal(t, want, ops(l))
		assert.Equal(t, record.Cut, l.End)
	}
}

// Files that are in another encoding, or something else, are read or named.
func TestOtherFiles(t *testing.T) {
	text := header + "{\"t\":1,\"p\":0,\"call\":\"recv\"}\n{\"end\":\"cut\"}\n"
	zip := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write([]byte(text))
		require.NoError(t, err)
		require.NoError(t, z.Close())
		return b.String()
	}
	utf16le := func(text string) string {
		var b strings.Builder
		for _, c := range []byte(text) {
			b.WriteByte(c)
			b.WriteByte(0)
		}
		return b.String()
	}
	for name, good := range map[string]string{"a byte-order mark": byteOrderMark + text, "gzip": zip(text), "both": zip(byteOrderMark + text)} {
		assert.Len(t, read(t, good).Calls, 1, name)
	}
	for _, c := range []struct{ text, want string }{
		{utf16le(text), "is UTF-16: want UTF-8"},
		{"\xff\xfe\x00\x00{", "is UTF-32: want UTF-8"},
		{"\xff\xfe" + utf16le(text), "is UTF-16: want UTF-8"},
		{"\xfe\xff\x00" + utf16le(text), "is UTF-16: want UTF-8"},
		{zip(text)[:40], "unexpected EOF"},
		{zip(zip(text)), "is packed twice with gzip"},
		{"\x28\xb5\x2f\xfd\x00\x00", "is packed with zstd: unpack it first"},
		{"PK\x03\x04", "is packed with a zip archive"},
		{"\x7fELF\x02\x01\x01\x00", "is a binary file: want a history, JSON lines of ipccheck"},
		{"JEPSEN\x00\x01", "is a binary store of Jepsen (test.jepsen): its history is in history.edn, beside it"},
		{"[\n  {\n    \"t\": 1\n  }\n]", "is a JSON array: want a line for each object"},
		{"0\t:invoke\t:enqueue\t1\n0\t:ok\t:enqueue\t1\n", "is Jepsen's history.txt, which is for people to read: want history.edn"},
		{":nemesis\t:info\t:start\tnil\n", "is Jepsen's history.txt"},
	} {
		l, err := Read(strings.NewReader(c.text), "h", "", nil)
		assert.Nil(t, l)
		assert.ErrorContains(t, err, c.want, "%.20q", c.text)
	}
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
	want := []string{"0: send 1 ok", "1: recv ok 1", "1: recv error", `2: send "s"`, "3: try_recv empty", "3: recv ok 3", "3: recv ok 4"}
	assert.Equal(t, want, ops(read(t, text)))
	assert.Equal(t, want, ops(read(t, "["+text+"]")))
	assert.Equal(t, record.Cut, read(t, text).End)
}

const streamHeader = `{"format":"ipccheck-history/1","object":"stream","capacity":4,"atomic":2}` + "\n"

func TestBadInputSaysWhereAndWhat(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `h: is empty: want a history that begins with {"format":"ipccheck-history/1","object":"bounded","capacity":4}`},
		{"<html>", `h:1: is no history: want ` + titles() + `, the first of which begin with {"format":"ipccheck-history/1","object":"bounded","capacity":4}`},
		{"module m\n", `h:1: is no history: want ` + titles() + `, the first of which begin with {"format":"ipccheck-history/1","object":"bounded","capacity":4}`},
		{`{"t":1,"p":0,"call":"recv"}`, `h:1: no header: want a first line like {"format":"ipccheck-history/1","object":"bounded","capacity":4}`},
		{`{"format":"ipccheck-history/2"}`, `h:1: the format is "ipccheck-history/2": this reads "ipccheck-history/1"`},
		{`{"format":"ipccheck-history/1","object":"stack"}`, `h:1: the object is "stack": want unbounded, bounded, rendezvous, mailbox, bag, stream`},
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
		{header + `{"t":null,"p":0,"call":"recv"}`, `h:2: "t" is null: want an integer`},
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
		{"[1] call add(\xb3)\n", `h:1: is not UTF-8`},
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
		{"{:type 1, :type 2}", `h:1: a map with the key :type twice`},
		{"{:type #{[1] (1)}}", `h:1: a set with [1] twice`},
		{"{:type :invoke, :process 0, :f :drain}", `h:1: a :drain that did not end: it may have taken any number of values, and the history does not say which`},
		{"{:type :invoke, :process 0, :f :drain} {:type :info, :process 0, :f :drain}", `h:1: a :drain that did not end: it may have taken any number of values, and the history does not say which`},
		{"{:type :invoke, :process 0, :f :drain} {:type :ok, :process 0, :f :dequeue, :value 1}", `h:1: process 0 answers :dequeue, and has called something else in line 1`},
		{"{:type :invoke, :process 0, :f :enqueue, :value 1} {:type :ok, :process 0, :f :enqueue, :value 2}", `h:1: an :enqueue of 1, called in line 1, is :ok with 2`},
		{"{:type :invoke, :process 0, :f :enqueue, :value 0x1}", `h:1: the number 0x1 cannot be read: want digits`},
		{"[" + strings.Repeat("#_", 100) + "1", `h:1: the EDN is nested deeper than 32`},
		{"# @object atomic-queue\n# @capacity 3\n", `h:2: # @capacity 3 says something of which the format knows nothing: want # @object atomic-queue`},
		{`{"format":"ipccheck-history/1","object":"unbounded","capacity":1}`, `h:1: a capacity of 1 for an unbounded buffer: want none, or the object bounded`},
		{`{"format":"ipccheck-history/1","object":"rendezvous","capacity":1}`, `h:1: a capacity of 1 for a rendezvous, which holds nothing: want none, or the object bounded`},
		{`{"format":"ipccheck-history/1","object":"bag","capacity":0}`, `h:1: a bag of capacity 0: want 1 or more, or none if it has no limit`},
		{`{"format":"ipccheck-history/1","object":"bag","atomic":1}`, `h:1: "atomic" and "short" are of a stream, and the object is "bag"`},
		{`{"format":"ipccheck-history/1","object":"bag","mode":"weak"}`, `h:1: the header says "mode", of which the format knows nothing: want ` + headerWords},
		{`{"format":"ipccheck-history/1","object":"bag","t":1,"p":0,"call":"recv"}`, `h:1: the header says more than ` + headerWords + `, and that would be lost`},
		{header + `{"end":"cut","note":"x"}`, `h:2: the footer says more than "end", and that would be lost`},
		{header + `{"end":"cut","t":5,"p":0,"call":"recv"}`, `h:2: the footer says more than "end", and that would be lost`},
		{header + `{"t":5,"p":0,"call":"recv","capacity":2}`, `h:2: what belongs into the header stands in an event`},
		{header + `{"t":5,"p":0,"call":"recv","n":2}`, `h:2: "n" counts the bytes of a stream, and the object is none`},
		{header + `{"t":1,"p":0,"call":"send","v":"\ud800"}`, `h:2: half of a surrogate pair (\ud800 to \udfff) is no Unicode: want both`},
		{header + `{"t":1,"p":0,"call":"send","v":"\udbff\u0041"}`, `h:2: half of a surrogate pair (\ud800 to \udfff) is no Unicode: want both`},
		{header + "{\"t\":1,\"p\":0,\"call\":\"send\",\"v\":\"\xff\"}", `h:2: is not UTF-8`},
		{header + `{"t":1,"p":0,"call":"send","v":1e99999999999}`, `h:2: the exponent of 1e99999999999 is too large`},
		{streamHeader + `{"t":1,"p":0,"call":"send","v":7}`, `h:2: "v" is 7: of a stream want a string or a list of bytes`},
		{streamHeader + `{"t":1,"p":0,"call":"send","v":"12345678"}`, `h:2: 8 bytes in one operation: want at most 7, each of which may stand for many`},
		{streamHeader + `{"t":1,"p":0,"call":"send","v":[256]}`, `h:2: 256 in "v": want bytes, from 0 to 255`},
		{streamHeader + `{"t":1,"p":0,"call":"send","v":"a","n":1}`, `h:2: send with "n" 1: of a call it is how many bytes a read gets at most`},
		{streamHeader + "{\"t\":1,\"p\":0,\"call\":\"send\",\"v\":\"a\"}\n{\"t\":2,\"p\":0,\"ret\":\"closed\",\"n\":2}", `h:3: 2 bytes written: want 0 to the 1 of the call in line 2`},
		{`[{"ClientId":0,"Input":"peek","Call":1,"Output":null,"Return":2}]`, `h: entry 1: the input "peek": ` + porcupineInputs},
		{`[{"ClientId":0,"Input":{"Op":1,"Value":7},"Call":1,"Output":null,"Return":2}]`, `h: entry 1: the input {"Op":1,"Value":7}: which operation the number 1 stands for only its model knows; ` + porcupineInputs},
		{`[{"ClientId":0,"Input":"deq","Call":1,"Output":"empty","Return":2}]`, `h: entry 1: the output "empty" of try_recv may be a value or an answer: want {"value":"empty"} or {"status":"empty"}`},
		{`[{"ClientId":0,"Input":{"op":"deq","value":7},"Call":1,"Output":7,"Return":2}]`, `h: entry 1: the input {"op":"deq","value":7} has a value, and try_recv sends none`},
		{`[{"ClientId":0,"Input":"enq","Call":1,"Output":null,"Return":2}]`, `h: entry 1: the input "enq" has no value, and send sends one`},
		{`[{"ClientId":0,"Input":"deq","Call":3,"Output":null,"Return":2}]`, `h: entry 1: it returns at 2, and is called at 3`},
		{`[{"ClientId":0,"Input":"deq","Call":3,"Output":[1],"Return":4}]`, `h: entry 1: the value a list: want a number, a text, true, false or null`},
		{`[{"ClientId":0,"Input":"deq","Call":3,"Note":1}]`, `h: entry 1: unknown field "Note"`},
		{`[{"ClientId":0,"Input":"deq","Call":1,"Output":1,"Return":4},{"ClientId":0,"Input":"deq","Call":3}]`, `h: client 0 has two operations under way at once, called at 1 and 3`},
		{`[{"ClientId":0,"Kind":true,"Value":null,"Id":0}]`, `h: entry 1: it returns with the Id 0, and process 0 has called nothing with it`},
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
	f.Add([]byte("[1] call add([1])\n"))
	f.Add([]byte(streamHeader + `{"t":1,"p":0,"call":"send","v":[255]}` + "\n" + `{"t":2,"p":0,"ret":"ok"}`))
	f.Add([]byte("{:type :invoke, :process 0, :f :enqueue, :value #{1 #_2 {:a #b [1.5M \\a]}}}"))
	f.Add([]byte(`[{"ClientId":0,"Input":["enq",7],"Call":1,"Output":true,"Return":2}]`))
	f.Add([]byte(`[{"ClientId":0,"Kind":false,"Value":"enq(1)","Id":0},{"ClientId":0,"Kind":true,"Value":null,"Id":0}]`))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte("[4]call rem\n[4]return \xb3"))
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
