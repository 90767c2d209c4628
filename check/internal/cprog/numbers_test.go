//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// What the system hands out numbers or names of depends on who comes first, and on nothing
// else: all orders that can be told apart are explored, and those of what has nothing to do
// with each other are one.
func TestNumbersAndNames(t *testing.T) {
	t.Parallel()
	p, times := program(t, "numbers.c"), uint64(50)
	if long {
		times = 20_000
	}
	for i, tt := range []struct {
		want       string // outputs, in order
		executions uint64
		many       bool // there are too many interleavings to make all of them each time
	}{
		{"3 5", 2, false},
		{"0 1", 4, false},
		{"0 1", 2, false},
		{"-1 1", 3, false},
		{"0 1", 2, false},
		{"0 1", 2, false},
		{"1", 9, false},
		{"a b", 24, true},
		{"1 2", 8, false},
		{"", 6, true},
		{"", 108, true},
		{"2", 8, true},
	} {
		which := strconv.Itoa(i + 1)
		t.Run(which, func(t *testing.T) {
			outcomes := func(strategy string, executions uint64) (string, uint64) {
				met := map[string]bool{}
				v := Explore(context.Background(), p, "numbers", Config{Args: []string{which}, Search: search.Options{Strategy: strategy, SignalAny: true, Executions: executions},
					Outcome: func(end, output string) {
						if end != "finished" {
							output = end
						}
						met[output] = true
					}}).Verdict
				var list []string
				for o := range met {
					list = append(list, strings.TrimSpace(o))
				}
				slices.Sort(list)
				assert.Empty(t, messages(v))
				return strings.Join(list, " "), v.Counts.Executions
			}
			got, n := outcomes("", 50_000)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.executions, n)
			if !tt.many {
				naive, m := outcomes("naive", 50_000)
				assert.Equal(t, tt.want, naive)
				assert.GreaterOrEqual(t, m, n)
			}
			missesNothing(t, "numbers.c", Config{Args: []string{which}}, times)
		})
	}
}
