package conformance

import (
	"os"
	"sync"
	"testing"
)

func TestPass(t *testing.T) {
	c := make(chan int, 1)
	go func() { c <- 1 }()
	<-c
}

func TestSkip(t *testing.T) { t.Skip("not today") }

func TestSub(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Run("skipped", func(t *testing.T) { t.Skip("not today") })
	t.Run("bad", func(t *testing.T) {
		t.Run("in", func(t *testing.T) { t.Error("no") })
	})
}

func TestLong(t *testing.T) {
	var mu sync.Mutex
	for range 2000 {
		mu.Lock()
		mu.Unlock()
	}
	c := make(chan int)
	<-c
}

func TestUndecided(t *testing.T) {
	find := os.FindProcess
	if _, err := find(1); err != nil {
		t.Fatal(err)
	}
}
