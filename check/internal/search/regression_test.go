package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/atomic"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// parse reads a program as String writes it.
func parse(t *testing.T, text string) (p program) {
	for _, g := range strings.Split(strings.TrimSuffix(text, "|"), "|") {
		var list []int
		for _, w := range strings.Fields(g) {
			n := len(list)
			for i, in := range instructions {
				if in.name == w {
					list = append(list, i)
				}
			}
			require.Len(t, list, n+1, w)
		}
		p = append(p, list)
	}
	return p
}

// Programs that were explored wrongly once.
func TestRegressions(t *testing.T) {
	for _, text := range []string{
		"trysend1 | timeout | select2",
		"load1 spin | store1",
		"tryrecv0 | select2 | select3",
		"wgadd sleep | wgwait",
		"wlocked | tryrlock | tryrlock",
		"store0 | load0 spin",
		"sleep store0 | spin",
		"select2 | close | timeout",
		"send1 | tryrecv0 | select2",
		"recv0 | send1 | select2",
		"timeout | timeout send0",
		"store0 | spin spin",
		"trylock | signal | signal wait",
		"wgadd | wgadd | wgwait",
		"store0 | trylock store0 | load0 locked",
		"select3 | recv0 | select3 select2",
		"wgchild wgwait load0 | wgadd | wgadd store0",
		"send1 | send1 | trysend1",
		"send1 closeone | send1 | recv1",
	} {
		t.Run(text, func(t *testing.T) {
			if raceBuild {
				t.Skip("the programs may have data races")
			}
			for _, any := range []bool{false, true} {
				var kinds compared
				kinds.compare(t, parse(t, text), any)
				require.Empty(t, kinds.More)
			}
		})
	}
}

// LoadAndDelete is announced as an operation that writes. Where there is nothing it
// only reads.
func TestMapOrders(t *testing.T) {
	var out [4]string
	x := exec.New("", func() {
		m := new(sync.Map)
		out = [4]string{}
		sched.Go(func() { out[0] = fmt.Sprint(m.Swap(1, 11)) })
		sched.Go(func() { out[1] = fmt.Sprint(m.Load(1)) })
		sched.Go(func() { out[2] = fmt.Sprint(m.LoadAndDelete(1)) })
		sched.Go(func() { out[3] = fmt.Sprint(m.Load(1)); m.Store(1, 15) })
	})
	defer x.Close()
	outcomes := func(s func() Strategy) int {
		seen := map[string]bool{}
		exploreAll(x, prim.Plan{Steps: 200}, s, func(*prim.Execution) bool { seen[fmt.Sprint(out)] = true; return true })
		return len(seen)
	}
	require.Equal(t, 24, outcomes(naive))
	require.Equal(t, 24, outcomes(source))
	require.Equal(t, 24, outcomes(optimal))
}

// A compare-and-swap that fails is a read, and to take it for a write where it would be
// moved to loses an order here.
func TestCompareAndSwapThatFails(t *testing.T) {
	if raceBuild {
		t.Skip("the programs run one goroutine at a time, and share what they log")
	}
	var out [4]string
	x := exec.New("", func() {
		v := new(atomic.Int32)
		out = [4]string{}
		sched.Go(func() { out[0] = fmt.Sprint(v.CompareAndSwap(0, 1), v.CompareAndSwap(0, 1)) })
		sched.Go(func() { out[1] = fmt.Sprint(v.CompareAndSwap(1, 0)) })
		sched.Go(func() { out[2] = fmt.Sprint(v.Load()) })
		sched.Go(func() { out[3] = fmt.Sprint(v.Load()) })
	})
	defer x.Close()
	outcomes := func(s func() Strategy) int {
		seen := map[string]bool{}
		exploreAll(x, prim.Plan{Steps: 200}, s, func(*prim.Execution) bool { seen[fmt.Sprint(out)] = true; return true })
		return len(seen)
	}
	require.Equal(t, 12, outcomes(naive))
	require.Equal(t, 12, outcomes(source))
	require.Equal(t, 12, outcomes(optimal))
	v := Explore("cas", x, Options{})
	require.Equal(t, verdict.Pass, v.Answer)
	require.Empty(t, v.Assumes)
}
