package stress

import (
	"os"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
)

// mqCapacity is what ordinary users may have.
const mqCapacity = 10

func init() {
	removers["queue"] = mq.Remove
	register(transport{
		name: "mq", help: "a POSIX message queue", capacity: mqCapacity,
		open: func(s *setup, c Config) error {
			name := mq.Name()
			remove, err := s.keep("queue", name)
			if err != nil {
				return err
			}
			q, err := mq.Create(name, c.Capacity, c.Size)
			if err != nil {
				return err
			}
			s.atEnd(func() { q.Close() })
			if err := remove(); err != nil { // nobody needs the name
				return err
			}
			s.hold, s.sending, s.taking = q, []*os.File{q.File()}, []*os.File{q.File()}
			s.bounded(c.Capacity)
			return nil
		},
		join: func(_ job, files []*os.File) (impl.Messages, error) { return mq.FromFile(files[0]) },
	})
}
