//go:build amd64 || arm64

package world

import (
	"syscall"
	"unsafe"
)

// args says where the paths of a system call are among its arguments: the directory
// that each is relative to, -1 for the working directory, and the path.
type args [][2]int8

// systemCalls are those that do something to files, or nothing that matters. The
// others are not controlled.
var systemCalls = []struct {
	trap   uintptr
	effect effect
	paths  args
}{
	{syscall.SYS_OPENAT, opens, args{{0, 1}}},
	{sysStat, looks, args{{0, 1}}},
	{sysStatx, looks, args{{0, 1}}},
	{syscall.SYS_READLINKAT, looks, args{{0, 1}}},
	{syscall.SYS_FACCESSAT, looks, args{{0, 1}}},
	{sysFaccessat2, looks, args{{0, 1}}},
	{syscall.SYS_STATFS, looks, args{{-1, 0}}},
	{syscall.SYS_MKDIRAT, makes, args{{0, 1}}},
	{syscall.SYS_UNLINKAT, changes, args{{0, 1}}},
	{syscall.SYS_RENAMEAT, changes, args{{0, 1}, {2, 3}}},
	{sysRenameat2, changes, args{{0, 1}, {2, 3}}},
	{syscall.SYS_LINKAT, changes, args{{0, 1}, {2, 3}}},
	{syscall.SYS_SYMLINKAT, changes, args{{1, 2}}},
	{syscall.SYS_FCHMODAT, changes, args{{0, 1}}},
	{syscall.SYS_FCHOWNAT, changes, args{{0, 1}}},
	{syscall.SYS_UTIMENSAT, changes, args{{0, 1}}},
	{syscall.SYS_TRUNCATE, changes, args{{-1, 0}}},
	{syscall.SYS_MKNODAT, changes, args{{0, 1}}},
	{syscall.SYS_READ, reads, nil}, {syscall.SYS_PREAD64, reads, nil}, {syscall.SYS_READV, reads, nil},
	{syscall.SYS_GETDENTS64, reads, nil},
	{syscall.SYS_WRITE, writes, nil}, {syscall.SYS_PWRITE64, writes, nil}, {syscall.SYS_WRITEV, writes, nil},
	{syscall.SYS_FTRUNCATE, writes, nil}, {syscall.SYS_FALLOCATE, writes, nil}, {syscall.SYS_FCHMOD, writes, nil},
	{syscall.SYS_FCHOWN, writes, nil}, {syscall.SYS_FLOCK, unknown, nil},
	{syscall.SYS_CLOSE, closes, nil},
	{syscall.SYS_FSTAT, harmless, nil}, {syscall.SYS_LSEEK, harmless, nil}, {syscall.SYS_FSYNC, harmless, nil}, {syscall.SYS_FDATASYNC, harmless, nil},
	{syscall.SYS_FCNTL, harmless, nil}, {syscall.SYS_IOCTL, harmless, nil}, {syscall.SYS_GETCWD, harmless, nil},
	{syscall.SYS_CHDIR, harmless, nil}, {syscall.SYS_FCHDIR, harmless, nil}, // put back before each execution
	{syscall.SYS_FSTATFS, harmless, nil}, {syscall.SYS_UNAME, harmless, nil}, {syscall.SYS_UMASK, harmless, nil},
	{syscall.SYS_GETPID, harmless, nil}, {syscall.SYS_GETPPID, harmless, nil}, {syscall.SYS_GETTID, harmless, nil},
	{syscall.SYS_GETUID, harmless, nil}, {syscall.SYS_GETEUID, harmless, nil}, {syscall.SYS_GETGID, harmless, nil}, {syscall.SYS_GETEGID, harmless, nil},
	{syscall.SYS_GETRLIMIT, harmless, nil}, {syscall.SYS_PRLIMIT64, harmless, nil}, {syscall.SYS_SCHED_GETAFFINITY, harmless, nil}, {syscall.SYS_SCHED_YIELD, harmless, nil},
	{syscall.SYS_MADVISE, harmless, nil}, {syscall.SYS_MUNMAP, harmless, nil}, {syscall.SYS_MPROTECT, harmless, nil}, {syscall.SYS_FADVISE64, harmless, nil},
}

// called is called after a system call.
//
//go:norace
func called(trap, a1, a2, a3, a4, r1, errno uintptr) {
	g := enter()
	if g == nil {
		return
	}
	defer leave()
	a := [4]uintptr{a1, a2, a3, a4}
	e, at := unknown, args(nil)
	for i := range systemCalls {
		if s := &systemCalls[i]; s.trap == trap {
			e, at = s.effect, s.paths
			break
		}
	}
	if trap == syscall.SYS_WRITE && (a1 == 1 || a1 == 2) && errno == 0 {
		keep(a2, int(r1))
	}
	if trap == syscall.SYS_MMAP && a4&syscall.MAP_ANON != 0 {
		e = harmless
	}
	if e == harmless {
		return
	}
	var paths []string
	if len(at) > 0 {
		working, _ := syscall.Getwd()
		for _, p := range at {
			dir := -1
			if p[0] >= 0 {
				dir = int(int32(a[p[0]]))
			}
			paths = append(paths, absolute(dir, text(a[p[1]]), working))
		}
	}
	writing := e == opens && a3&(syscall.O_WRONLY|syscall.O_RDWR|syscall.O_CREAT|syscall.O_TRUNC) != 0
	used(g, e, int(int32(a1)), paths, writing, int(r1), errno != 0)
}

// text is what lies at an address up to a zero byte. The caller of the system call
// keeps it alive.
//
//go:norace
//go:nocheckptr
func text(at uintptr) string {
	if at == 0 {
		return ""
	}
	p := *(**[1 << 20]byte)(unsafe.Pointer(&at))
	n := 0
	for n < len(p) && p[n] != 0 {
		n++
	}
	return string(p[:n])
}
