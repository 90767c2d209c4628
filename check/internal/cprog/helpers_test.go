//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// long asks for the tests that take minutes.
var long = os.Getenv("IPCCHECK_LONG") != ""

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ipccheck-c-test-")
	if err != nil {
		panic(err)
	}
	cache = dir
	if kept, err := os.UserCacheDir(); err == nil { // it is the same for all packages, and for the command
		cache = filepath.Join(kept, "ipccheck")
	}
	if err := os.Setenv("TMPDIR", dir); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// cache is where the tests of this package keep the runtime.
var cache string

// compiled are programs by what [program] is asked for.
var compiled sync.Map

// program compiles a program of testdata with flags, as in "ring.c -DP=2": once for all
// tests.
func program(t testing.TB, text string) *Program {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("gcc is not there")
	}
	build, _ := compiled.LoadOrStore(text, sync.OnceValues(func() (*Program, error) {
		words := strings.Fields(text)
		return Source{Dir: "testdata", Files: words[:1], Flags: words[1:]}.Build(context.Background(), cache)
	}))
	made, err := build.(func() (*Program, error))()
	require.NoError(t, err)
	p, l := *made, *made.lines
	l.sources = map[string][]string{} // which is filled by and by
	p.lines = &l
	return &p
}

// traces counts the orders in which the critical sections of a bounded buffer can come,
// and those that end in a deadlock: producers, consumers, capacity, items of each
// producer; one condition variable or two; a signal wakes any waiter, or the first.
func traces(producers, consumers, capacity, items int, one, anyOne bool) (all, dead uint64) {
	type state struct {
		count int
		todo  string // operations left, by thread
		wait  string // those that wait for an item, and behind a bar those for room, in order
	}
	memo := map[state][2]uint64{}
	var count func(n int, todo []int, empty, full []int) [2]uint64
	count = func(n int, todo []int, empty, full []int) (sum [2]uint64) {
		key := state{n, fmt.Sprint(todo), fmt.Sprint(empty, "|", full)}
		if known, ok := memo[key]; ok {
			return known
		}
		left, moved := false, false
		for i, k := range todo {
			left = left || k > 0
			if k == 0 || has(empty, i) || has(full, i) {
				continue
			}
			moved = true
			add := func(r [2]uint64) { sum[0], sum[1] = sum[0]+r[0], sum[1]+r[1] }
			producer := i < producers
			switch {
			case producer && n == capacity && !one:
				add(count(n, todo, empty, with(full, i)))
			case producer && n == capacity, !producer && n == 0:
				add(count(n, todo, with(empty, i), full))
			default:
				next, change := append([]int(nil), todo...), 1
				next[i]--
				if !producer {
					change = -1
				}
				wakes := &empty // those whom the signal can wake
				if !producer && !one {
					wakes = &full
				}
				choices := len(*wakes)
				if choices > 1 && !anyOne {
					choices = 1
				}
				if choices == 0 {
					add(count(n+change, next, empty, full))
				}
				for c := range choices {
					e, f := empty, full
					if wakes == &empty {
						e = without(empty, c)
					} else {
						f = without(full, c)
					}
					add(count(n+change, next, e, f))
				}
			}
		}
		if !moved {
			sum[0]++
			if left {
				sum[1]++
			}
		}
		memo[key] = sum
		return sum
	}
	todo := make([]int, producers+consumers)
	for i := range todo {
		if todo[i] = items; i >= producers {
			todo[i] = producers * items / consumers
		}
	}
	r := count(0, todo, nil, nil)
	return r[0], r[1]
}

func has(list []int, i int) bool {
	for _, k := range list {
		if k == i {
			return true
		}
	}
	return false
}

func with(list []int, i int) []int { return append(append([]int(nil), list...), i) }

func without(list []int, at int) []int {
	return append(append([]int(nil), list[:at]...), list[at+1:]...)
}
