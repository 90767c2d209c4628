//go:build unix

package submission

import (
	"errors"
	"os"
	"syscall"
)

// openRegular opens a file, and nothing that a link leads to.
func openRegular(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, errors.Join(errors.New("it is no file"), err)
	}
	return f, nil
}
