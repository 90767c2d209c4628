//go:build linux

package procbox

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/shm"
)

// memory carries boxes by rings.
type memory struct{ dir string }

func (m memory) path(name string) string { return filepath.Join(m.dir, "box-"+name) }

func (m memory) create(name string, capacity, size int) error {
	r, err := shm.CreateIn(m.dir, capacity, size, 0, shm.Producer|shm.Consumer)
	if err != nil {
		return err
	}
	made := r.File().Name()
	if err := r.Detach(); err != nil {
		return err
	}
	// It gets its name when it is whole, if the name is free.
	err = os.Link(made, m.path(name))
	_ = os.Remove(made)
	if errors.Is(err, os.ErrExist) {
		return impl.ErrExists
	}
	return err
}

func (m memory) open(name string) (box, error) {
	r, err := shm.AttachTo(m.path(name), shm.Producer|shm.Consumer)
	if errors.Is(err, os.ErrNotExist) {
		return nil, impl.ErrDestroyed
	}
	if err != nil {
		return nil, err
	}
	return ring{r}, nil
}

func (m memory) destroy(name string) error {
	b, err := m.open(name)
	if err != nil {
		return err
	}
	r := b.(ring).Ring
	defer func() { _ = r.Detach() }()
	err = r.Destroy()
	if errors.Is(err, os.ErrNotExist) {
		return impl.ErrDestroyed // somebody else was first
	}
	return err
}

type ring struct{ *shm.Ring }

// Close leaves the ring, which stays open for others.
func (r ring) Close() error { return r.Detach() }
