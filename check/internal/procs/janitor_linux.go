package procs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// envJanitor is set in the environment of a janitor.
const envJanitor = "IPCCHECK_JANITOR"

// Removers are functions that remove what a name stands for, by its kind: "queue".
type Removers map[string]func(name string) error

// Janitor is a process that removes the named objects of this process when that ends,
// however it ends. The janitor has a session of its own, so that signals to the group
// of this process or from its terminal do not reach it. It learns of the end when the
// last writer of a pipe, this process, is gone.
type Janitor struct {
	removers Removers
	cmd      *exec.Cmd
	list     *os.File
}

// NewJanitor starts a janitor and waits until it is ready. The program must pass the
// same removers to [Main].
func NewJanitor(removers Removers) (*Janitor, error) {
	cmd, err := again(envJanitor + "=1")
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("procs: %w", err)
	}
	defer r.Close()
	cmd.ExtraFiles = []*os.File{r}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	ready, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("procs: start the janitor: %w", err)
	}
	j := &Janitor{removers, cmd, w}
	if _, err := io.ReadFull(ready, make([]byte, 1)); err != nil {
		return nil, errors.Join(fmt.Errorf("procs: the janitor does not get ready: %w", err), j.Close())
	}
	return j, nil
}

// Keep registers a name with the janitor; call it before the name is created. The
// returned function removes it and is idempotent. Keep returns an error if nobody can
// remove the kind, if the name is too long, or if the janitor is gone.
func (j *Janitor) Keep(kind, name string) (remove func() error, err error) {
	f, ok := j.removers[kind]
	if !ok {
		return nil, fmt.Errorf("procs: nobody can remove a %q", kind)
	}
	if err := j.write("+", kind, name); err != nil {
		return nil, fmt.Errorf("procs: the janitor is gone, or cannot note %q: %w", name, err)
	}
	return sync.OnceValue(func() error {
		err := f(name)
		if err == nil {
			_ = j.write("-", kind, name) // without this entry it removes nothing either
		}
		return err
	}), nil
}

// write appends an entry to the list. One of up to 4096 bytes, PIPE_BUF, goes in whole.
func (j *Janitor) write(sign, kind, name string) error {
	entry := sign + kind + ":" + name + "\x00"
	if strings.Count(entry, "\x00") > 1 || len(entry) > 4096 {
		return errors.New("a name that is too long, or none")
	}
	_, err := j.list.WriteString(entry)
	return err
}

// Close makes the janitor remove what is left, and waits until it has ended. It
// returns an error if the janitor failed.
func (j *Janitor) Close() error {
	if err := j.list.Close(); err != nil {
		return fmt.Errorf("procs: %w", err)
	}
	if err := j.cmd.Wait(); err != nil {
		return fmt.Errorf("procs: the janitor: %w", err)
	}
	return nil
}

// tidy runs in the janitor. It reads the list to its end and removes the names that
// are left on it, the last first.
func tidy(list io.Reader, removers Removers) {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
	fmt.Println() // it is ready
	var left []string
	r := bufio.NewReader(list)
	for {
		entry, err := r.ReadString(0)
		if err != nil {
			break
		}
		what := entry[1 : len(entry)-1]
		if entry[0] == '+' {
			left = append(left, what)
		} else {
			left = slices.DeleteFunc(left, func(s string) bool { return s == what })
		}
	}
	for _, what := range slices.Backward(left) {
		kind, name, _ := strings.Cut(what, ":")
		if remove, ok := removers[kind]; ok {
			_ = remove(name) // nobody is left to tell
		}
	}
}
