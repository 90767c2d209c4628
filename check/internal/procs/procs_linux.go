// Package procs runs the processes of a test: the program executes itself as
// several workers, each of which records what it does in memory that survives it,
// and the parent disturbs, supervises and judges them. It is for Linux.
//
// No worker outlives the parent, whatever becomes of that, and nothing is left
// behind: logs live in memory files without names, and what needs a name is
// removed by a [Janitor] when the parent cannot.
package procs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/check/record"
)

// env tells a process that it is a worker.
const env = "IPCCHECK_WORKER"

// Spec is a worker to start.
type Spec struct {
	Kind  string     // which function of [Main] it runs
	Args  any        // for that function, as JSON
	Files []*os.File // which it gets
	Room  int        // operations that its log holds
}

// Worker is what a worker's function works with.
type Worker struct {
	Log   *record.Area
	Files []*os.File
	args  json.RawMessage
	flags *board
}

// board is what parent and workers tell each other.
type board struct {
	mem []byte
	*words
}

type words struct{ flag, ready atomic.Uint32 }

// Args reads the arguments.
func (w *Worker) Args(to any) error { return json.Unmarshal(w.args, to) }

// Flag is what the parent has told all workers; 0 at first.
func (w *Worker) Flag() uint32 { return w.flags.flag.Load() }

// Ready tells the parent that the worker is.
func (w *Worker) Ready() { w.flags.ready.Add(1) }

type message struct {
	Kind  string
	Args  json.RawMessage
	Files int
}

// Main runs the worker's function, and ends the process, if this process is one;
// or it is the janitor. A program that uses [Start] or [NewJanitor] calls it before
// anything else.
func Main(kinds map[string]func(*Worker) error, removers Removers) {
	if _, ok := os.LookupEnv(envJanitor); ok {
		tidy(os.NewFile(3, "list"), removers)
		os.Exit(0)
	}
	text, ok := os.LookupEnv(env)
	if !ok {
		return
	}
	if err := work(text, kinds); err != nil {
		fmt.Fprintln(os.Stderr, "ipccheck worker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func work(text string, kinds map[string]func(*Worker) error) error {
	var m message
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return fmt.Errorf("%s: %w", env, err)
	}
	f, ok := kinds[m.Kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", m.Kind)
	}
	clock, err := record.NewMonotonic()
	if err != nil {
		return err
	}
	log, err := record.OpenArea(os.NewFile(3, "log"), clock)
	if err != nil {
		return err
	}
	flags, err := control(os.NewFile(4, "control"))
	if err != nil {
		return err
	}
	w := &Worker{Log: log, args: m.Args, flags: flags}
	for i := range m.Files {
		w.Files = append(w.Files, os.NewFile(uintptr(5+i), fmt.Sprint("file ", i)))
	}
	return f(w)
}

func control(f *os.File) (*board, error) {
	mem, err := unix.Mmap(int(f.Fd()), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("procs: mmap: %w", err)
	}
	return &board{mem: mem, words: (*words)(unsafe.Pointer(&mem[0]))}, nil
}

// Group are workers that were started.
type Group struct {
	workers []*process
	flags   *board
	stop    chan struct{} // closed: the thread that keeps the workers alive ends
	ended   chan struct{}
}

type process struct {
	spec   Spec
	cmd    *exec.Cmd
	area   *record.Area
	stderr strings.Builder
	done   chan struct{}
	err    error // after done
	killed atomic.Bool
}

// Start starts the workers. If one cannot be started the others are ended.
func Start(specs []Spec) (*Group, error) {
	g := &Group{stop: make(chan struct{}), ended: make(chan struct{})}
	fd, err := unix.MemfdCreate("ipccheck-control", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("procs: memfd_create: %w", err)
	}
	page := os.NewFile(uintptr(fd), "ipccheck-control")
	defer page.Close()
	if err := page.Truncate(int64(os.Getpagesize())); err != nil {
		return nil, fmt.Errorf("procs: %w", err)
	}
	if g.flags, err = control(page); err != nil {
		return nil, err
	}
	clock, err := record.NewMonotonic()
	if err != nil {
		return nil, err
	}
	started := make(chan error)
	go func() {
		// A worker is told of the death of the thread that started it.
		runtime.LockOSThread()
		defer close(g.ended)
		var err error
		for _, s := range specs {
			if err = g.start(s, page, clock); err != nil {
				break
			}
		}
		started <- err
		<-g.stop
	}()
	if err := <-started; err != nil {
		g.Close()
		return nil, err
	}
	return g, nil
}

func (g *Group) start(s Spec, page *os.File, clock *record.Monotonic) error {
	log, err := record.NewAreaFile(s.Room)
	if err != nil {
		return err
	}
	defer log.Close()
	p := &process{spec: s, done: make(chan struct{})}
	if p.area, err = record.OpenArea(log, clock); err != nil {
		return err
	}
	args, err := json.Marshal(s.Args)
	if err != nil {
		return fmt.Errorf("procs: %w", err)
	}
	text, err := json.Marshal(message{s.Kind, args, len(s.Files)})
	if err != nil {
		return fmt.Errorf("procs: %w", err)
	}
	if p.cmd, err = again(env + "=" + string(text)); err != nil {
		return err
	}
	p.cmd.ExtraFiles = append([]*os.File{log, page}, s.Files...)
	p.cmd.Stderr = &limited{b: &p.stderr}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("procs: start a worker: %w", err)
	}
	g.workers = append(g.workers, p)
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return nil
}

