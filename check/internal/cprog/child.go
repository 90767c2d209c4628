//go:build linux && amd64

package cprog

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// child is a process that executes the program, and the memory that it shares with
// this one: the input of the program stands behind the wire.
type child struct {
	cmd      *exec.Cmd
	memory   []byte
	wire     *wireMemory
	job      *wireJob // the last execution, or the one under way
	commands *os.File // one byte begins an execution, or says that a question is answered
	answers  *os.File // one byte says that it has ended, or that there is a question
	stderr   strings.Builder
	left     *time.Duration // that it may use of the processor's; nil: all
	closed   chan struct{}
	spent    atomic.Bool // it was stopped for that
	beside   neighbours
}

// maxStdin bounds the standard input of a program, in bytes.
const maxStdin = 16 << 20

// start starts the child, and waits until it is there.
func start(p *Program, args []string, stdin []byte, confine func(*exec.Cmd) error, left *time.Duration) (*child, error) {
	if left != nil && *left <= 0 {
		return nil, errSpent
	}
	if len(stdin) > maxStdin {
		return nil, fmt.Errorf("standard input has %d bytes, expected %d at most", len(stdin), maxStdin)
	}
	fd, err := unix.MemfdCreate("ipccheck", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("memory that the command and the program share: %w", err)
	}
	shared := os.NewFile(uintptr(fd), "shared memory")
	defer shared.Close()
	size := (int(unsafe.Sizeof(wireMemory{})) + 4095) &^ 4095
	if err := shared.Truncate(int64(size + maxStdin)); err != nil {
		return nil, err
	}
	memory, err := unix.Mmap(fd, 0, size+maxStdin, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("memory that the command and the program share: %w", err)
	}
	c := &child{left: left, closed: make(chan struct{}), memory: memory, wire: (*wireMemory)(unsafe.Pointer(&memory[0]))}
	c.job = &c.wire.Jobs[0]
	copy(memory[size:], stdin)
	c.wire.StdinSize = int32(len(stdin))
	c.wire.describe(false)
	read, commands, err := pipe()
	if err != nil {
		return nil, err
	}
	answers, write, err := pipe()
	if err != nil {
		return nil, err
	}
	c.commands, c.answers = commands, answers
	c.cmd = exec.Command(p.binary, args...)
	c.cmd.Args[0] = p.name
	c.cmd.Dir = p.dir
	c.cmd.ExtraFiles = []*os.File{shared, read, write}
	c.cmd.Stderr = &c.stderr
	c.cmd.Env = environment()
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if confine != nil {
		err = confine(c.cmd)
	}
	if err == nil {
		err = c.cmd.Start()
	}
	read.Close()
	write.Close()
	if err != nil {
		c.close()
		return nil, err
	}
	c.bound()
	if _, err := c.wait(); err != nil {
		c.close()
		return nil, err
	}
	if c.wire.Sizes != sizes {
		err := fmt.Errorf("the program ends outside of control: what it says of itself is %v, expected %v", c.wire.Sizes, sizes)
		c.close()
		return nil, err
	}
	return c, nil
}

// pipe is one whose ends block: that costs less than the poller of package os, as the other
// process answers soon.
func pipe() (read, write *os.File, err error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	return os.NewFile(uintptr(fds[0]), "|0"), os.NewFile(uintptr(fds[1]), "|1"), nil
}

// environment is that of every execution: little of it, so that a program which looks
// at it does the same everywhere.
func environment() []string {
	return []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LANG=C.UTF-8", "TERM=dumb"}
}

// wait waits for an answer.
func (c *child) wait() (byte, error) {
	var b [1]byte
	if _, err := c.answers.Read(b[:]); err != nil {
		return 0, c.died()
	}
	return b[0], nil
}

// send sends a command.
func (c *child) send() error {
	c.beside.turn(c.cmd.Process.Pid)
	if _, err := c.commands.Write([]byte{'r'}); err != nil {
		return c.died()
	}
	return nil
}

// errSpent is of a program that has used up its time.
var errSpent = errors.New("the program has computed too long")

// bound has the child stopped as soon as it has used up its time.
func (c *child) bound() {
	if c.left == nil {
		return
	}
	pid, most := c.cmd.Process.Pid, *c.left
	go func() {
		look := time.NewTicker(200 * time.Millisecond)
		defer look.Stop()
		for {
			select {
			case <-look.C:
			case <-c.closed:
				return
			}
			// The clock of the processor's time that a process has used, see clock_getcpuclockid.
			var used unix.Timespec
			if unix.ClockGettime(int32(^pid<<3|2), &used) == nil && time.Duration(used.Nano()) > most {
				c.spent.Store(true)
				_ = c.cmd.Process.Kill()
				return
			}
		}
	}()
}

// died says how the child has ended.
func (c *child) died() error {
	c.commands.Close()
	err := c.cmd.Wait()
	said := strings.TrimSpace(c.stderr.String())
	var exit *exec.ExitError
	switch {
	case c.spent.Load():
		return errSpent
	case said != "":
		return errors.New(said)
	case errors.As(err, &exit):
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
			return fmt.Errorf("the program ends outside of control: by the signal %v", s.Signal())
		}
		return fmt.Errorf("the program ends outside of control, with exit status %d", exit.ExitCode())
	}
	return errors.New("the program ends outside of control")
}

func (c *child) close() {
	close(c.closed)
	c.beside.letGo(0)
	if c.cmd.Process != nil {
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		_ = c.cmd.Wait()
	}
	if c.left != nil && c.cmd.ProcessState != nil {
		*c.left -= c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
	}
	c.commands.Close()
	c.answers.Close()
	_ = unix.Munmap(c.memory)
}
