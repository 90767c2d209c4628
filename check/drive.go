package check

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// ending is how a concurrent run comes to its end.
type ending int

const (
	byCount       ending = iota // everybody knows how many items there are
	closeAfter                  // closed when all are sent; consumers go on until they see it
	closeAmid                   // closed at some moment
	closeReadAmid               // the reading end is closed at some moment
)

// plan is a concurrent run that is to be made. The same plan issues the same
// operations, up to the answers it gets.
type plan struct {
	b                    buffering
	producers, consumers int
	items                int // of each producer
	leave                int // items that nobody receives; only byCount
	ending               ending
	processors           int
	yields               int // less than this many before each attempt
	seed                 uint64
}

func (p plan) String() string {
	return fmt.Sprintf("%d producers, %d consumers, %d items each", p.producers, p.consumers, p.items)
}

// These bound polling: a refused attempt is repeated, the blocking form is taken
// after some, and after many the process waits until another gets on.
const (
	patientAttempts = 3
	keptRefusals    = 2
	pollAttempts    = 200
)

// surplus is how many items more than were sent somebody takes before he gives
// up: the object makes them up.
const surplus = 8

// drive makes the run and returns how it ended. The processes are added to r.
func (r *run) drive(p plan) record.End {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(p.processors))
	root := rand.New(rand.NewPCG(p.seed, 0))
	begin := make(chan struct{})
	var left atomic.Int64
	var sending, present atomic.Int64
	done := make(chan struct{})
	drained := make(chan struct{}) // all producers are done
	start := func(pr *proc, body func(*caller)) {
		left.Add(1)
		c := &caller{proc: pr, b: p.b, kinds: p.b.kinds, yields: p.yields, rng: rand.New(rand.NewPCG(p.seed, root.Uint64()))}
		pr.start(func() {
			defer func() {
				if left.Add(-1) == 0 {
					close(done)
				}
			}()
			<-begin
			meet(&present, int64(p.producers+p.consumers))
			body(c)
		})
	}
	sending.Store(int64(p.producers))
	for i := range p.producers {
		start(r.proc(fmt.Sprintf("producer %d", i+1)), func(c *caller) {
			defer func() {
				if sending.Add(-1) == 0 {
					close(drained)
				}
			}()
			for range p.items {
				if !c.send() {
					return
				}
			}
		})
	}
	total := p.producers*p.items - p.leave
	for i := range p.consumers {
		quota := total / p.consumers
		if i < total%p.consumers {
			quota++
		}
		start(r.proc(fmt.Sprintf("consumer %d", i+1)), func(c *caller) {
			enough := p.producers*p.items + surplus
			if p.b.streams() { // it may get them byte by byte
				enough *= model.MaxPiece
			}
			for n := 0; n < enough && (p.ending != byCount || n < quota); n++ {
				if !c.receive() {
					return
				}
			}
		})
	}
	switch p.ending {
	case closeAfter:
		start(r.proc("closer"), func(c *caller) {
			<-drained
			c.do(plain, model.Op{Kind: model.Close})
		})
	case closeAmid, closeReadAmid:
		kind := model.Close
		if p.ending == closeReadAmid {
			kind = model.CloseRead
		}
		start(r.proc("closer"), func(c *caller) {
			yield(c.rng.IntN(4 * p.items))
			c.do(plain, model.Op{Kind: kind})
		})
	}
	close(begin)
	end := await(done, r.patience)
	for range 3 { // polling processes may only have had bad luck
		if end != record.Stuck || r.progress.Parked() == 0 {
			break
		}
		r.progress.Advance()
		end = await(done, r.patience)
	}
	if end == record.Complete {
		for _, pr := range r.procs {
			<-pr.done // the last moments of its goroutine
		}
	}
	return end
}

// meet waits until n goroutines are running, each on a processor of its own where
// there are enough. Runs are so short that otherwise one process is often done
// before the next begins.
func meet(present *atomic.Int64, n int64) {
	present.Add(1)
	for i := 0; present.Load() < n; i++ {
		if i%64 == 0 {
			runtime.Gosched()
		}
	}
}

// caller is a process with the random choices it makes.
type caller struct {
	*proc
	b      buffering
	kinds  []model.Kind
	yields int
	rng    *rand.Rand
}

