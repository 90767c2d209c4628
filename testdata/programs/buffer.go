// A bounded buffer as it is often handed in: a woken producer does not look again
// whether there is room.
package main

import (
	"fmt"
	"sync"
)

const capacity = 1

var (
	mu      sync.Mutex
	changed = sync.NewCond(&mu)
	buffer  []int
	wg      sync.WaitGroup
)

func produce(v int) {
	defer wg.Done()
	mu.Lock()
	defer mu.Unlock()
	if len(buffer) == capacity {
		changed.Wait()
	}
	buffer = append(buffer, v)
	if len(buffer) > capacity {
		panic(fmt.Sprintf("%d items in a buffer for %d", len(buffer), capacity))
	}
	changed.Broadcast()
}

func consume() {
	defer wg.Done()
	mu.Lock()
	defer mu.Unlock()
	for len(buffer) == 0 {
		changed.Wait()
	}
	buffer = buffer[1:]
	changed.Broadcast()
}

func main() {
	wg.Add(5)
	for i := range 3 {
		go produce(i)
	}
	go consume()
	go consume()
	wg.Wait()
}
