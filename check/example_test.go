package check_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ipccheck/ipccheck/check"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/bytepipe"
)

var errIsFull, errIsEmpty = errors.New("full"), errors.New("empty")

// stack claims to be a queue, and is none.
type stack struct {
	mu       sync.Mutex
	items    []int
	capacity int
}

func (s *stack) Push(v int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items) == s.capacity {
		return errIsFull
	}
	s.items = append(s.items, v)
	return nil
}

func (s *stack) Pop() (v int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items) == 0 {
		return 0, errIsEmpty
	}
	v, s.items = s.items[len(s.items)-1], s.items[:len(s.items)-1]
	return v, nil
}

// Push and Pop that return errors fit in a line. In a test, [check.Buffer] does
// the same and reports through the test.
func ExampleRunBuffer() {
	v := check.RunBuffer(func(capacity int) check.Ops[int] {
		s := &stack{capacity: capacity}
		return check.FromTryErr(s.Push, s.Pop, check.Errors{{Err: errIsFull, Status: check.Full}, {Err: errIsEmpty, Status: check.Empty}})
	}, check.Promise{Name: "stack", Capacities: []int{2}})
	fmt.Println(v.Answer, v.Findings[0].Code)
	fmt.Println(v.Unchecked[0])
	// Output:
	// fail IPC004
	// goroutines left behind: it cannot be closed
}

// A channel has everything; as many items as its capacity, and nothing is
// promised beyond that.
func ExampleFromChan() {
	v := check.RunBuffer(func(capacity int) check.Ops[int] {
		return check.FromChan(make(chan int, capacity))
	}, check.Promise{Name: "chan", Capacities: []int{2}})
	fmt.Println(v.Answer)
	// Output: pass
}

// unbounded is a channel without a limit: a goroutine holds what has not been received.
func unbounded() (in, out chan int) {
	in, out = make(chan int), make(chan int)
	go func() {
		defer close(out)
		var held []int
		for more := true; more || len(held) > 0; {
			from, to, next := in, out, 0
			if !more {
				from = nil
			}
			if len(held) > 0 {
				next = held[0]
			} else {
				to = nil
			}
			select {
			case v, ok := <-from:
				if more = ok; ok {
					held = append(held, v)
				}
			case to <- next:
				held = held[1:]
			}
		}
	}()
	return in, out
}

// What is sent into one channel comes out of another. The goroutine between them is
// not always there to take an item, so that refusals say nothing.
func ExampleFromChans() {
	v := check.RunBuffer(func(int) check.Ops[int] {
		in, out := unbounded()
		return check.FromChans(in, out, nil)
	}, check.Promise{Name: "unbounded", Capacity: check.NoLimit, Capacities: []int{1}, Refusals: check.Spurious})
	fmt.Println(v.Answer)
	// Output: pass
}

// A promise that would excuse all that was found is suggested.
func ExamplePromise() {
	v := check.RunBuffer(func(capacity int) check.Ops[int] {
		s := make(chan int, capacity)
		return check.FromTry(func(v int) bool {
			select {
			case s <- v:
			default: // there is no room, and nobody is told
			}
			return true
		}, func() (int, bool) {
			select {
			case v := <-s:
				return v, true
			default:
				return 0, false
			}
		})
	}, check.Promise{Name: "log", Capacities: []int{2}}, check.Patience(50*time.Millisecond))
	_, suggestion, _ := strings.Cut(v.Findings[0].Message, "; ")
	fmt.Println(v.Answer, suggestion)
	// Output: fail if the object says so of itself, declare it: check.Promise{Loss: check.DropNewest}
}

// A stream without a buffer: a write waits until all of it has been read.
func ExampleRunStream_withoutBuffer() {
	v := check.RunStream(func(int) check.StreamOps {
		r, w := io.Pipe()
		return check.FromStream(w, r, nil)
	}, check.StreamPromise{Promise: check.Promise{Name: "io.Pipe", Capacities: []int{0}, IdempotentClose: true}})
	fmt.Println(v.Answer)
	// Output: pass
}

// A pipe that says of itself what POSIX says of one: writes of up to 4 bytes go in
// at once.
func ExampleRunStream() {
	v := check.RunStream(func(capacity int) check.StreamOps {
		p := bytepipe.New(capacity, 4)
		return check.FromStream(p, p, check.Errors{
			{Err: impl.ErrFull, Status: check.Full}, {Err: impl.ErrEmpty, Status: check.Empty}, {Err: impl.ErrClosed, Status: check.Closed},
		})
	}, check.StreamPromise{Promise: check.Promise{Name: "pipe", Capacities: []int{8}}, Atomic: 4})
	fmt.Println(v.Answer)
	// Output: pass
}
