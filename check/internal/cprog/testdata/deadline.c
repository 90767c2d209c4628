/* Loops that wait for something, or until a time. The argument says how they look at the clock, and whether
   the thread must be quick enough. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static atomic_int done, never;

static void *finishes(void *arg)
{
	done = 1;
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t t;
	struct timeval begin, now;
	time_t end = time(NULL) + 3;
	pthread_create(&t, NULL, finishes, NULL);
	switch (atoi(argv[1])) {
	case 1:
		while (!done && time(NULL) < end)
			;
		break;
	case 2:
		gettimeofday(&begin, NULL);
		do
			gettimeofday(&now, NULL);
		while (!never && now.tv_sec < begin.tv_sec + 3);
		assert(never);
		break;
	case 3:
		while (!never && time(NULL) < end)
			;
		assert(time(NULL) >= end);
		break;
	case 4:
		while (time(NULL) < end)
			;
	}
	pthread_join(t, NULL);
	return 0;
}
