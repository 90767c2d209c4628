package search

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check/internal/exec"
	"github.com/ipccheck/ipccheck/check/sched"
	"github.com/ipccheck/ipccheck/check/sched/sync"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// contend has n goroutines lock a mutex, and waits for them: n! orders.
func contend(n int, then func(last int)) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	last := 0
	for i := range n {
		wg.Go(func() { mu.Lock(); last = i; mu.Unlock() })
	}
	wg.Wait()
	then(last)
}

func part() {
	x := exec.Current().Exec()
	x.Parts = append(x.Parts, int32(len(x.Events)))
}

// Parts that follow each other take the product of what they take; part by part it
// is the sum.
func TestPartByPart(t *testing.T) {
	body := func(*sched.T) {
		contend(3, func(int) {})
		part()
		contend(4, func(int) {})
		part()
	}
	for part, want := range []uint64{6 * 24, 6, 24, 1} {
		v := explore("parts", body, Options{Part: part})
		assert.Equal(t, verdict.Pass, v.Answer, part)
		assert.Equal(t, want, v.Counts.Executions, part)
	}
}

// What a part leaves behind is seen by those that follow, and a fault that takes an
// unusual order in one part is found where that part is explored.
func TestPartsSeeWhatIsBefore(t *testing.T) {
	for faulty := range 2 {
		body := func(st *sched.T) {
			for i := range 2 {
				contend(3, func(last int) {
					if i == faulty && last == 0 {
						st.Error(fmt.Sprint("part ", i))
					}
				})
				part()
			}
		}
		for part := 1; part <= 3; part++ {
			v := explore("parts", body, Options{Part: part})
			assert.Equal(t, part == faulty+1, v.Answer == verdict.Fail, "fault in part %d, part %d explored", faulty+1, part)
		}
	}
}
