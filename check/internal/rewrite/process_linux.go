package rewrite

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// orphaned makes a process end when this one does, however it ends.
func orphaned(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }

// resident is how much memory a process has, in bytes; 0 if that is not known.
func resident(pid int) uint64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseUint(string(fields[1]), 10, 64)
	return pages * uint64(os.Getpagesize())
}

// computed is how much processor time a process has used; 0 if that is not known.
func computed(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, used := statistics(text)
	return used
}

// statistics reads the state and the processor time of a process or a thread from
// its file stat; the time is 0 if it has no such lines.
func statistics(stat []byte) (state string, used time.Duration) {
	// The name, which is in parentheses, may have spaces.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return "", 0
	}
	user, _ := strconv.ParseUint(string(fields[11]), 10, 64)
	system, _ := strconv.ParseUint(string(fields[12]), 10, 64)
	return string(fields[0]), time.Duration(user+system) * clockTick
}

// clockTick is the unit of times in /proc: USER_HZ, the same on all that Go runs on.
const clockTick = 10 * time.Millisecond

// quitThread makes a process end on the thread of it that computes, and has done so
// for longest: the Go runtime knows the stack of that one only. It reports false if
// none does.
func quitThread(pid int) bool {
	tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	thread, most := 0, time.Duration(0)
	for _, task := range tasks {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/stat", pid, task.Name()))
		if err != nil {
			continue
		}
		state, used := statistics(text)
		if state != "R" {
			continue
		}
		if tid, err := strconv.Atoi(task.Name()); err == nil && used >= most {
			thread, most = tid, used
		}
	}
	if thread == 0 {
		return false
	}
	_, _, errno := syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(pid), uintptr(thread), uintptr(syscall.SIGQUIT))
	return errno == 0
}

// sweep ends the processes that a program has left behind, in whatever group they
// are: those with a variable of the environment that holds a text which no other has.
func sweep(text string) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if env, err := os.ReadFile("/proc/" + e.Name() + "/environ"); err == nil && bytes.Contains(env, []byte(text)) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
