package stress

import (
	"os"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/shm"
)

func init() {
	register(transport{
		name: "shm", help: "a ring in shared memory", capacity: 64,
		open: func(s *setup, c Config) error {
			var flags shm.Flags
			if c.Producers == 1 {
				flags |= shm.SingleProducer
			}
			if c.Consumers == 1 {
				flags |= shm.SingleConsumer
			}
			// The parent only takes what is left, when the others have gone: it must
			// not stand in their way.
			role := shm.Producer
			if flags&shm.SingleProducer != 0 {
				role = shm.Consumer
			}
			if flags == shm.SingleProducer|shm.SingleConsumer {
				flags &^= shm.SingleConsumer
			}
			r, err := shm.Create(c.Capacity, c.Size, flags, role)
			if err != nil {
				return err
			}
			s.atEnd(func() { _ = r.Detach() })
			s.hold, s.sending, s.taking = r, []*os.File{r.File()}, []*os.File{r.File()}
			s.whenSent = func() { _ = r.Close() }
			s.bounded(c.Capacity)
			return nil
		},
		join: func(j job, files []*os.File) (impl.Messages, error) {
			if j.Write {
				return shm.Attach(files[0], shm.Producer)
			}
			return shm.Attach(files[0], shm.Consumer)
		},
		leave: func(m impl.Messages) error { return m.(*shm.Ring).Detach() },
	})
}
