//go:build !unix

package rewrite

import (
	"os"
	"os/exec"
)

func group(*exec.Cmd) {}

// kill ends the program.
func kill(cmd *exec.Cmd) error { return cmd.Process.Kill() }

func killed(*exec.ExitError) bool { return false }

func owner(os.FileInfo) (uid int, ok bool) { return 0, false }

// quit ends the program: it cannot be asked where its goroutines are.
func quit(cmd *exec.Cmd) { _ = kill(cmd) }
