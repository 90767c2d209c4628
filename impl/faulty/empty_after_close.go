package faulty

import "github.com/ipccheck/ipccheck/impl"

type emptyAfterClose struct{ *ring }

func (b *emptyAfterClose) TryRecv() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n == 0 {
		return 0, impl.ErrEmpty // wrong: a consumer that polls never learns of the close
	}
	return b.get()
}
