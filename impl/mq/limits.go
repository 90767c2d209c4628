//go:build linux

package mq

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// limited adds to the error of a queue that could not be made which limit forbids
// it, and who can raise that.
func limited(err error, capacity, size int) error {
	switch {
	case errors.Is(err, unix.EINVAL):
		return fmt.Errorf("%w: %d messages of %d bytes, and the system allows %s of %s: ask for less, or raise fs.mqueue.msg_max and fs.mqueue.msgsize_max (sysctl)",
			err, capacity, size, setting("msg_max"), setting("msgsize_max"))
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("%w: the system has its %s queues: remove some, or raise fs.mqueue.queues_max (sysctl)", err, setting("queues_max"))
	case errors.Is(err, unix.EMFILE):
		// The kernel says the same of descriptors.
		fd, e := unix.Eventfd(0, unix.EFD_CLOEXEC)
		if e != nil {
			return fmt.Errorf("%w: no descriptor is left: raise RLIMIT_NOFILE (ulimit -n)", err)
		}
		_ = unix.Close(fd)
		var limit unix.Rlimit
		_ = unix.Getrlimit(unix.RLIMIT_MSGQUEUE, &limit)
		return fmt.Errorf("%w: the queues of this user may have %d bytes together, and this one of %d messages of %d bytes is too much: remove some, ask for less, or raise RLIMIT_MSGQUEUE (ulimit -q)",
			err, limit.Cur, capacity, size)
	}
	return err
}

func setting(name string) string {
	text, err := os.ReadFile("/proc/sys/fs/mqueue/" + name)
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(string(text))
}
