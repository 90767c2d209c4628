//go:build unix && !linux

package rewrite

import "syscall"

func quitThread(int) bool { return false }

func orphaned(*syscall.SysProcAttr) {}
