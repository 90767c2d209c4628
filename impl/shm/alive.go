//go:build linux

package shm

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// errDead: there is no process with the number, or it is dead and only waits to be
// reaped.
var errDead = errors.New("shm: the process is dead")

// began is when the process with the number began, in clock ticks since boot, or
// errDead. Any other error says that nobody can tell.
func began(pid uint32) (start uint64, err error) {
	if pid == 0 || pid > math.MaxInt32 {
		return 0, errDead
	}
	stat, err := os.ReadFile(procDir(pid) + "/stat")
	if errors.Is(err, unix.ESRCH) {
		return 0, errDead // it went while it was read
	}
	if err != nil {
		return 0, err
	}
	// The name stands in parentheses and may hold anything, even those.
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(f) < 20 {
		return 0, fmt.Errorf("shm: what /proc says of process %d makes no sense", pid)
	}
	// Where threads are left it is only the first one that has ended.
	if (f[0][0] == 'Z' || f[0][0] == 'X') && len(f[17]) == 1 && f[17][0] <= '1' {
		return 0, errDead
	}
	return strconv.ParseUint(string(f[19]), 10, 64)
}

func procDir(pid uint32) string { return "/proc/" + strconv.Itoa(int(pid)) }

// lives reports whether the process that began then does. As long as nobody can
// tell it does: to bury the living would let two hold one lock.
func lives(pid uint32, start uint64) bool {
	is, err := began(pid)
	if err == nil {
		return is == start
	}
	return err != errDead && seems(pid)
}

// seems reports whether a process with the number may live, by what needs no
// descriptor: where none is left, or processes are hidden (hidepid), its stat
// cannot be opened. A later process with the number is not told apart.
func seems(pid uint32) bool {
	if unix.Kill(int(pid), 0) == unix.ESRCH {
		return false
	}
	// One that is dead and not reaped has no program any more, and one thread.
	_, err := os.Readlink(procDir(pid) + "/exe")
	if !errors.Is(err, unix.ENOENT) {
		return true
	}
	var st unix.Stat_t
	err = unix.Stat(procDir(pid)+"/task", &st)
	return err != nil || st.Nlink > 2+1 // a folder has 2, and one for each thread
}
