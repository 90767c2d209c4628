//go:build !unix

package submission

import (
	"errors"
	"os"
)

// openRegular opens a file, and nothing that a link leads to.
func openRegular(name string) (*os.File, error) {
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(errors.New("it is no file"), err)
	}
	return os.Open(name)
}
