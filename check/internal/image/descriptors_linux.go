package image

import (
	"io"
	"os"
	"strconv"
	"syscall"
)

// beyond is the descriptor from which on ours are.
const beyond = 400

// keepOpen keeps the file of a descriptor open, if it is a regular one or a directory.
//
//go:norace
func keepOpen(fd int) (d descriptor, ok bool) {
	var s syscall.Stat_t
	if syscall.Fstat(fd, &s) != nil {
		return d, false
	}
	if kind := s.Mode & syscall.S_IFMT; kind != syscall.S_IFREG && kind != syscall.S_IFDIR {
		return d, false
	}
	offset, err := syscall.Seek(fd, 0, io.SeekCurrent)
	if err != nil {
		return d, false
	}
	path, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return d, false
	}
	kept, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, beyond)
	if errno != 0 {
		return d, false
	}
	return descriptor{fd, int(kept), offset, path}, true
}

// reopen opens the file where it was before. It reports whether it can.
//
//go:norace
func (d *descriptor) reopen() bool {
	if syscall.Dup3(d.kept, d.fd, syscall.O_CLOEXEC) != nil {
		return false
	}
	_, err := syscall.Seek(d.fd, d.offset, io.SeekStart)
	return err == nil
}
