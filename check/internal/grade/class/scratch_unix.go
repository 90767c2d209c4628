//go:build unix && !solaris && !aix

package class

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Scratch folders of submissions: the grader that works in one holds it, and the kernel lets
// go of it when the grader dies. It is held before it has the name by which others look
// for those that nobody holds.
const (
	unheld  = "ipccheck-grade-new-"
	scratch = "ipccheck-grade-held-"
)

// newScratch makes a scratch folder. What it returns besides removes it.
func newScratch() (dir string, remove func(), err error) {
	made, err := os.MkdirTemp("", unheld)
	if err != nil {
		return "", nil, err
	}
	held, err := hold(made)
	if err != nil {
		os.RemoveAll(made)
		return "", nil, err
	}
	parent, name := filepath.Split(made)
	dir = filepath.Join(parent, scratch+strings.TrimPrefix(name, unheld))
	if err := os.Rename(made, dir); err != nil {
		os.RemoveAll(made)
		held.Close()
		return "", nil, err
	}
	return dir, func() {
		os.RemoveAll(dir)
		held.Close()
	}, nil
}

// sweep removes the scratch folders of graders of this user that were killed.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), scratch+"*"))
	for _, dir := range dirs {
		if held, err := hold(dir); err == nil {
			os.RemoveAll(dir)
			held.Close()
		}
	}
}

// hold has this process hold a folder of its user for as long as the file is open. It
// fails at once if another one does.
func hold(dir string) (*os.File, error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	var s syscall.Stat_t
	err = syscall.Fstat(int(f.Fd()), &s)
	if err == nil && int(s.Uid) != os.Geteuid() {
		err = errors.New("the folder is another user's")
	}
	if err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
