package check_test

import (
	"errors"
	"fmt"
	"sync"

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
