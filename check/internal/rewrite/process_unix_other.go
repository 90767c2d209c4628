//go:build unix && !linux

package rewrite

import "syscall"

func orphaned(*syscall.SysProcAttr) {}
