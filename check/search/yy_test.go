package search

import (
	"fmt"
	"testing"

	"github.com/ipccheck/ipccheck/check/sched"
)

func TestYY(t *testing.T) {
	indexer := func(n int) func() {
		return func() {
			var table [128]atom
			spawn(n, func(t int) {
				for m := range 4 {
					w := m*11 + t
					h := (w * 7) % 128
					for !table[h].CAS(0, w) {
						h = (h + 1) % 128
					}
				}
			})
		}
	}
	for n := 11; n < 15; n++ {
		x := &sched.Exec{}
		o := new(Optimal)
		k := exploreAll(x, func() Strategy { return o }, indexer(n), nil)
		fmt.Println(n, k, o.Diverged())
	}
}