// again is the program once more, with the variable in its environment.
func again(variable string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("procs: %w", err)
	}
	cmd := exec.Command(self)
	cmd.Args = os.Args[:1]
	// A process with the race detector sleeps for a second before it ends, unless
	// it is told not to.
	cmd.Env = append(os.Environ(), "GORACE="+strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0"), variable)
	return cmd, nil
}

// limited keeps the beginning of what is written.
type limited struct{ b *strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(4096-l.b.Len(), 0))])
	return len(p), nil
}

// Set tells all workers something: see [Worker.Flag].
func (g *Group) Set(flag uint32) { g.flags.flag.Store(flag) }

// Ready is the number of workers that have said that they are.
func (g *Group) Ready() int { return int(g.flags.ready.Load()) }

// Len is the number of workers, Operations how many all have called so far.
func (g *Group) Len() int { return len(g.workers) }
func (g *Group) Operations() int {
	n := 0
	for _, p := range g.workers {
		n += p.area.Len()
	}
	return n
}

// Done is closed when the worker has ended.
func (g *Group) Done(i int) <-chan struct{} { return g.workers[i].done }

// Signal sends the worker a signal. If that is SIGKILL its death is no failure.
func (g *Group) Signal(i int, s syscall.Signal) {
	p := g.workers[i]
	select {
	case <-p.done:
		return
	default:
	}
	if s == syscall.SIGKILL {
		p.killed.Store(true)
	}
	_ = p.cmd.Process.Signal(s)
}

// Killed reports whether the worker, which has ended, died of [Group.Signal]. It
// may have ended just before.
func (g *Group) Killed(i int) bool {
	p := g.workers[i]
	<-p.done
	var exit *exec.ExitError
	if !p.killed.Load() || !errors.As(p.err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// Wait waits until all workers have ended, at most until the context is done; then
// it kills those that have not. over reports whether it did not have to. The error
// is the first failure of a worker that was not killed.
func (g *Group) Wait(ctx context.Context) (over bool, err error) {
	over = true
	for _, p := range g.workers {
		select {
		case <-p.done:
			continue
		default:
		}
		select {
		case <-p.done:
		case <-ctx.Done():
			over = false
			p.killed.Store(true)
			_ = unix.Kill(-p.cmd.Process.Pid, unix.SIGKILL)
			<-p.done
			continue
		}
	}
	for i, p := range g.workers {
		if p.err != nil && !p.killed.Load() {
			text := strings.TrimSpace(p.stderr.String())
			if text == "" {
				text = p.err.Error()
			}
			return over, fmt.Errorf("worker %d (%s): %s", i, p.spec.Kind, text)
		}
	}
	return over, nil
}

// Calls are the operations of a worker, as process number proc.
func (g *Group) Calls(i, proc int) ([]record.Call, error) {
	calls, err := g.workers[i].area.Calls()
	for k := range calls {
		calls[k].Proc = int32(proc)
	}
	return calls, err
}

// Close ends all workers and gives back what they used.
func (g *Group) Close() {
	for _, p := range g.workers {
		select {
		case <-p.done:
		default:
			_ = unix.Kill(-p.cmd.Process.Pid, unix.SIGKILL)
			<-p.done
		}
		_ = p.area.Close()
	}
	g.workers = nil
	if g.flags != nil {
		_ = unix.Munmap(g.flags.mem)
		g.flags = nil
	}
	select {
	case <-g.stop:
	default:
		close(g.stop)
	}
	<-g.ended
}

// Until polls until the condition holds, at most until the context is done.
func Until(ctx context.Context, every time.Duration, condition func() bool) bool {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !condition() {
		select {
		case <-ctx.Done():
			return condition()
		case <-tick.C:
		}
	}
	return true
}
