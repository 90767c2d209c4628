package logfile

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Violin is the format of Violin and LiMo.
const Violin Format = "violin"

func init() {
	register(20, format{name: Violin, title: "queue logs of Violin and LiMo", extensions: []string{".log", ".hist", ".history"}, read: (*builder).readViolin,
		detect: func(l []byte) mark {
			inside := bytes.TrimSpace(l[1:])
			switch {
			case l[0] == '#' && bytes.HasPrefix(inside, []byte("@")):
				return begins
			case l[0] == '[' && len(inside) > 0 && inside[0] != '{' && inside[0] != '#':
				return begins
			}
			return foreign
		}})
}

// Method names of queues. The first are those that put something in.
var (
	putNames = []string{"add", "put", "enq", "enqueue", "offer", "push", "insert", "send"}
	getNames = []string{"rem", "remove", "get", "deq", "dequeue", "poll", "pop", "take", "recv"}
)

func method(name string) (puts, ok bool) {
	for _, n := range putNames {
		if n == name {
			return true, true
		}
	}
	for _, n := range getNames {
		if n == name {
			return false, true
		}
	}
	return false, false
}

const methodWords = "add, put, enq, enqueue or push, and rem, get, deq, dequeue or pop"

// value is a value of a format that does not tell types apart.
func (b *builder) value(s string) int64 {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return b.log.Values.integer(n)
	}
	return b.log.Values.text(s)
}

// readViolin reads the logs of Violin (Emmi, Enea, Hamza: Monitoring Refinement
// via Symbolic Reasoning, PLDI 2015) and LiMo: "[1] call add(7)", "[1] return".
// In Violin the number names an operation, in LiMo a process; one open call at a
// time it is either way. A removal that returns nothing found nothing. Operations
// that have not returned at the end are pending.
func (b *builder) readViolin() error {
	procs := map[string]int32{}
	t := int64(0)
	for l, err := range b.in.lines() {
		if err != nil {
			return err
		}
		if len(l) > 0 && l[0] == '#' {
			if object, ok := bytes.CutPrefix(bytes.TrimSpace(l[1:]), []byte("@object")); ok {
				if o := string(bytes.TrimSpace(object)); o != "atomic-queue" && o != "queue" {
					return b.in.errorf("the object is %q: want atomic-queue", o)
				}
				b.log.Object = "unbounded"
			} else if bytes.HasPrefix(bytes.TrimSpace(l[1:]), []byte("@")) {
				return b.in.errorf("%s says something of which the format knows nothing: want # @object atomic-queue", l)
			}
			continue
		}
		if len(l) == 0 {
			continue
		}
		t++
		id, rest, ok := strings.Cut(string(l), "]")
		id, opened := strings.CutPrefix(id, "[")
		id = strings.TrimSpace(id)
		action, rest, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if !ok || !opened || id == "" || action != "call" && action != "return" {
			return b.in.errorf(`want "[ID] call METHOD(VALUE)" or "[ID] return VALUE"`)
		}
		p, known := procs[id]
		if !known {
			p = int32(len(procs))
			procs[id] = p
		}
		rest = strings.TrimSpace(rest)
		if action == "return" {
			err = b.violinReturn(t, p, id, rest)
		} else {
			err = b.violinCall(t, p, id, rest)
		}
		if err != nil {
			return err
		}
	}
	if _, _, ok := b.pending(); ok {
		b.log.End = record.Cut
	}
	return nil
}

func (b *builder) violinCall(t int64, p int32, id, text string) error {
	name, arg := text, ""
	if i := strings.IndexAny(text, "( "); i >= 0 {
		name, arg = text[:i], strings.TrimSpace(text[i:])
		if in, ok := strings.CutPrefix(arg, "("); ok {
			var closed bool
			if arg, closed = strings.CutSuffix(in, ")"); !closed {
				return b.in.errorf("%q lacks its closing parenthesis", text)
			}
			arg = strings.TrimSpace(arg)
		}
	}
	puts, ok := method(name)
	switch {
	case !ok:
		return b.in.errorf("unknown method %q: want %s", name, methodWords)
	case puts && arg == "":
		return b.in.errorf("%s without a value", name)
	case strings.Contains(arg, ","):
		return b.in.errorf("%s with several values: want one", name)
	case !puts && arg != "":
		return b.in.errorf("%s with the value %s: want it at the return", name, arg)
	}
	if u, open := b.open(p); open {
		return b.in.errorf("[%s] calls %s while its call in line %d has not returned", id, name, u.line)
	}
	if puts {
		return b.call(t, p, model.Send, b.value(arg))
	}
	return b.call(t, p, model.TryRecv, 0)
}

func (b *builder) violinReturn(t int64, p int32, id, text string) error {
	u, open := b.open(p)
	if !open {
		return b.in.errorf("[%s] returns, and has called nothing", id)
	}
	c := &b.log.Calls[u.call]
	if c.Kind.Sends() {
		switch strings.ToLower(text) {
		case "", "ok", "true", "void":
			return b.ret(t, p, model.OK, 0, false)
		case "false", "full":
			c.Kind = model.TrySend
			return b.ret(t, p, model.Full, 0, false)
		}
		return b.in.errorf("[%s] puts a value and returns %q: want nothing, true or false", id, text)
	}
	switch {
	case text == "" || strings.EqualFold(text, "empty"):
		return b.ret(t, p, model.Empty, 0, false)
	case strings.ContainsAny(text, ", "):
		return b.in.errorf("[%s] returns %q: want one value", id, text)
	}
	return b.ret(t, p, model.OK, b.value(text), true)
}
