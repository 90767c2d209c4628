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

// envJanitor tells a process that it is a janitor.
const envJanitor = "IPCCHECK_JANITOR"

// Removers remove what has a name, by the kind of that.
type Removers map[string]func(name string) error

// Janitor is a process that removes what others of this process leave behind, in
// whatever way that ends. It has a session of its own, so that what is done to the
// group of this process, or at its terminal, is not done to the janitor; and it
// learns of the end by a pipe that only this process can write to.
type Janitor struct {
	removers Removers
	cmd      *exec.Cmd
	list     *os.File
}

// NewJanitor starts one. The program's [Main] gets the same removers.
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

// Keep tells the janitor of a name, before it is given to anything. What it
// returns removes that, once.
func (j *Janitor) Keep(kind, name string) (remove func() error, err error) {
	f, ok := j.removers[kind]
	if !ok {
		return nil, fmt.Errorf("procs: nobody can remove a %q", kind)
	}
	if err := j.say("+", kind, name); err != nil {
		return nil, fmt.Errorf("procs: the janitor is gone, or cannot note %q: %w", name, err)
	}
	return sync.OnceValue(func() error {
		err := f(name)
		if err == nil {
			_ = j.say("-", kind, name) // if it does not hear that, it finds nothing
		}
		return err
	}), nil
}

// say writes an entry of the list. So short a one is written at once.
func (j *Janitor) say(sign, kind, name string) error {
	entry := sign + kind + ":" + name + "\x00"
	if strings.Count(entry, "\x00") > 1 || len(entry) > 4096 {
		return errors.New("a name that is too long, or none")
	}
	_, err := j.list.WriteString(entry)
	return err
}

// Close lets the janitor remove what is left, and waits until it has ended.
func (j *Janitor) Close() error {
	if err := j.list.Close(); err != nil {
		return fmt.Errorf("procs: %w", err)
	}
	if err := j.cmd.Wait(); err != nil {
		return fmt.Errorf("procs: the janitor: %w", err)
	}
	return nil
}

// tidy is what the janitor does: it reads the list to its end, and removes what was
// not struck off, the last first.
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
