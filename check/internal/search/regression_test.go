package search

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
	} {
		t.Run(text, func(t *testing.T) {
			if raceBuild {
				t.Skip("the programs may have data races")
			}
			for _, any := range []bool{false, true} {
				new(compared).compare(t, parse(t, text), any)
			}
		})
	}
}
