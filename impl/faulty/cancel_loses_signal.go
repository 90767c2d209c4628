package faulty

import (
	"context"
	"slices"

	"github.com/ipccheck/ipccheck/impl"
)

// cancelLosesSignal has a queue of receivers that wait, each with a channel.
type cancelLosesSignal struct {
	r       *ring
	waiting []chan struct{} // under the mutex
}

func (b *cancelLosesSignal) TrySend(v int) error {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	if err := b.r.put(v); err != nil {
		return err
	}
	if len(b.waiting) > 0 {
		b.waiting[0] <- struct{}{}
		b.waiting = b.waiting[1:]
	}
	return nil
}

func (b *cancelLosesSignal) TryRecv() (int, error) { return b.r.TryRecv() }

func (b *cancelLosesSignal) Recv() (int, error) { return b.RecvContext(context.Background()) }

func (b *cancelLosesSignal) RecvContext(ctx context.Context) (int, error) {
	for {
		b.r.mu.Lock()
		v, err := b.r.get()
		if err != impl.ErrEmpty {
			b.r.mu.Unlock()
			return v, err
		}
		wake := make(chan struct{}, 1)
		b.waiting = append(b.waiting, wake)
		b.r.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
			b.r.mu.Lock()
			b.waiting = slices.DeleteFunc(b.waiting, func(c chan struct{}) bool { return c == wake })
			b.r.mu.Unlock()
			return 0, ctx.Err() // wrong: a signal that came by now must go to another
		}
	}
}
