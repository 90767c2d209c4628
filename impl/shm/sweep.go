//go:build linux

package shm

import (
	"fmt"
	"os"
	"path/filepath"
)

// Sweep removes the files of rings in the directory, /dev/shm if that is empty, that
// belong to the user, that a process has died with, and that no living process is
// attached to. It returns their names. It looks at each file in the directory with a
// ring's name.
func Sweep(dir string) ([]string, error) {
	if dir == "" {
		dir = "/dev/shm"
	}
	names, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("shm: %w", err)
	}
	var removed []string
	for _, name := range names {
		r, err := AttachTo(name, Consumer)
		if err != nil {
			continue
		}
		used := r.others(Producer | Consumer)
		used = used || word32(r.mem, atDied).Load() == 0
		_ = r.Detach()
		if !used && os.Remove(name) == nil {
			removed = append(removed, name)
		}
	}
	return removed, nil
}
