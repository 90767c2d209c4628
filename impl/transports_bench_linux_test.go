package impl_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
	"github.com/ipccheck/ipccheck/impl/pipe"
	"github.com/ipccheck/ipccheck/impl/procbox"
	"github.com/ipccheck/ipccheck/impl/shm"
	"github.com/ipccheck/ipccheck/impl/socket"
)

// sizes are those of the messages, in bytes.
var sizes = []int{8, 64, 1024, 65536}

// slots is how many messages a ring holds.
const slots = 64

// end is one end of what carries messages one way.
type end struct {
	send, recv func(m []byte) error
	close      func()
}

// carrier is what carries messages one way between two processes.
type carrier struct {
	name string
	most int // bytes of a message; 0: any number
	// open makes it, with the end for this process, and the file for the other
	// one if it needs one.
	open func(size int, path string, sends bool) (end, *os.File, error)
	// join is the other process's end.
	join func(size int, path string, f *os.File, sends bool) (end, error)
}

func messages(m impl.Messages) end {
	return end{m.Send, func(b []byte) error { _, err := m.Recv(b); return err }, func() { m.Close() }}
}

func stream(rw io.ReadWriteCloser) end {
	return end{
		func(b []byte) error { _, err := rw.Write(b); return err },
		func(b []byte) error { _, err := io.ReadFull(rw, b); return err },
		func() { rw.Close() },
	}
}

func role(sends bool) shm.Role {
	if sends {
		return shm.Producer
	}
	return shm.Consumer
}

func ring(name string, capacity int, flags shm.Flags) carrier {
	return carrier{name, 0,
		func(size int, _ string, sends bool) (end, *os.File, error) {
			r, err := shm.Create(capacity, size, flags, role(sends))
			if err != nil {
				return end{}, nil, err
			}
			return messages(r), r.File(), nil
		},
		func(_ int, _ string, f *os.File, sends bool) (end, error) {
			r, err := shm.Attach(f, role(sends))
			if err != nil {
				return end{}, err
			}
			return messages(r), nil
		}}
}

func connected(f *os.File) (end, error) {
	c, err := net.FileConn(f)
	if err != nil {
		return end{}, err
	}
	return stream(c), nil
}

var carriers = []carrier{
	{"os-pipe", 0,
		func(_ int, _ string, sends bool) (end, *os.File, error) {
			r, w, err := os.Pipe()
			if sends {
				return stream(w), r, err
			}
			return stream(r), w, err
		},
		func(_ int, _ string, f *os.File, _ bool) (end, error) { return stream(f), nil },
	},
	{"net-unix", 0,
		func(int, string, bool) (end, *os.File, error) {
			fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
			if err != nil {
				return end{}, nil, err
			}
			e, err := connected(os.NewFile(uintptr(fds[0]), "socket"))
			return e, os.NewFile(uintptr(fds[1]), "socket"), err
		},
		func(_ int, _ string, f *os.File, _ bool) (end, error) { return connected(f) },
	},
	ring("shm-1-to-1", slots, shm.SingleProducer|shm.SingleConsumer),
	ring("shm-1-to-1-1024", 1024, shm.SingleProducer|shm.SingleConsumer),
	ring("shm", slots, 0),
	{"pipe", 4096,
		func(size int, _ string, sends bool) (end, *os.File, error) {
			r, w, err := pipe.New(pipe.Fixed(size))
			if err != nil {
				return end{}, nil, err
			}
			if sends {
				return messages(w), r.File(), nil
			}
			return messages(r), w.File(), nil
		},
		func(size int, _ string, f *os.File, sends bool) (end, error) {
			e, err := pipe.FromFile(f, pipe.Fixed(size), sends)
			if err != nil {
				return end{}, err
			}
			return messages(e), nil
		},
	},
	{"mq", 8192,
		func(size int, _ string, _ bool) (end, *os.File, error) {
			name := mq.Name()
			q, err := mq.Create(name, 10, size)
			if err != nil {
				return end{}, nil, err
			}
			return messages(q), q.File(), mq.Remove(name)
		},
		func(_ int, _ string, f *os.File, _ bool) (end, error) {
			q, err := mq.FromFile(f)
			if err != nil {
				return end{}, err
			}
			return messages(q), nil
		},
	},
	{"socket", 0,
		func(size int, _ string, _ bool) (end, *os.File, error) {
			a, b, err := socket.New(socket.Packet, size)
			if err != nil {
				return end{}, nil, err
			}
			return messages(a), b.File(), nil
		},
		func(size int, _ string, f *os.File, _ bool) (end, error) {
			e, err := socket.FromFile(f, socket.Packet, size)
			if err != nil {
				return end{}, err
			}
			return messages(e), nil
		},
	},
	{"mailbox", 0,
		func(size int, path string, _ bool) (end, *os.File, error) {
			s, err := procbox.InMemory(path, slots, size)
			if err != nil {
				return end{}, nil, err
			}
			if err := s.Create("box"); err != nil {
				return end{}, nil, err
			}
			b, err := s.Open("box")
			if err != nil {
				return end{}, nil, err
			}
			return messages(b), nil, nil
		},
		func(size int, path string, _ *os.File, _ bool) (end, error) {
			s, err := procbox.InMemory(path, slots, size)
			if err != nil {
				return end{}, err
			}
			b, err := s.Open("box")
			if err != nil {
				return end{}, err
			}
			return messages(b), nil
		},
	},
}

