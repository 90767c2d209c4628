// Package procs runs the processes of a test: the program executes itself as
// several workers, each of which records what it does in memory that survives it,
// and the parent disturbs, supervises and judges them. It is for Linux.
//
// No worker outlives the parent, however that ends, and nothing is left behind: logs
// live in memory files without names, and a [Janitor] removes named objects when the
// parent cannot.
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

	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/check/record"
)

// env is set in the environment of a worker, to its [message].
const env = "IPCCHECK_WORKER"

// Spec is a worker to start.
type Spec struct {
	Kind  string     // the function of [Main] that it runs
	Args  any        // that function's arguments, which go to it as JSON
	Files []*os.File // the worker gets duplicates of them
	Room  int        // number of operations that its log holds
}

// Group is a set of workers that [Start] started.
type Group struct {
	workers []*process
	flags   *board
	stop    chan struct{} // closing it ends the thread that started the workers
	ended   chan struct{} // closed when that has ended
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

// Start starts the workers. If one cannot be started it kills the others and returns
// the error. The caller must [Group.Close] the group.
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
		// The kernel kills a worker when the thread that started it ends.
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

// again is the command that runs this program with the variable in its environment.
func again(variable string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("procs: %w", err)
	}
	cmd := exec.Command(self)
	cmd.Args = os.Args[:1]
	// By default a process with the race detector sleeps for a second before it
	// exits.
	cmd.Env = append(os.Environ(), "GORACE="+strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0"), variable)
	return cmd, nil
}

// limited is a writer that keeps the first 4096 bytes.
type limited struct{ b *strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(4096-l.b.Len(), 0))])
	return len(p), nil
}

// Set stores the value that all workers read as [Worker.Flag].
func (g *Group) Set(flag uint32) { g.flags.flag.Store(flag) }

// Ready is the number of workers that have called [Worker.Ready].
func (g *Group) Ready() int { return int(g.flags.ready.Load()) }

// Len is the number of workers.
func (g *Group) Len() int { return len(g.workers) }

// Operations is the number of operations that all workers have called so far.
func (g *Group) Operations() int {
	n := 0
	for _, p := range g.workers {
		n += p.area.Len()
	}
	return n
}

// Done is closed when the worker has ended.
func (g *Group) Done(i int) <-chan struct{} { return g.workers[i].done }

// Signal sends the worker a signal, unless it has ended. After SIGKILL the worker's
// death does not count as a failure.
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

// Killed waits until the worker has ended, and reports whether SIGKILL from
// [Group.Signal] ended it: it may have ended by itself just before.
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

// Wait waits until all workers have ended. When the context is done first it kills
// those that have not; over reports whether none had to be killed. The error is the
// first failure of a worker that was not killed.
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

// Calls are the operations of worker i, with proc as the number of the process. The
// error is that of [record.Area.Calls]. It must not be called after [Group.Close].
func (g *Group) Calls(i, proc int) ([]record.Call, error) {
	calls, err := g.workers[i].area.Calls()
	for k := range calls {
		calls[k].Proc = int32(proc)
	}
	return calls, err
}

// Close kills the workers that still run, waits for them and frees what the group
// used. A second Close does nothing.
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

// Until polls the condition until it holds, at most until the context is done, and
// reports whether it held.
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
