package faulty

import "github.com/ipccheck/ipccheck/impl"

// closePanics is a channel as it is.
type closePanics struct{ items chan int }

func (b *closePanics) Send(v int) error {
	b.items <- v // wrong: panics if the channel is closed, or gets closed meanwhile
	return nil
}

func (b *closePanics) TrySend(v int) error {
	select {
	case b.items <- v:
		return nil
	default:
		return impl.ErrFull
	}
}

func (b *closePanics) Recv() (int, error) {
	v, ok := <-b.items
	if !ok {
		return 0, impl.ErrClosed
	}
	return v, nil
}

func (b *closePanics) Close() error {
	close(b.items)
	return nil
}