// task is what the other process does.
type task struct {
	Carrier    string
	Size, N    int
	Latency    bool
	Paths      [2]string // there and back
	Descriptor [2]bool   // whether there is one
}

const taskEnv = "IPCCHECK_BENCH_PEER"

func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(taskEnv); ok {
		var t task
		err := json.Unmarshal([]byte(text), &t)
		if err == nil {
			err = t.run()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// run takes the messages, and sends each back or only one at the end. The first
// that it sends says that it runs.
func (t task) run() error {
	var ends [2]end
	fd := uintptr(3)
	for _, c := range carriers {
		if c.name != t.Carrier {
			continue
		}
		for i := range ends {
			var f *os.File
			if t.Descriptor[i] {
				f = os.NewFile(fd, "end")
				fd++
			}
			var err error
			if ends[i], err = c.join(t.Size, t.Paths[i], f, i == 1); err != nil {
				return err
			}
		}
	}
	buf := make([]byte, t.Size)
	if err := ends[1].send(buf); err != nil {
		return err
	}
	for range t.N {
		if err := ends[0].recv(buf); err != nil {
			return err
		}
		if t.Latency {
			if err := ends[1].send(buf); err != nil {
				return err
			}
		}
	}
	if !t.Latency {
		return ends[1].send(buf)
	}
	return nil
}

// between measures messages to another process.
func (c carrier) between(b *testing.B, size int, latency bool) {
	if c.most > 0 && size > c.most {
		b.Skipf("its messages have at most %d bytes", c.most)
	}
	t := task{Carrier: c.name, Size: size, N: b.N, Latency: latency}
	var ends [2]end
	cmd := exec.Command(os.Args[0])
	for i := range ends {
		t.Paths[i] = b.TempDir()
		e, f, err := c.open(size, t.Paths[i], i == 0)
		require.NoError(b, err)
		ends[i] = e
		defer e.close()
		if t.Descriptor[i] = f != nil; f != nil {
			cmd.ExtraFiles = append(cmd.ExtraFiles, f)
		}
	}
	text, err := json.Marshal(t)
	require.NoError(b, err)
	cmd.Env = append(os.Environ(), taskEnv+"="+string(text))
	cmd.Stderr = os.Stderr
	require.NoError(b, cmd.Start())
	buf := make([]byte, size)
	require.NoError(b, ends[1].recv(buf))
	b.SetBytes(int64(size))
	b.ResetTimer()
	for range b.N {
		if err := ends[0].send(buf); err != nil {
			b.Fatal(err)
		}
		if latency {
			if err := ends[1].recv(buf); err != nil {
				b.Fatal(err)
			}
		}
	}
	if !latency {
		require.NoError(b, ends[1].recv(buf))
	}
	b.StopTimer()
	require.NoError(b, cmd.Wait())
}

// inC measures the same with the C library.
func inC(b *testing.B, program, mode string, size int, latency bool) {
	if mode == "mq" && size > 8192 {
		b.Skip("its messages have at most 8192 bytes")
	}
	what := "throughput"
	if latency {
		what = "latency"
	}
	out, err := exec.Command(program, mode, what, strconv.Itoa(size), strconv.Itoa(b.N), strconv.Itoa(slots)).Output()
	require.NoError(b, err)
	ns, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	require.NoError(b, err)
	report(b, size, ns)
}

// report gives the time that something else has measured.
func report(b *testing.B, size int, ns int64) {
	b.ReportMetric(float64(ns)/float64(b.N), "ns/op")
	b.ReportMetric(float64(size)*float64(b.N)*1e3/float64(ns), "MB/s")
}

// throughChannel passes messages between goroutines, for comparison.
func throughChannel(b *testing.B, size int, latency bool) {
	there, back := make(chan []byte, slots), make(chan []byte, slots)
	go func() {
		buf := make([]byte, size)
		for range b.N {
			copy(buf, <-there)
			if latency {
				back <- append([]byte(nil), buf...)
			}
		}
		back <- nil
	}()
	b.SetBytes(int64(size))
	m := make([]byte, size)
	for range b.N {
		there <- append([]byte(nil), m...)
		if latency {
			copy(m, <-back)
		}
	}
	<-back
}

func measure(b *testing.B, latency bool) {
	program := compiled(b)
	for _, size := range sizes {
		sub := func(name string, f func(b *testing.B)) { b.Run(fmt.Sprintf("size=%d/%s", size, name), f) }
		sub("go-channel", func(b *testing.B) { throughChannel(b, size, latency) })
		for _, c := range carriers {
			sub(c.name, func(b *testing.B) { c.between(b, size, latency) })
		}
		for _, mode := range []string{"mq", "shm"} {
			sub("C-"+mode, func(b *testing.B) {
				if program == "" {
					b.Skip("there is no C compiler")
				}
				inC(b, program, mode, size, latency)
			})
		}
	}
}

// compiled is the program in C, or nothing.
func compiled(b *testing.B) string {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return ""
	}
	program := filepath.Join(b.TempDir(), "ipc")
	out, err := exec.Command(cc, "-O2", "-o", program, filepath.Join("testdata", "ipc.c"), "-pthread", "-lrt").CombinedOutput()
	require.NoError(b, err, "%s", out)
	return program
}

// BenchmarkTransports passes messages to another process, one after the other.
func BenchmarkTransports(b *testing.B) { measure(b, false) }

// BenchmarkLatency passes a message to another process and waits until it is back:
// a round trip.
func BenchmarkLatency(b *testing.B) { measure(b, true) }
