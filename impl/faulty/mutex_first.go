package faulty

import (
	"sync"

	"github.com/ipccheck/ipccheck/impl/sem"
)

// mutexFirst is a ring with three semaphores, one of them a mutex. It offers only
// the forms that wait.
type mutexFirst struct {
	mutex       sync.Mutex
	room, items *sem.Semaphore
	slots       []int
	in, out     int
}

func newMutexFirst(n int) *mutexFirst {
	return &mutexFirst{room: sem.New(n), items: sem.New(0), slots: make([]int, n)}
}

func (b *mutexFirst) Send(v int) error {
	b.mutex.Lock() // wrong: keeps everybody out while it waits for room; must come second
	defer b.mutex.Unlock()
	b.room.Acquire()
	b.slots[b.in] = v
	b.in = (b.in + 1) % len(b.slots)
	b.items.Release()
	return nil
}

func (b *mutexFirst) Recv() (int, error) {
	b.mutex.Lock() // wrong: keeps everybody out while it waits for an item
	defer b.mutex.Unlock()
	b.items.Acquire()
	v := b.slots[b.out]
	b.out = (b.out + 1) % len(b.slots)
	b.room.Release()
	return v, nil
}
