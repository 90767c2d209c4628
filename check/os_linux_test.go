package check_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/pipe"
	"github.com/ipccheck/ipccheck/impl/shm"
)

// carry adapts the two ends of what carries messages of a size.
func carry(in, out impl.Messages, size int, closes func() error) check.Ops[int] {
	status := func(err error) check.Status {
		switch err {
		case nil:
			return check.OK
		case impl.ErrFull:
			return check.Full
		case impl.ErrEmpty:
			return check.Empty
		case impl.ErrClosed:
			return check.Closed
		case context.Canceled, context.DeadlineExceeded:
			return check.Deadline
		}
		panic(err)
	}
	message := func(v int) []byte {
		m := make([]byte, size)
		binary.LittleEndian.PutUint64(m, uint64(v))
		return m
	}
	recv := func(f func([]byte) (int, error)) (int, check.Status) {
		m := make([]byte, size)
		if _, err := f(m); err != nil {
			return 0, status(err)
		}
		return int(binary.LittleEndian.Uint64(m)), check.OK
	}
	o := check.Ops[int]{
		Send:        func(v int) check.Status { return status(in.Send(message(v))) },
		TrySend:     func(v int) check.Status { return status(in.TrySend(message(v))) },
		SendContext: func(ctx context.Context, v int) check.Status { return status(in.SendContext(ctx, message(v))) },
		Recv:        func() (int, check.Status) { return recv(out.Recv) },
		TryRecv:     func() (int, check.Status) { return recv(out.TryRecv) },
		RecvContext: func(ctx context.Context) (int, check.Status) {
			return recv(func(m []byte) (int, error) { return out.RecvContext(ctx, m) })
		},
	}
	if closes != nil {
		o.Close = func() check.Status { return status(closes()) }
	}
	return o
}

// Pipes of the operating system keep to what is specified: byte by byte, far from
// full, and in pages, of which each holds one block.
func TestPipesOfTheSystemKeepTheirPromise(t *testing.T) {
	if testing.Short() {
		t.Skip("makes many pipes")
	}
	const page = 4096
	build := func(n int) check.StreamOps {
		r, w, err := pipe.New(pipe.Varying())
		if err != nil {
			panic(err)
		}
		if got, err := w.Resize(n); err != nil || got != n {
			panic(fmt.Sprint("the pipe has another size: ", got, err))
		}
		runtime.AddCleanup(r, func(w *pipe.End) { w.Close() }, w)
		return check.FromStream(w, r, implErrors)
	}
	for name, p := range map[string]check.StreamPromise{
		// When a pipe is full byte by byte the kernel's pages show, so it never is.
		"bytes": {Promise: check.Promise{Capacities: []int{256 * page}, Capacity: check.NoLimit}, Atomic: pipe.AtOnce},
		"pages": {Promise: check.Promise{Capacities: []int{page, 2 * page, 8 * page}}, Atomic: pipe.AtOnce, Block: page},
	} {
		t.Run(name, func(t *testing.T) {
			// A descriptor that is closed while it is used is gone for its users before
			// it is for the other end.
			p.RefusalsCoverDeadlines, p.CloseAlone = true, true
			v := check.RunStream(build, p, check.Seed(1))
			assert.Equal(t, verdict.Pass, v.Answer, "%v %v", v.Findings, v.Reason)
			t.Log(v.Coverage, v.Unchecked)
		})
	}
}

// Rings in shared memory keep what they promise within one process too. (Queues and
// pipes are too few for so many objects.)
func TestRingsInSharedMemoryKeepTheirPromise(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("the detector knows nothing of memory and calls outside the language")
	}
	for name, c := range map[string]struct {
		build   func(capacity int) check.Ops[int]
		promise check.Promise
	}{
		"shm": {func(n int) check.Ops[int] {
			r, err := shm.Create(n, 8, 0, shm.Producer|shm.Consumer)
			if err != nil {
				panic(err)
			}
			runtime.SetFinalizer(r, func(r *shm.Ring) { _ = r.Detach() })
			o := carry(r, r, 8, r.Close)
			o.Len, o.Cap = r.Len, r.Cap
			return o
		}, check.Promise{RefusalsCoverDeadlines: true}},
		"shm, one producer and one consumer": {func(n int) check.Ops[int] {
			r, err := shm.Create(n, 8, shm.SingleProducer|shm.SingleConsumer, shm.Producer|shm.Consumer)
			if err != nil {
				panic(err)
			}
			runtime.SetFinalizer(r, func(r *shm.Ring) { _ = r.Detach() })
			o := carry(r, r, 8, nil)
			o.Len, o.Cap = r.Len, r.Cap
			return o
		}, check.Promise{RefusalsCoverDeadlines: true, Producers: 1, Consumers: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			v := check.RunBuffer(c.build, c.promise, check.Seed(1))
			assert.Equal(t, verdict.Pass, v.Answer, "%v %v", v.Findings, v.Reason)
		})
	}
}
