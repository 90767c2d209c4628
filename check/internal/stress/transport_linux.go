package stress

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/procs"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/mq"
	"github.com/ipccheck/ipccheck/impl/pipe"
	"github.com/ipccheck/ipccheck/impl/procbox"
	"github.com/ipccheck/ipccheck/impl/shm"
	"github.com/ipccheck/ipccheck/impl/socket"
	"github.com/ipccheck/ipccheck/model"
)

// transport is the parent's side of what is stressed.
type transport struct {
	spec model.BufferConfig
	text string
	path string // for those who open it by name

	janitor *procs.Janitor // if anything has a name

	hold        impl.Messages // the parent's own, to take what is left
	sending     []*os.File    // what producers get
	taking      []*os.File    // what consumers get
	whenStarted func()        // the parent lets go of what only workers use
	whenReady   func()        // nobody needs a name any more
	whenSent    func()
	cleaners    []func()
}

func (t *transport) files(producer bool) []*os.File {
	if producer {
		return t.sending
	}
	return t.taking
}

func (t *transport) started() {
	if t.whenStarted != nil {
		t.whenStarted()
	}
}

func (t *transport) ready() {
	if t.whenReady != nil {
		t.whenReady()
	}
}

func (t *transport) allSent() {
	if t.whenSent != nil {
		t.whenSent()
	}
}

func (t *transport) clean() {
	for i := len(t.cleaners) - 1; i >= 0; i-- {
		t.cleaners[i]()
	}
}

// removers remove what transports give names to.
var removers = procs.Removers{
	"directory": os.RemoveAll,
	"queue":     mq.Remove,
	"boxes":     func(prefix string) error { return procbox.OnQueues(prefix, 0, 0).Destroy(box) },
}

// keep sees to it that what gets the name goes with this process, at the latest.
func (t *transport) keep(kind, name string) (remove func() error, err error) {
	if t.janitor == nil {
		if t.janitor, err = procs.NewJanitor(removers); err != nil {
			return nil, err
		}
		t.cleaners = append(t.cleaners, func() { _ = t.janitor.Close() })
	}
	if remove, err = t.janitor.Keep(kind, name); err == nil {
		t.cleaners = append(t.cleaners, func() { _ = remove() })
	}
	return remove, err
}

// directory makes one of this user's own, which goes when all are ready.
func (t *transport) directory() (string, error) {
	dir := filepath.Join(os.TempDir(), "ipccheck-stress-"+rand.Text())
	remove, err := t.keep("directory", dir)
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", fmt.Errorf("stress: %w", err)
	}
	t.whenReady = func() { _ = remove() }
	return dir, nil
}

// open makes the transport.
func open(c Config) (*transport, error) {
	t := &transport{spec: model.BufferConfig{Capacity: model.NoLimit}, text: "unbounded"}
	fail := func(err error) (*transport, error) {
		t.clean()
		return nil, err
	}
	switch c.Transport {
	case "shm":
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
			return fail(err)
		}
		t.cleaners = append(t.cleaners, func() { _ = r.Detach() })
		t.hold, t.sending, t.taking = r, []*os.File{r.File()}, []*os.File{r.File()}
		t.whenSent = func() { _ = r.Close() }
		t.spec.Capacity, t.text = c.Capacity, fmt.Sprintf("bounded:%d", c.Capacity)
	case "pipe":
		r, w, err := pipe.New(pipe.Fixed(c.Size))
		if err != nil {
			return fail(err)
		}
		t.cleaners = append(t.cleaners, func() { r.Close(); w.Close() })
		t.hold, t.sending, t.taking = r, []*os.File{w.File()}, []*os.File{r.File()}
		t.whenStarted = func() { w.Close() }
	case "fifo":
		dir, err := t.directory()
		if err != nil {
			return fail(err)
		}
		t.path = filepath.Join(dir, "fifo")
		if err := pipe.Make(t.path); err != nil {
			return fail(err)
		}
		// Both ends are open as long as the parent lives, so that nobody sees the
		// end before all have come.
		f, err := os.OpenFile(t.path, os.O_RDWR, 0)
		if err != nil {
			return fail(fmt.Errorf("stress: %w", err))
		}
		t.cleaners = append(t.cleaners, func() { f.Close() })
		r, err := pipe.Open(context.Background(), t.path, pipe.Fixed(c.Size), false)
		if err != nil {
			return fail(err)
		}
		t.cleaners = append(t.cleaners, func() { r.Close() })
		t.hold = r
		t.whenSent = func() { f.Close() }
	case "mq":
		name := mq.Name()
		remove, err := t.keep("queue", name)
		if err != nil {
			return fail(err)
		}
		q, err := mq.Create(name, c.Capacity, c.Size)
		if err != nil {
			return fail(err)
		}
		t.cleaners = append(t.cleaners, func() { q.Close() })
		if err := remove(); err != nil { // nobody needs the name
			return fail(err)
		}
		t.hold, t.sending, t.taking = q, []*os.File{q.File()}, []*os.File{q.File()}
		t.spec.Capacity, t.text = c.Capacity, fmt.Sprintf("bounded:%d", c.Capacity)
	case "mailbox", "mailbox-mq":
		var err error
		if c.Transport == "mailbox" {
			t.path, err = t.directory()
		} else { // a queue without its name is a box that was destroyed
			t.path = strings.TrimPrefix(mq.Name(), "/")
			_, err = t.keep("boxes", t.path)
		}
		if err != nil {
			return fail(err)
		}
		s, err := system(c.Transport, t.path, c.Capacity, c.Size)
		if err == nil {
			err = s.Create(box)
		}
		if err != nil {
			return fail(err)
		}
		b, err := s.Open(box)
		if err != nil {
			return fail(err)
		}
		t.cleaners = append(t.cleaners, func() { b.Close() })
		t.hold = b
		t.spec.Capacity, t.text = c.Capacity, fmt.Sprintf("bounded:%d", c.Capacity)
	case "socket", "socket-datagram", "socket-stream":
		a, b, err := socket.New(socketKinds[c.Transport], c.Size)
		if err != nil {
			return fail(err)
		}
		t.cleaners = append(t.cleaners, func() { a.Close(); b.Close() })
		t.hold, t.sending, t.taking = b, []*os.File{a.File()}, []*os.File{b.File()}
		t.whenStarted = func() { a.Close() }
	default:
		other, ok := others[c.Transport]
		if !ok {
			return fail(fmt.Errorf("stress: unknown transport %q", c.Transport))
		}
		if err := other.open(t, c); err != nil {
			return fail(err)
		}
	}
	return t, nil
}

