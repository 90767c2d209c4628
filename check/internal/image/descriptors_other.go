//go:build !linux

package image

// keepOpen keeps the file of a descriptor open; here it cannot.
func keepOpen(int) (d descriptor, ok bool) { return d, false }

// reopen opens it where it was before.
func (*descriptor) reopen() bool { return false }
