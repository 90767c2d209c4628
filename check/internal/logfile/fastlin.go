package logfile

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Fastlin is the format of fastlin and PolyLin.
const Fastlin Format = "fastlin"

func init() {
	register(30, format{name: Fastlin, title: "queue logs of fastlin and PolyLin", extensions: []string{".log"}, read: (*builder).readFastlin,
		detect: func(l []byte) mark {
			switch c := l[0]; {
			case c == '#':
				return comments
			case fastlinMethod(strings.Fields(string(l))):
				return begins
			}
			return foreign
		}})
}

// fastlinMethod reports whether the words of a line begin with a method, or with a number
// and one.
func fastlinMethod(words []string) bool {
	if _, err := strconv.Atoi(words[0]); err == nil {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	_, ok := method(words[0])
	return ok
}

// nothing is the value that a removal has in fastlin's logs if it found nothing,
// unless somebody puts that value.
const nothing = "-1"

// readFastlin reads the logs of fastlin and PolyLin (Lee, Mathur: Efficient
// Decrease-and-Conquer Linearizability Monitoring): "enq 2 0 1", method, value,
// begin and end, one operation a line in any order, all of which have returned.
// With five fields the first one is the process. A header "# queue" is optional.
// At one time responses come before invocations, as these tools have it.
func (b *builder) readFastlin() error {
	type at struct {
		line int
		proc int32
	}
	var lines []at
	numbered, isValue := false, false
	for l, err := range b.in.lines() {
		if err != nil {
			return err
		}
		if len(l) > 0 && l[0] == '#' {
			if o := strings.TrimSpace(string(l[1:])); o != "queue" && len(lines) == 0 && b.log.Object == "" && !strings.Contains(o, " ") {
				return b.in.errorf("the object is %q: want queue", o)
			} else if o == "queue" {
				b.log.Object = "unbounded"
			}
			continue
		}
		f := strings.Fields(string(l))
		if len(f) == 0 {
			continue
		}
		if len(f) != 4 && len(f) != 5 || len(lines) > 0 && numbered != (len(f) == 5) {
			return b.in.errorf(`want "METHOD VALUE BEGIN END", as "enq 2 0 1", with the process in front in each line or in none`)
		}
		proc := int64(len(lines)) // each operation is a process of its own
		if numbered = len(f) == 5; numbered {
			if proc, err = strconv.ParseInt(f[0], 10, 32); err != nil || proc < 0 {
				return b.in.errorf("the process is %q: want a number from 0", f[0])
			}
			f = f[1:]
		}
		puts, ok := method(f[0])
		if !ok {
			return b.in.errorf("unknown method %q: want enq or deq", f[0])
		}
		var times [2]int64
		for i, s := range f[2:] {
			if times[i], err = strconv.ParseInt(s, 10, 64); err != nil || times[i] == math.MaxInt64 {
				return b.in.errorf("the time is %q: want an integer", s)
			}
		}
		if times[1] < times[0] {
			return b.in.errorf("time runs backwards: it ends at %d and begins at %d", times[1], times[0])
		}
		c := record.Call{Call: times[0], Return: times[1], Proc: int32(proc), From: model.AnyPeer, Kind: model.TryRecv}
		c.Value = b.value(f[1])
		if puts {
			c.Kind = model.Send
		}
		isValue = isValue || puts && f[1] == nothing
		if len(b.log.Calls) == math.MaxInt32 {
			return b.in.errorf("more than %d operations", math.MaxInt32)
		}
		b.log.Calls = append(b.log.Calls, c)
		lines = append(lines, at{b.in.line, int32(proc)})
	}
	minusOne, _ := strconv.ParseInt(nothing, 10, 64)
	for i := range b.log.Calls {
		if c := &b.log.Calls[i]; !isValue && c.Kind.Receives() && c.Value == minusOne {
			c.Status, c.Value = model.Empty, 0
		}
	}
	responsesFirst(b.log.Calls)
	if !numbered {
		return nil
	}
	// One process has one operation at a time.
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		x, y := &b.log.Calls[i], &b.log.Calls[j]
		return cmp.Or(cmp.Compare(x.Proc, y.Proc), cmp.Compare(x.Call, y.Call), cmp.Compare(x.Return, y.Return))
	})
	for n, j := range order {
		if n == 0 {
			continue
		}
		i := order[n-1]
		x, y := &b.log.Calls[i], &b.log.Calls[j]
		if x.Proc == y.Proc && y.Call < x.Return {
			return &Error{b.in.file, lines[j].line, "process " + strconv.Itoa(int(y.Proc)) + " has this operation and the one in line " + strconv.Itoa(lines[i].line) + " under way at once"}
		}
	}
	b.inOrder()
	return nil
}

// responsesFirst numbers the times anew, so that of those that were equal returns
// come first. An operation that takes no time keeps doing so.
func responsesFirst(calls []record.Call) {
	times := make([]int64, 0, 2*len(calls))
	for _, c := range calls {
		times = append(times, c.Call, c.Return)
	}
	slices.Sort(times)
	times = slices.Compact(times)
	rank := func(t int64) int64 {
		n, _ := slices.BinarySearch(times, t)
		return 2 * int64(n)
	}
	for i := range calls {
		c := &calls[i]
		at, ret := rank(c.Call)+1, rank(c.Return)
		c.Call, c.Return = at, max(at, ret)
	}
}
