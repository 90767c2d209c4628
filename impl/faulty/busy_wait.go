package faulty

import (
	"errors"
	"runtime"

	"github.com/ipccheck/ipccheck/impl"
)

type busyWait struct{ *ring }

func (b *busyWait) Recv() (int, error) {
	for { // wrong: spins as long as it is empty
		if v, err := b.TryRecv(); !errors.Is(err, impl.ErrEmpty) {
			return v, err
		}
		runtime.Gosched()
	}
}