// send sends one item, in whichever form, until that succeeds. It reports false
// if the process should end.
func (c *caller) send() bool {
	return c.insist(model.Send, model.TrySend, model.SendContext)
}

// receive is the same for receiving.
func (c *caller) receive() bool {
	return c.insist(model.Recv, model.TryRecv, model.RecvContext)
}

func (c *caller) insist(wait, try, until model.Kind) bool {
	for attempt := 0; ; attempt++ {
		yield(c.rng.IntN(c.yields))
		version := c.run.progress.Version()
		size := 0
		if c.b.streams() {
			size = 1 + c.rng.IntN(model.MaxPiece)
			if wait == model.Send && c.next.Load()+int64(size) > bytesPerProc {
				return false // it has no more bytes that nobody else has written
			}
		}
		op := c.b.op(c.proc, c.choose(attempt, wait, try, until), 0, size)
		ctx, cancel := c.context(&op)
		res := c.do(ctx, op)
		cancel()
		switch res.Status {
		case OK:
			return true
		case Full, Empty, Deadline:
		default:
			return false
		}
		if res.N == 0 { // nothing was sent
			if attempt >= keptRefusals {
				c.log.Fold()
			}
			if c.b.streams() && op.Kind.Sends() { // its bytes are written later
				c.next.Add(-int64(size))
			}
		}
		if attempt >= pollAttempts {
			c.run.progress.Wait(version)
		}
	}
}

// choose picks a form of the operation that the object has. After some refusals
// it takes one that waits, if there is one.
func (c *caller) choose(attempt int, wait, try, until model.Kind) model.Kind {
	var forms [3]model.Kind
	n, waits := 0, false
	for _, k := range c.kinds {
		if k == wait || k == try || k == until {
			forms[n] = k
			n++
			waits = waits || k != try
		}
	}
	if attempt >= patientAttempts && waits {
		return wait
	}
	return forms[c.rng.IntN(n)]
}

// context is the context of a deadline form: done already, or done soon. A
// blocking operation is called in its deadline form now and then, with a context
// that is never done, and always where the object has no other.
func (c *caller) context(op *model.Op) (context.Context, context.CancelFunc) {
	nothing := func() {}
	until := model.SendContext
	if op.Kind.Receives() {
		until = model.RecvContext
	}
	switch op.Kind {
	case model.Send, model.Recv:
		if !has(c.kinds, until) || has(c.kinds, op.Kind) && c.rng.IntN(3) > 0 {
			return nil, nothing
		}
		return context.Background(), nothing
	case until:
		ctx, cancel := context.WithCancel(context.Background())
		if c.rng.IntN(3) == 0 {
			cancel()
			return ctx, nothing
		}
		n := c.rng.IntN(8)
		go func() {
			yield(n)
			cancel()
		}()
		return ctx, cancel
	}
	return nil, nothing
}

func has(kinds []model.Kind, k model.Kind) bool {
	for _, x := range kinds {
		if x == k {
			return true
		}
	}
	return false
}

// drain takes what is left when everybody else is done, and reports whether the
// object said in the end that there is nothing more. The count is how many items
// there should be.
func (r *run) drain(b buffering, held int, closed bool) (drained bool, end record.End) {
	p := r.proc("afterwards")
	kinds := b.kinds
	if !has(kinds, model.TryRecv) {
		kind, ctx := model.Recv, plain
		if !has(kinds, model.Recv) {
			ctx = context.Background()
		}
		for n := 0; n < held || closed && n < held+surplus; {
			res, end := p.alone(ctx, model.Op{Kind: kind})
			if end != record.Complete || p.crash != nil {
				return end != record.Complete, end
			}
			if res.Status != OK {
				break
			}
			n += b.amount(record.NewCall(model.Op{Kind: kind}, res, 0, 0))
		}
		return true, record.Complete
	}
	for refused := 0; refused < pollAttempts; {
		res, end := p.alone(plain, model.Op{Kind: model.TryRecv})
		switch {
		case end != record.Complete || p.crash != nil:
			return false, end
		case res.Status == OK:
			if held -= b.amount(record.NewCall(model.Op{Kind: model.TryRecv}, res, 0, 0)); held < -surplus {
				return false, record.Complete
			}
		case res.Status == Empty && held > 0:
			if refused++; refused > keptRefusals {
				p.log.Fold()
			}
			yield(1)
		default:
			return true, record.Complete
		}
	}
	return true, record.Complete
}
