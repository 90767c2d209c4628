/* A child dies, and its parent sees of what: 1: an access, 2: abort, 3: an assertion that
   fails, 4: a division, 5: its stack, 6: a thread of it does, 7: the C library, for it. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int zero;
static pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;

static int deep(int n)
{
	volatile char room[1000];
	room[n % 1000] = n;
	return deep(n + 1) + room[0];
}

static void *dies(void *arg)
{
	*(volatile int *)arg = 1;
	return arg;
}

static void child(int which)
{
	pthread_t t;
	switch (which) {
	case 1:
		*(volatile int *)NULL = 1;
	case 2:
		abort();
	case 3:
		assert(zero);
	case 4:
		zero = 7 / zero;
	case 5:
		deep(0);
	case 6:
		pthread_create(&t, NULL, dies, NULL);
		pthread_join(t, NULL);
	case 7:
		pthread_mutex_lock(&own);
		zero = strlen(getenv("NOBODY_HAS_THIS"));
	}
}

int main(int argc, char **argv)
{
	int status, end[2];
	char c;
	pipe(end);
	if (fork() == 0) {
		child(atoi(argv[1]));
		_exit(0);
	}
	close(end[1]);
	read(end[0], &c, 1); /* the end of the child closes its end */
	wait(&status);
	printf("%d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
	return 0;
}
