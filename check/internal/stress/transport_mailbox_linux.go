package stress

import (
	"os"
	"strings"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
	"github.com/ipccheck/ipccheck/impl/procbox"
)

// box is the mailbox that is stressed.
const box = "stress"

func init() {
	removers["boxes"] = func(prefix string) error { return procbox.OnQueues(prefix, 0, 0).Destroy(box) }
	register(mailbox(transport{name: "mailbox", help: "a mailbox carried by shared memory", capacity: 64},
		(*setup).directory, procbox.InMemory))
	register(mailbox(transport{name: "mailbox-mq", help: "a mailbox carried by a message queue", capacity: mqCapacity},
		// The queue keeps its name: one without a name is a box that was destroyed.
		func(s *setup) (string, error) {
			prefix := strings.TrimPrefix(mq.Name(), "/")
			_, err := s.keep("boxes", prefix)
			return prefix, err
		},
		func(prefix string, capacity, size int) (*procbox.System, error) {
			return procbox.OnQueues(prefix, capacity, size), nil
		}))
}

// mailbox is the transport over a system of mailboxes; path finds out where that
// is to be.
func mailbox(t transport, path func(*setup) (string, error), system func(path string, capacity, size int) (*procbox.System, error)) transport {
	t.open = func(s *setup, c Config) error {
		var err error
		if s.path, err = path(s); err != nil {
			return err
		}
		boxes, err := system(s.path, c.Capacity, c.Size)
		if err == nil {
			err = boxes.Create(box)
		}
		if err != nil {
			return err
		}
		b, err := boxes.Open(box)
		if err != nil {
			return err
		}
		s.atEnd(func() { b.Close() })
		s.hold = b
		s.bounded(c.Capacity)
		return nil
	}
	t.join = func(j job, _ []*os.File) (impl.Messages, error) {
		boxes, err := system(j.Path, 1, j.Size) // it creates none
		if err != nil {
			return nil, err
		}
		return boxes.Open(box)
	}
	return t
}
