package mutants

import (
	"context"
	"slices"
	"sync"
)

// line hands items to receivers that stand in line, each with a channel of its own.
type line struct {
	bug     string
	mu      sync.Mutex
	items   []int
	waiting []chan int
}

func (l *line) TrySend(v int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.waiting); n > 0 {
		l.waiting[0] <- v
		if l.bug == "stays in line" && n > 1 {
			return nil
		}
		l.waiting = l.waiting[1:]
		return nil
	}
	l.items = append(l.items, v)
	return nil
}

func (l *line) Recv() (int, error) { return l.RecvContext(context.Background()) }

func (l *line) RecvContext(ctx context.Context) (int, error) {
	l.mu.Lock()
	if len(l.items) > 0 {
		v := l.items[0]
		l.items = l.items[1:]
		l.mu.Unlock()
		return v, nil
	}
	mine := make(chan int, 1)
	l.waiting = append(l.waiting, mine)
	l.mu.Unlock()
	select {
	case v := <-mine:
		return v, nil
	case <-ctx.Done():
	}
	if l.bug == "who gave up stays in line" {
		return 0, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case v := <-mine: // it came after all
		if l.bug != "what came late is dropped" {
			return v, nil
		}
	default:
		l.waiting = slices.DeleteFunc(l.waiting, func(c chan int) bool { return c == mine })
	}
	return 0, ctx.Err()
}
