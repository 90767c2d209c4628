package linear_test

import (
	"fmt"
	"sync"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// A test records what its goroutines do, and decides afterwards.
func Example() {
	queue := make(chan int64, 4)
	var clock record.Clock
	producer, consumer := record.NewLogFor(&clock, 100), record.NewLogFor(&clock, 100)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 100 {
			v := record.Tag(0, i+1)
			producer.Begin(model.Op{Kind: model.Send, Proc: 0, Value: v})
			queue <- v
			producer.End(model.Result{Status: model.OK})
		}
	})
	wg.Go(func() {
		for range 100 {
			consumer.Begin(model.Op{Kind: model.Recv, Proc: 1})
			v := <-queue
			consumer.End(model.Result{Status: model.OK, Value: v})
		}
	})
	wg.Wait()
	d := linear.Decide(model.Bounded(4), record.Merge(record.Complete, producer, consumer), linear.Options{})
	fmt.Println(d.Answer)
	// Output: explained
}
