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

// errDead: no process has the number, or it is a zombie.
var errDead = errors.New("shm: the process is dead")

// startTime is when the process with the number was started, in clock ticks since
// boot. The error is errDead, or another one if that cannot be found out.
func startTime(pid uint32) (ticks uint64, err error) {
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
	// Of a zombie with threads left only the first thread has ended.
	if (f[0][0] == 'Z' || f[0][0] == 'X') && len(f[17]) == 1 && f[17][0] <= '1' {
		return 0, errDead
	}
	return strconv.ParseUint(string(f[19]), 10, 64)
}

func procDir(pid uint32) string { return "/proc/" + strconv.Itoa(int(pid)) }

// lives reports whether the process with the number and the start time is alive. If
// that cannot be found out it counts as alive: to reclaim the slot of a living
// process would let two hold one lock.
func lives(pid uint32, start uint64) bool {
	is, err := startTime(pid)
	if err == nil {
		return is == start
	}
	return err != errDead && maybeAlive(pid)
}

// maybeAlive reports whether a process with the number may be alive. It needs no
// descriptor, and works where processes are hidden (hidepid), so that their stat
// cannot be opened. It does not tell a later process with the same number apart.
func maybeAlive(pid uint32) bool {
	if unix.Kill(int(pid), 0) == unix.ESRCH {
		return false
	}
	// A zombie has no program any more, and one thread.
	_, err := os.Readlink(procDir(pid) + "/exe")
	if !errors.Is(err, unix.ENOENT) {
		return true
	}
	var st unix.Stat_t
	err = unix.Stat(procDir(pid)+"/task", &st)
	return err != nil || st.Nlink > 2+1 // a folder has 2, and one for each thread
}
