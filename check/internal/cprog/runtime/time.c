/* The time, which the threads make. */
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "rt.h"

enum { BEGIN = 1700000000 };

/* A time limit, NULL: there is none. */
bool ipc_is_a_time(const struct timespec *until) { return !until || (until->tv_nsec >= 0 && until->tv_nsec < 1000000000); }

/* It was over before the program began: it is no time of day, but perhaps how long to wait.
   Zeros stand for any limit, as harnesses have it. */
bool ipc_is_over(const struct timespec *until) { return until && until->tv_sec < BEGIN && (until->tv_sec || until->tv_nsec); }

/* Time stands still but for those who look at it, when it passes a millisecond, and those who
   sleep. Each thread has its own: whom it waits for, that is later. */

void ipc_time_passes(int64_t seconds, int64_t nanoseconds)
{
	if (seconds > 0 || (seconds == 0 && nanoseconds > 0))
		ipc_current()->clock.time += seconds * 1000000000 + nanoseconds;
}

/* It is a time of day, at least. */
void ipc_time_is(const struct timespec *until)
{
	struct thread *t = ipc_current();
	int64_t time = (until->tv_sec - BEGIN) * 1000000000 + until->tv_nsec;
	if (time > t->clock.time)
		t->clock.time = time;
}

static int64_t now(void) { return ipc_ready && rt->current ? rt->current->clock.time : 0; }

/* A look at the clock: a loop that waits for something, or until a time, looks again and again. */
static void look(const uint64_t *frame)
{
	if (!ipc_ready || !rt->current)
		return;
	ipc_time_passes(0, 1000000);
	job->used |= THE_TIME;
	ipc_looks_at_clock(frame);
}

int ipc_clock_gettime(clockid_t clock, struct timespec *t, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (!ipc_ready || !rt->current)
		return ipc_syscall(SYS_clock_gettime, clock, (long)t, 0, 0, 0, 0);
	look(frame);
	ipc_range(t, sizeof *t, true, frame[7]);
	t->tv_sec = BEGIN + now() / 1000000000;
	t->tv_nsec = now() % 1000000000;
	return 0;
}

int ipc_gettimeofday(struct timeval *t, void *zone, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct timespec exact;
	ipc_clock_gettime(CLOCK_REALTIME, &exact, 0, 0, 0, frame);
	ipc_range(t, sizeof *t, true, frame[7]);
	t->tv_sec = exact.tv_sec;
	t->tv_usec = exact.tv_nsec / 1000;
	return 0;
}

int ipc_timespec_get(struct timespec *t, int base, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	return ipc_clock_gettime(CLOCK_REALTIME, t, 0, 0, 0, frame) ? 0 : base;
}

time_t ipc_time(time_t *t, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	look(frame);
	time_t seconds = BEGIN + now() / 1000000000;
	if (t)
		ipc_range(t, sizeof *t, true, frame[7]);
	return t ? *t = seconds : seconds;
}

/* What is measured is the time that passes. */
int ipc_getrusage(int who, struct rusage *usage, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	look(frame);
	*usage = (struct rusage){.ru_utime = {now() / 1000000000, now() / 1000 % 1000000}};
	return 0;
}

clock_t ipc_clock(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	look(frame);
	return now() / 1000;
}
