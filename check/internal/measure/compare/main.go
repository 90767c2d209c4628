// Compare decides the same histories with the monitors and with porcupine, and
// prints a table: milliseconds, the best of three times, and "-" where porcupine
// needs more than ten seconds or a gibibyte.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/workload"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

const limit = 10 * time.Second

func main() {
	fmt.Println("| object | clients | operations | correct: monitor | porcupine | damaged: monitor | porcupine |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, capacity := range []int{model.NoLimit, 4} {
		name := "fifo"
		if capacity > 0 {
			name = fmt.Sprintf("bounded:%d", capacity)
		}
		spec := model.NewBuffer(model.BufferConfig{Capacity: capacity})
		for _, clients := range []int{2, 4, 8, 16, 32} {
			hopeless := [2]bool{}
			for _, n := range []int{100, 1000, 10_000, 100_000, 1_000_000} {
				correct := workload.Simulated(n, clients, capacity, 7)
				fmt.Printf("| %s | %d | %d ", name, clients, n)
				for i, h := range []record.History{correct, workload.Damaged(correct)} {
					want := linear.Explained
					if i == 1 {
						want = linear.Unexplained
					}
					fmt.Printf("| %s ", best(func() bool { return linear.Decide(spec, h, linear.Options{}).Answer == want }))
					if hopeless[i] {
						fmt.Print("| - ")
						continue
					}
					p := best(func() bool { return linear.Check(spec, h, linear.Budget{Wall: limit}) == want })
					hopeless[i] = p == "-"
					fmt.Printf("| %s ", p)
				}
				fmt.Println("|")
			}
		}
	}
	_ = os.Stdout.Sync()
}

// best is the shortest of three times, or "-" if it does not give the answer.
func best(decide func() bool) string {
	least := time.Duration(0)
	for i := range 3 {
		begin := time.Now()
		if !decide() {
			return "-"
		}
		if d := time.Since(begin); i == 0 || d < least {
			least = d
		}
		if least > time.Second {
			break
		}
	}
	return fmt.Sprintf("%.3g", float64(least.Microseconds())/1000)
}
