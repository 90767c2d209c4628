//go:build unix

package rewrite

import (
	"os"
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

// owner is the user to whom a file belongs.
func owner(info os.FileInfo) (uid int, ok bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(s.Uid), true
}

// quit makes the program say where its goroutines are, and end.
func quit(cmd *exec.Cmd) {
	if !quitThread(cmd.Process.Pid) {
		_ = syscall.Kill(cmd.Process.Pid, syscall.SIGQUIT)
	}
}
