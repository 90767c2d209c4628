//go:build unix

package rewrite

import (
	"os/exec"
	"syscall"
)

// group gives the program a process group, so that what it starts ends with it.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	orphaned(cmd.SysProcAttr)
}

// kill ends the program and what it has started.
func kill(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// killed reports whether a process ended by a signal that cannot be caught.
func killed(exit *exec.ExitError) bool {
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// quit makes the program say where its goroutines are, and end.
func quit(cmd *exec.Cmd) { _ = syscall.Kill(cmd.Process.Pid, syscall.SIGQUIT) }
