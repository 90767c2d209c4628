package queue

import (
	"testing"

	"github.com/enriquebris/goconcurrentqueue"
)

func TestHandOver(t *testing.T) {
	q := goconcurrentqueue.NewFixedFIFO(1)
	go q.Enqueue(1)
	v, err := q.DequeueOrWaitForNextElement()
	if err != nil || v != 1 {
		t.Errorf("got %v, %v", v, err)
	}
}
