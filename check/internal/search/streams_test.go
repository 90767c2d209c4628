package search

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/rt/memnet"
	"github.com/ipccheck/ipccheck/check/sched"
	virtual "github.com/ipccheck/ipccheck/check/sched/time"
)

// line is a connection that random programs use, and the listener it comes from.
type line struct {
	ends     [2]*memnet.Conn
	listener *memnet.Listener
	logs     [4]strings.Builder
}

// said notes what an operation has answered.
func said(l *strings.Builder, what ...any) { fmt.Fprint(l, what...); l.WriteString(";") }

// onLine are what the goroutines of random programs do, with an end of the connection.
var onLine = []struct {
	name string
	do   func(w *line, c *memnet.Conn, l *strings.Builder, v int)
}{
	{"read", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) {
		b := make([]byte, 10)
		n, err := c.Read(b)
		said(l, string(b[:n]), err)
	}},
	{"read1", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) {
		b := make([]byte, 1)
		n, err := c.Read(b)
		said(l, string(b[:n]), err)
	}},
	{"write", func(_ *line, c *memnet.Conn, l *strings.Builder, v int) {
		n, err := c.Write([]byte{byte('a' + v)})
		said(l, n, err)
	}},
	{"write2", func(_ *line, c *memnet.Conn, l *strings.Builder, v int) {
		n, err := c.Write([]byte{byte('a' + v), byte('A' + v)})
		said(l, n, err)
	}},
	{"close", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) { said(l, c.Close()) }},
	{"closewrite", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) { said(l, c.CloseWrite()) }},
	{"closeread", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) { said(l, c.CloseRead()) }},
	{"late", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) { said(l, c.SetReadDeadline(time.Unix(1, 0))) }},
	{"never", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) { said(l, c.SetReadDeadline(time.Time{})) }},
	{"latewrite", func(_ *line, c *memnet.Conn, l *strings.Builder, _ int) { said(l, c.SetWriteDeadline(time.Unix(1, 0))) }},
	{"dial", func(w *line, _ *memnet.Conn, l *strings.Builder, _ int) {
		d, err := memnet.Dial(w.listener.Place)
		said(l, d.Port, err)
	}},
	{"accept", func(w *line, _ *memnet.Conn, l *strings.Builder, _ int) {
		d, err := w.listener.Accept()
		if err == nil {
			said(l, d.Port)
		}
		said(l, err)
	}},
	{"unlisten", func(w *line, _ *memnet.Conn, l *strings.Builder, _ int) { said(l, w.listener.Close()) }},
	{"sleep", func(*line, *memnet.Conn, *strings.Builder, int) { virtual.Sleep(time.Second) }},
}

// What random programs see of connections in memory is what all interleavings show,
// and each trace is executed once.
func TestStreams(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(programs(t, 600))))
	large, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, rapid.IntRange(0, 2*len(onLine)-1))
		var text strings.Builder
		for _, g := range p {
			for _, i := range g {
				fmt.Fprint(&text, onLine[i/2].name, i%2, " ")
			}
			text.WriteString("| ")
		}
		var w *line
		x := exec.New("", func() {
			now := &line{}
			w = now
			now.listener, _ = memnet.Listen(memnet.Place{Kind: "tcp", Host: "127.0.0.1"})
			a, _ := memnet.Dial(now.listener.Place)
			b, _ := now.listener.Accept()
			now.ends = [2]*memnet.Conn{a.Conn, b.Conn}
			for g, list := range p {
				sched.Go(func() {
					for k, i := range list {
						onLine[i/2].do(now, now.ends[i%2], &now.logs[g], 3*g+k)
					}
					said(&now.logs[g], "end")
				})
			}
		})
		defer x.Close()
		show := func(x *prim.Execution) string {
			_ = w.listener.Close()
			s := fmt.Sprint(x.End, x.Panic)
			for i := range w.logs {
				s += "|" + w.logs[i].String()
			}
			return s
		}
		want, traces, n := map[string]bool{}, map[string]bool{}, 0
		var c clocks
		exploreAll(x, prim.Plan{Steps: 200}, naive, func(x *prim.Execution) bool {
			want[show(x)], traces[canonical(&c, x)] = true, true
			n++
			return n < most
		})
		if n >= most {
			large++
			return
		}
		all++
		got, seen := map[string]bool{}, map[string]int{}
		tally := exploreAll(x, prim.Plan{Steps: 200}, optimal, func(x *prim.Execution) bool {
			if x.End != prim.Stopped {
				got[show(x)] = true
				seen[canonical(&c, x)]++
			}
			return true
		})
		require.Equal(t, keys(want), keys(got), "%v", text.String())
		require.Equal(t, len(traces), len(seen), "%v", text.String())
		require.Zero(t, tally.blocked, "%v", text.String())
		require.Equal(t, len(traces), tally.executions, "%v", text.String())
	})
	require.Less(t, large, all/4, "programs too large for the reference")
}
