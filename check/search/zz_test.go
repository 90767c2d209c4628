package search

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ipccheck/ipccheck/check/sched"
)

func parse(s string) (p program) {
	for _, g := range strings.Split(s, "|") {
		var l []int
		for _, w := range strings.Fields(g) {
			for i, in := range instructions {
				if in.name == w {
					l = append(l, i)
				}
			}
		}
		p = append(p, l)
	}
	return p
}

func TestZZ(t *testing.T) {
	p := parse(os.Getenv("PROG"))
	x := &sched.Exec{SignalAny: os.Getenv("ANY") != "", MaxSteps: 100}
	var w *world
	var c clocks
	dump := func(x *sched.Exec) string {
		s := ""
		for _, e := range x.Events {
			s += fmt.Sprintf("%d:%v(%d)%d", e.G, e.Op.Kind, e.Op.Obj, e.Alt)
			if e.Wakes != 0 {
				s += fmt.Sprintf("w%b", e.Wakes)
			}
			s += "  "
		}
		return s
	}
	opt := map[string]bool{}
	exploreAll(x, optimal, p.body(&w), func(x *sched.Exec) bool {
		fmt.Println("opt", dump(x), outcome(x, w))
		k := canonical(&c, x)
		if opt[k] {
			fmt.Println("   TWICE")
		}
		opt[k] = true
		return true
	})
	exploreAll(x, naive, p.body(&w), func(x *sched.Exec) bool {
		if k := canonical(&c, x); !opt[k] {
			opt[k] = true
			fmt.Println("missed", dump(x), outcome(x, w), k)
		}
		return true
	})
}
