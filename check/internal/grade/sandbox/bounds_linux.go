package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// boundsHelper is the first argument of a process that runs a tool with bounds.
const boundsHelper = "ipccheck-bounds"

// ToolExec begins the -toolexec flag of a go command that builds a submission, and is followed
// by the path of its module: the command that it is runs a tool, with bounds if that works on
// the module or a package below it. It is nil where there are no bounds.
func (s *Sandbox) ToolExec() []string {
	self, err := os.Executable()
	if err != nil || s.none {
		return nil
	}
	return []string{self, boundsHelper}
}

// withBounds runs a tool and ends as that does. It says when a tool is killed that has used
// up its time: programs in Go take no notice of the signal that comes before.
func withBounds(module string, words []string) error {
	// The go command says for which package it runs a tool.
	if !strings.HasPrefix(os.Getenv("TOOLEXEC_IMPORTPATH"), module) {
		return syscall.Exec(words[0], words, os.Environ())
	}
	// Neither outlives the go command.
	if err := endWithParent(); err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := limit(toolLimits()); err != nil {
		return err
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		os.Exit(0)
	case !errors.As(err, &exit):
		return err
	case exit.ExitCode() >= 0:
		os.Exit(exit.ExitCode())
	case exit.UserTime()+exit.SystemTime() > mostToolCPU*time.Second/2: // what the kernel counts for the bound is more
		return errors.New("CPU time limit exceeded")
	}
	return fmt.Errorf("%s: %w", words[0], err)
}

func endWithParent() error {
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0); errno != 0 {
		return fmt.Errorf("to end with the grader: %w", errno)
	}
	return nil
}
