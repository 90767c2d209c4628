package stress

import (
	"fmt"
	"slices"
	"syscall"
	"time"
)

// msgQueue is RLIMIT_MSGQUEUE, which package syscall does not name.
const msgQueue = 12

// limits are the disturbances that a worker brings upon itself once it has joined: the
// resources of which it may have no more.
var limits = map[string][]int{
	"descriptors": {syscall.RLIMIT_NOFILE},
	"quota":       {syscall.RLIMIT_FSIZE, msgQueue}, // as on a full disk
}

// limit takes from this process what the disturbances say: it lowers soft limits.
func limit(disturbances []string) error {
	time.Sleep(time.Nanosecond) // the runtime opens a descriptor when the first timer is set
	for name, resources := range limits {
		if !slices.Contains(disturbances, name) {
			continue
		}
		for _, resource := range resources {
			var l syscall.Rlimit
			err := syscall.Getrlimit(resource, &l)
			if err == nil {
				l.Cur = 0
				err = syscall.Setrlimit(resource, &l)
			}
			if err != nil {
				return fmt.Errorf("%s: setrlimit: %w", name, err)
			}
		}
	}
	return nil
}
