/* syscall, of which futexes are controlled: programs call them so, and the C++ library. */
#include <limits.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rt.h"

static long futex_wait(const int *word, int expected, bool timed, uint64_t pc, const uint64_t *frame)
{
	ipc_enter(word, pc, frame);
	struct event *e = ipc_perform(ipc_op(OP_LOAD, ipc_memory((uint64_t)word, sizeof *word)->id), pc, frame);
	int value = *word;
	e->before = (uint32_t)value;
	ipc_access((uint64_t)word, sizeof *word, false, true, pc);
	bool in_time = value == expected && ipc_await(word, word, timed, UNLESS_RESTARTED, pc, frame);
	ipc_leave(word, pc, frame);
	if (in_time)
		return 0;
	errno = value == expected ? ETIMEDOUT : EAGAIN;
	return -1;
}

static long futex_wake(const int *word, int n, uint64_t pc, const uint64_t *frame)
{
	ipc_enter(word, pc, frame);
	int woken = 0;
	if (n == INT_MAX) {
		woken = ipc_object(word, COND)->waiters;
		ipc_notify(word, pc, frame);
	} else
		woken = ipc_notify_some(word, n, pc, frame);
	ipc_leave(word, pc, frame);
	return woken;
}

long syscall(long number, ...)
{
	long a[6];
	va_list list;
	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (!ipc_ready || !rt->current) {
		long result = ipc_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
		if (result >= 0 || result < -PAGE)
			return result;
		errno = -result;
		return -1;
	}
	if (number == SYS_gettid)
		return gettid();
	if (number == SYS_futex)
		switch ((int)a[1] & FUTEX_CMD_MASK) {
		case FUTEX_WAIT:
		case FUTEX_WAIT_BITSET:
			return futex_wait((int *)a[0], a[2], a[3] != 0, PC, FRAME);
		case FUTEX_WAKE:
		case FUTEX_WAKE_BITSET:
			return futex_wake((int *)a[0], a[2], PC, FRAME);
		}
	char what[64];
	snprintf(what, sizeof what, "syscall with number %ld is not controlled", number);
	ipc_unsupported(what, PC);
}
