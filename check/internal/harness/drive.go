package harness

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/contract"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// Ending is how a concurrent execution comes to its end.
type Ending int

// Endings.
const (
	ByCount       Ending = iota // every process knows how many items there are
	CloseAfter                  // closed when all are sent; consumers receive until they see it
	CloseAmid                   // closed at some moment
	CloseReadAmid               // the reading end is closed at some moment
)

// Plan is a concurrent execution that is to be made. The same plan issues the same
// operations, up to the answers it gets.
type Plan struct {
	Contract             contract.Contract
	Producers, Consumers int
	Items                int // of each producer
	Leave                int // items that nobody receives; only ByCount
	Ending               Ending
	Processors           int
	Yields               int // each process yields fewer times than this before each attempt
	Seed                 uint64
}

func (p Plan) String() string {
	return fmt.Sprintf("%s, %s, %s each", words.Plural(p.Producers, "producer", "producers"),
		words.Plural(p.Consumers, "consumer", "consumers"), words.Plural(p.Items, "item", "items"))
}

// drive is a concurrent execution under way.
type drive struct {
	*Execution
	plan    Plan
	root    *rand.Rand
	begin   chan struct{} // closed when all processes are started
	sent    chan struct{} // closed when all producers are done
	sending atomic.Int64  // producers that are not done
	present atomic.Int64  // producers and consumers whose goroutine runs
	started []*Process
}

// Drive makes the execution and returns how it ended. It adds the processes to x.
func (x *Execution) Drive(p Plan) record.End {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(p.Processors))
	d := &drive{Execution: x, plan: p, root: rand.New(rand.NewPCG(p.Seed, 0)), begin: make(chan struct{}), sent: make(chan struct{})}
	d.sending.Store(int64(p.Producers))
	for i := range p.Producers {
		d.start(fmt.Sprintf("producer %d", i+1), d.produce)
	}
	total := p.Producers*p.Items - p.Leave
	for i := range p.Consumers {
		quota := total / p.Consumers
		if i < total%p.Consumers {
			quota++
		}
		d.start(fmt.Sprintf("consumer %d", i+1), func(c *caller) { d.consume(c, quota) })
	}
	switch p.Ending {
	case CloseAfter:
		d.start("closer", func(c *caller) {
			<-d.sent
			c.Do(Plain, model.Op{Kind: model.Close})
		})
	case CloseAmid:
		d.start("closer", func(c *caller) { d.closeAmid(c, model.Close) })
	case CloseReadAmid:
		d.start("closer", func(c *caller) { d.closeAmid(c, model.CloseRead) })
	}
	return d.await()
}

// start starts a process, which begins with the others.
func (d *drive) start(name string, body func(*caller)) {
	p := d.Process(name)
	d.started = append(d.started, p)
	c := &caller{Process: p, contract: d.plan.Contract, yields: d.plan.Yields, rng: rand.New(rand.NewPCG(d.plan.Seed, d.root.Uint64()))}
	p.Start(func() {
		<-d.begin
		d.meet()
		body(c)
	})
}

// meet waits until all producers and consumers are running, each on a processor of
// its own where there are enough. Executions are so short that otherwise one process
// is often done before the next begins.
func (d *drive) meet() {
	n := int64(d.plan.Producers + d.plan.Consumers)
	d.present.Add(1)
	for i := 0; d.present.Load() < n; i++ {
		if i%64 == 0 {
			runtime.Gosched()
		}
	}
}

// produce sends the items of one producer.
func (d *drive) produce(c *caller) {
	d.progress.Enter()
	defer d.progress.Leave()
	defer func() {
		if d.sending.Add(-1) == 0 {
			close(d.sent)
		}
	}()
	for range d.plan.Items {
		if !c.send() {
			return
		}
	}
}

// consume receives the quota of items, or until the object is closed.
func (d *drive) consume(c *caller, quota int) {
	d.progress.Enter()
	defer d.progress.Leave()
	enough := (d.plan.Producers*d.plan.Items + extraItems) * d.plan.Contract.Parts()
	for n := 0; n < enough && (d.plan.Ending != ByCount || n < quota); n++ {
		if !c.receive() {
			return
		}
	}
}

// closeAmid closes the object at some moment.
func (d *drive) closeAmid(c *caller, k model.Kind) {
	Yield(c.rng.IntN(4 * d.plan.Items))
	c.Do(Plain, model.Op{Kind: k})
}

// soon is how long nothing may happen before processes that poll try again.
const soon = 200 * time.Millisecond

// How often they do: in all, and since somebody got on.
const mostAgain, mostInVain = 15, 3

// await lets the processes begin and waits until all are done.
func (d *drive) await() record.End {
	done := make(chan struct{})
	go func() {
		for _, p := range d.started {
			<-p.done
		}
		close(done)
	}()
	close(d.begin)
	vain, gains := 0, d.progress.Gains()
	for range mostAgain { // polling processes may only have had bad luck
		end := await(done, min(d.Patience, soon), d.progress.Version)
		if end == record.Complete {
			return end
		}
		if vain++; d.progress.Gains() > gains {
			vain, gains = 0, d.progress.Gains()
		}
		if end != record.Stuck || d.progress.Waiting() == 0 || vain > mostInVain {
			break
		}
		d.progress.Again()
	}
	return await(done, d.Patience, d.progress.Version)
}
