package stress

import (
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/procs"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/model"
)

// transport is a way for processes to send messages to each other. Each is
// registered by the file that has it; the command, its help and the tests read the
// registry.
type transport struct {
	name     string
	help     string // what it is, as in "a named pipe"
	capacity int    // messages that it holds if nothing else is asked for; 0: it has none to set
	// open makes one for a run, in the parent, and sets up the parent's side.
	open func(s *setup, c Config) error
	// join opens it in a worker, with the files that open has handed on.
	join func(j job, files []*os.File) (impl.Messages, error)
	// leave ends a worker's part; nil: it closes.
	leave func(impl.Messages) error
}

var transports = map[string]transport{}

func register(t transport) { transports[t.name] = t }

// Transports are all that can be stressed, by name.
func Transports() []Transport {
	var out []Transport
	for _, name := range slices.Sorted(maps.Keys(transports)) {
		t := transports[name]
		out = append(out, Transport{t.name, t.help, t.capacity})
	}
	return out
}

// setup is the parent's side of a transport.
type setup struct {
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

// bounded says that the transport holds so many messages.
func (s *setup) bounded(capacity int) {
	s.spec.Capacity, s.text = capacity, fmt.Sprintf("bounded:%d", capacity)
}

// atEnd calls f when the run is over, what came last first.
func (s *setup) atEnd(f func()) { s.cleaners = append(s.cleaners, f) }

func (s *setup) files(producer bool) []*os.File {
	if producer {
		return s.sending
	}
	return s.taking
}

func (s *setup) started() {
	if s.whenStarted != nil {
		s.whenStarted()
	}
}

func (s *setup) ready() {
	if s.whenReady != nil {
		s.whenReady()
	}
}

func (s *setup) allSent() {
	if s.whenSent != nil {
		s.whenSent()
	}
}

func (s *setup) clean() {
	for _, f := range slices.Backward(s.cleaners) {
		f()
	}
}

// removers remove what transports give names to.
var removers = procs.Removers{"directory": os.RemoveAll}

// keep registers a name with the janitor, which removes it if this process dies. It is
// called before the name is created; remove does it earlier, and may be called again.
func (s *setup) keep(kind, name string) (remove func() error, err error) {
	if s.janitor == nil {
		if s.janitor, err = procs.NewJanitor(removers); err != nil {
			return nil, err
		}
		s.atEnd(func() { _ = s.janitor.Close() })
	}
	if remove, err = s.janitor.Keep(kind, name); err == nil {
		s.atEnd(func() { _ = remove() })
	}
	return remove, err
}

// directory makes a directory that only this user may enter. It is removed when all
// workers have opened what is in it.
func (s *setup) directory() (string, error) {
	dir := filepath.Join(os.TempDir(), "ipccheck-stress-"+rand.Text())
	remove, err := s.keep("directory", dir)
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", fmt.Errorf("stress: %w", err)
	}
	s.whenReady = func() { _ = remove() }
	return dir, nil
}

// open makes the transport of the run.
func open(c Config) (*setup, error) {
	t, ok := transports[c.Transport]
	if !ok {
		return nil, fmt.Errorf("stress: unknown transport %q", c.Transport)
	}
	s := &setup{spec: model.BufferConfig{Capacity: model.NoLimit}, text: "unbounded"}
	if err := t.open(s, c); err != nil {
		s.clean()
		return nil, err
	}
	return s, nil
}

// join is the worker's side.
func join(j job, files []*os.File) (impl.Messages, error) {
	t, ok := transports[j.Transport]
	if !ok {
		return nil, fmt.Errorf("unknown transport %q", j.Transport)
	}
	return t.join(j, files)
}

// leave closes the worker's end.
func leave(j job, m impl.Messages) error {
	if f := transports[j.Transport].leave; f != nil {
		return f(m)
	}
	return m.Close()
}

// rest receives what is left when all workers have ended, until the transport is
// empty, and returns these receives as process proc.
func (s *setup) rest(c Config, proc int) ([]record.Call, error) {
	clock, err := record.NewMonotonic()
	if err != nil {
		return nil, err
	}
	buf := make([]byte, max(c.Size, 8192))
	var calls []record.Call
	if s.hold == nil {
		return nil, nil
	}
	at := clock.Call()
	for {
		n, err := s.hold.TryRecv(buf)
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
