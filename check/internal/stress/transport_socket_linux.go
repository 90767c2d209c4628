package stress

import (
	"os"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/socket"
)

func init() {
	for _, x := range []struct {
		name, help string
		kind       socket.Kind
	}{
		{"socket", "a Unix socket of packets", socket.Packet},
		{"socket-datagram", "a Unix socket of datagrams", socket.Datagram},
		{"socket-stream", "a Unix socket of a stream", socket.Stream},
	} {
		register(transport{
			name: x.name, help: x.help,
			open: func(s *setup, c Config) error {
				a, b, err := socket.New(x.kind, c.Size)
				if err != nil {
					return err
				}
				s.atEnd(func() { a.Close(); b.Close() })
				s.hold, s.sending, s.taking = b, []*os.File{a.File()}, []*os.File{b.File()}
				s.whenStarted = func() { a.Close() }
				return nil
			},
			join: func(j job, files []*os.File) (impl.Messages, error) {
				return socket.FromFile(files[0], x.kind, j.Size)
			},
		})
	}
}
