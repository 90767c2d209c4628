package impl_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
	"github.com/ipccheck/ipccheck/impl/pipe"
	"github.com/ipccheck/ipccheck/impl/shm"
	"github.com/ipccheck/ipccheck/impl/socket"
)

// BenchmarkTransports passes messages from one goroutine to another through what
// carries them between processes, beside what Go has.
func BenchmarkTransports(b *testing.B) {
	for _, size := range []int{8, 64, 1024, 65536} {
		name := func(what string) string { return fmt.Sprintf("size=%d/%s", size, what) }
		b.Run(name("go-channel"), func(b *testing.B) {
			c := make(chan []byte, 64)
			m, buf := make([]byte, size), make([]byte, size)
			pass(b, size, func() error { c <- append([]byte(nil), m...); return nil }, func() error { copy(buf, <-c); return nil })
		})
		b.Run(name("os-pipe"), func(b *testing.B) {
			r, w, err := os.Pipe()
			require.NoError(b, err)
			defer r.Close()
			defer w.Close()
			stream(b, size, w, r)
		})
		b.Run(name("net-unix"), func(b *testing.B) {
			fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
			require.NoError(b, err)
			var conns [2]net.Conn
			for i, fd := range fds {
				f := os.NewFile(uintptr(fd), "socket")
				conns[i], err = net.FileConn(f)
				require.NoError(b, err)
				f.Close()
				defer conns[i].Close()
			}
			stream(b, size, conns[0], conns[1])
		})
		b.Run(name("shm-single"), func(b *testing.B) {
			r, err := shm.Create(64, size, shm.SingleProducer|shm.SingleConsumer, shm.Producer|shm.Consumer)
			require.NoError(b, err)
			defer r.Detach()
			messages(b, size, r, r)
		})
		b.Run(name("shm"), func(b *testing.B) {
			r, err := shm.Create(64, size, 0, shm.Producer|shm.Consumer)
			require.NoError(b, err)
			defer r.Detach()
			messages(b, size, r, r)
		})
		if size <= 4096 {
			b.Run(name("pipe"), func(b *testing.B) {
				r, w, err := pipe.New(pipe.Fixed(size))
				require.NoError(b, err)
				defer r.Close()
				defer w.Close()
				messages(b, size, w, r)
			})
			b.Run(name("mq"), func(b *testing.B) {
				n := mq.Name()
				q, err := mq.Create(n, 10, size)
				require.NoError(b, err)
				require.NoError(b, mq.Remove(n))
				defer q.Close()
				messages(b, size, q, q)
			})
		}
		b.Run(name("socket-packet"), func(b *testing.B) {
			x, y, err := socket.New(socket.Packet, size)
			require.NoError(b, err)
			defer x.Close()
			defer y.Close()
			messages(b, size, x, y)
		})
	}
}

func stream(b *testing.B, size int, w io.Writer, r io.Reader) {
	m, buf := make([]byte, size), make([]byte, size)
	pass(b, size,
		func() error { _, err := w.Write(m); return err },
		func() error { _, err := io.ReadFull(r, buf); return err })
}

func messages(b *testing.B, size int, w, r impl.Messages) {
	m, buf := make([]byte, size), make([]byte, size)
	pass(b, size, func() error { return w.Send(m) }, func() error { _, err := r.Recv(buf); return err })
}

func pass(b *testing.B, size int, send, recv func() error) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	done := make(chan error, 1)
	go func() {
		for range b.N {
			if err := recv(); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for range b.N {
		if err := send(); err != nil {
			b.Fatal(err)
		}
	}
	require.NoError(b, <-done)
}
