/* What the program writes and reads: standard output is kept with the execution, standard
   input is the same in all. */
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "rt.h"

void ipc_output(const char *text, size_t n)
{
	size_t room = MAX_OUTPUT - wire->output;
	if (n > room) {
		wire->output_lost += n - room;
		n = room;
	}
	memcpy(wire->out + wire->output, text, n);
	wire->output += n;
}

static ssize_t write_out(void *cookie, const char *text, size_t n) { return ipc_write_file((int)(intptr_t)cookie, text, n); }
static ssize_t read_in(void *cookie, char *text, size_t n) { return ipc_read_file((int)(intptr_t)cookie, text, n); }

/* A stream over a descriptor. */
FILE *ipc_stream(int fd, const char *mode, cookie_io_functions_t functions)
{
	FILE *f = fopencookie((void *)(intptr_t)fd, mode, functions);
	if (f)
		f->_fileno = fd;
	return f;
}

/* The C library does not know that of such streams. */
int fileno(FILE *f)
{
	if (f->_fileno < 0)
		errno = EBADF;
	return f->_fileno < 0 ? -1 : f->_fileno;
}

/* Gives the standard streams over to the execution. */
void ipc_streams(void)
{
	stdin = ipc_stream(0, "r", (cookie_io_functions_t){.read = read_in});
	stdout = ipc_stream(1, "w", (cookie_io_functions_t){.write = write_out});
	stderr = ipc_stream(2, "w", (cookie_io_functions_t){.write = write_out});
	if (!stdout || !stderr || !stdin)
		ipc_die("the standard streams cannot be replaced");
	setvbuf(stdout, NULL, _IONBF, 0);
	setvbuf(stderr, NULL, _IONBF, 0);
}

/* Time stands still but for those who look at it: it passes a millisecond each time. */

int clock_gettime(clockid_t clock, struct timespec *t)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_clock_gettime, clock, (long)t, 0, 0, 0, 0);
	rt->now += 1000000;
	wire->used |= THE_TIME;
	t->tv_sec = 1700000000 + rt->now / 1000000000;
	t->tv_nsec = rt->now % 1000000000;
	return 0;
}

int gettimeofday(struct timeval *t, void *zone)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *t)
{
	if (ipc_ready)
		wire->used |= THE_TIME;
	time_t now = 1700000000 + (ipc_ready ? rt->now / 1000000000 : 0);
	return t ? *t = now : now;
}

clock_t clock(void) { return rt->now / 1000; }
int timespec_get(struct timespec *t, int base) { return clock_gettime(CLOCK_REALTIME, t) ? 0 : base; }