var socketKinds = map[string]socket.Kind{"socket": socket.Packet, "socket-datagram": socket.Datagram, "socket-stream": socket.Stream}

// box is the mailbox that is stressed.
const box = "stress"

func system(transport, path string, capacity, size int) (*procbox.System, error) {
	if transport == "mailbox" {
		return procbox.InMemory(path, capacity, size)
	}
	return procbox.OnQueues(path, capacity, size), nil
}

// others are the transports of tests.
var others = map[string]struct {
	open func(t *transport, c Config) error
	join func(j job, files []*os.File) (impl.Messages, error)
}{}

// join is the worker's side.
func join(j job, files []*os.File) (impl.Messages, error) {
	switch j.Transport {
	case "shm":
		role := shm.Consumer
		if j.Write {
			role = shm.Producer
		}
		return shm.Attach(files[0], role)
	case "pipe":
		return pipe.FromFile(files[0], pipe.Fixed(j.Size), j.Write)
	case "fifo":
		return pipe.Open(context.Background(), j.Path, pipe.Fixed(j.Size), j.Write)
	case "mq":
		return mq.FromFile(files[0])
	case "mailbox", "mailbox-mq":
		s, err := system(j.Transport, j.Path, 1, j.Size) // it creates none
		if err != nil {
			return nil, err
		}
		return s.Open(box)
	case "socket", "socket-datagram", "socket-stream":
		return socket.FromFile(files[0], socketKinds[j.Transport], j.Size)
	}
	if other, ok := others[j.Transport]; ok {
		return other.join(j, files)
	}
	return nil, fmt.Errorf("unknown transport %q", j.Transport)
}

// leave ends a worker's part.
func leave(m impl.Messages) error {
	if r, ok := m.(*shm.Ring); ok {
		return r.Detach()
	}
	return m.Close()
}

// rest takes what is left when all workers have ended, and then finds nothing.
func (t *transport) rest(c Config, proc int) ([]record.Call, error) {
	clock, err := record.NewMonotonic()
	if err != nil {
		return nil, err
	}
	buf := make([]byte, max(c.Size, 8192))
	var calls []record.Call
	if t.hold == nil {
		return nil, nil
	}
	at := clock.Call()
	for {
		n, err := t.hold.TryRecv(buf)
		r := model.Result{Status: model.OK, From: model.AnyPeer}
		switch err {
		case nil:
			r.Value = value(buf[:n], c.Size)
		case impl.ErrEmpty, impl.ErrClosed:
			r.Status = model.Empty
		default:
			return nil, fmt.Errorf("stress: taking what is left: %w", err)
		}
		calls = append(calls, record.NewCall(model.Op{Kind: model.TryRecv, Proc: proc}, r, at, clock.Return()))
		if r.Status != model.OK {
			return calls, nil
		}
		at = clock.CallAfter(calls[len(calls)-1].Return)
	}
}
