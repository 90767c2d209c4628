//go:build linux

package shm

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Create makes a ring of capacity messages of at most size bytes each in a memory
// file, and attaches to it. The processes that are to share it get its [Ring.File]
// and call [Attach]. The memory is allocated at once, and freed when no process has
// it mapped or open any more.
//
// The error says which argument is out of range, or is that of the system: ENOMEM
// where there is not enough memory.
func Create(capacity, size int, flags Flags, role Role) (*Ring, error) {
	g, err := newGeometry(capacity, size, flags)
	if err != nil {
		return nil, err
	}
	fd, err := unix.MemfdCreate("ipccheck-ring", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("shm: memfd_create: %w", err)
	}
	f := os.NewFile(uintptr(fd), "ipccheck-ring")
	err = unix.Fchmod(fd, 0o600)
	if err == nil {
		err = reserve(fd, int64(g.total))
	}
	if err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("shm: memory of %d bytes: %w", g.total, err)
	}
	return open(f, g, true, false, role)
}

// CreateIn is [Create] in a file of the directory, /dev/shm if that is empty, with
// an unguessable name and mode 0600. Others attach by the file's name ([AttachTo]).
// The caller removes the file when no process is to attach any more; [Sweep] removes
// those that were left behind. It returns ENOSPC where there is no room.
func CreateIn(dir string, capacity, size int, flags Flags, role Role) (*Ring, error) {
	g, err := newGeometry(capacity, size, flags)
	if err != nil {
		return nil, err
	}
	if dir == "" {
		dir = "/dev/shm"
	}
	var tag [16]byte
	_, _ = rand.Read(tag[:]) // it never fails
	name := filepath.Join(dir, prefix+hex.EncodeToString(tag[:]))
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("shm: %w", err)
	}
	if err := reserve(int(f.Fd()), int64(g.total)); err != nil {
		f.Close()
		os.Remove(name)
		return nil, fmt.Errorf("shm: room for %d bytes in %s: %w", g.total, dir, err)
	}
	r, err := open(f, g, true, true, role)
	if err != nil {
		os.Remove(name)
	}
	return r, err
}

const prefix = "ipccheck-ring-"

// reserve sizes the file and allocates its blocks, so that a full file system is an
// error here and not a SIGBUS later.
func reserve(fd int, size int64) error {
	var machine unix.Sysinfo_t
	if err := unix.Sysinfo(&machine); err != nil {
		return err
	}
	if all := (machine.Totalram + machine.Totalswap) * uint64(machine.Unit); uint64(size) > all {
		return fmt.Errorf("%w: the machine has %d", unix.ENOMEM, all)
	}
	// A signal undoes the whole call, so each call allocates only a piece.
	const piece = 16 << 20
	for at := int64(0); at < size; {
		n := min(piece, size-at)
		switch err := unix.Fallocate(fd, 0, at, n); err {
		case nil:
			at += n
		case unix.EINTR:
		default:
			return err
		}
	}
	return nil
}

// Attach joins the ring in the file, and owns the file from then on: it closes it
// also on error. It returns [ErrForeign] if the file is not a ring of this user and
// version, and [ErrTaken] if another process has a role that is promised to one.
func Attach(f *os.File, role Role) (*Ring, error) {
	g, err := inspect(int(f.Fd()))
	if err != nil {
		f.Close()
		return nil, err
	}
	seals, err := unix.FcntlInt(f.Fd(), unix.F_GET_SEALS, 0)
	sealed := err == nil && seals&unix.F_SEAL_SHRINK != 0
	return open(f, g, false, !sealed, role)
}

// AttachTo is [Attach] by the file's name. It does not follow a symbolic link.
func AttachTo(name string, role Role) (*Ring, error) {
	f, err := os.OpenFile(name, os.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("shm: %w", err)
	}
	return Attach(f, role)
}

func open(f *os.File, g geometry, format, guarded bool, role Role) (*Ring, error) {
	if role == 0 || role&^(Producer|Consumer) != 0 {
		f.Close()
		return nil, fmt.Errorf("shm: role %d: want Producer, Consumer or both", role)
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, g.total, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("shm: mmap: %w", err)
	}
	r := &Ring{g: g, mem: mem, file: f, futex: kernel{}, slot: -1, guarded: guarded}
	if format {
		g.format(mem)
	}
	err = r.protect(func() error { return r.join(role) })
	if err != nil {
		_ = unix.Munmap(mem)
		f.Close()
		return nil, err
	}
	return r, nil
}
