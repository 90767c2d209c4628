package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl"
)

// lanes spreads its items over two queues against contention, and claims a
// total order. It offers only the forms that do not wait.
type lanes struct {
	mu    sync.Mutex
	turn  int
	queue [2][]int
}

func (b *lanes) TrySend(v int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn = 1 - b.turn
	b.queue[b.turn] = append(b.queue[b.turn], v)
	return nil
}

func (b *lanes) TryRecv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, q := range b.queue { // wrong: the oldest item may be in the other queue
		if len(q) > 0 {
			b.queue[i] = q[1:]
			return q[0], nil
		}
	}
	return 0, impl.ErrEmpty
}
