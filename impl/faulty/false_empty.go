package faulty

import "github.com/ipccheck/ipccheck/impl"

type falseEmpty struct{ *ring }

func (b *falseEmpty) TryRecv() (int, error) {
	if !b.mu.TryLock() {
		return 0, impl.ErrEmpty // wrong: busy is not empty
	}
	defer b.mu.Unlock()
	return b.get()
}
