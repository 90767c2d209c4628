/* A thread holds what main waits for with a time limit, and lets go of it: which is the first
   argument. With a second one main waits again until it has it; else it has to have it at once. */
#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <threads.h>
#include <unistd.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static int way[2], set;
static mqd_t queue;
static const struct timespec limit;

static void *lets_go(void *which)
{
	struct sembuf up = {0, 1, 0};
	switch (*(char *)which) {
	case 'm': case 'c':
		pthread_mutex_lock(&m);
		pthread_mutex_unlock(&m);
		break;
	case 'r': case 'w':
		pthread_rwlock_wrlock(&l);
		pthread_rwlock_unlock(&l);
		break;
	case 'q':
		mq_send(queue, "x", 1, 0);
		break;
	case 'p': case 's':
		write(way[1], "x", 1);
		break;
	case 'o':
		semop(set, &up, 1);
	}
	return NULL;
}

static int in_time(char which)
{
	char c;
	struct timeval soon = {0, 1};
	struct pollfd end = {way[0], POLLIN, 0};
	struct sembuf down = {0, -1, 0};
	fd_set ends;
	FD_ZERO(&ends);
	FD_SET(way[0], &ends);
	switch (which) {
	case 'm': return pthread_mutex_timedlock(&m, &limit) == 0;
	case 'c': return mtx_timedlock((mtx_t *)&m, &limit) == thrd_success;
	case 'r': return pthread_rwlock_timedrdlock(&l, &limit) == 0;
	case 'w': return pthread_rwlock_clockwrlock(&l, CLOCK_MONOTONIC, &limit) == 0;
	case 'q': return mq_timedreceive(queue, &c, 1, NULL, &limit) == 1;
	case 'p': return poll(&end, 1, 100) == 1;
	case 's': return select(way[0] + 1, &ends, NULL, NULL, &soon) == 1;
	case 'o': return semtimedop(set, &down, 1, &limit) == 0;
	}
	return 0;
}

int main(int argc, char **argv)
{
	pthread_t t;
	struct mq_attr one = {.mq_maxmsg = 1, .mq_msgsize = 1};
	pipe(way);
	set = semget(IPC_PRIVATE, 1, 0600);
	queue = mq_open("/limits", O_CREAT | O_RDWR, 0600, &one);
	mq_unlink("/limits");
	pthread_create(&t, NULL, lets_go, argv[1]);
	if (argc == 2)
		assert(in_time(*argv[1]));
	else
		while (!in_time(*argv[1]))
			;
	switch (*argv[1]) {
	case 'm': case 'c':
		pthread_mutex_unlock(&m);
		break;
	case 'r': case 'w':
		pthread_rwlock_unlock(&l);
	}
	pthread_join(t, NULL);
	semctl(set, 0, IPC_RMID);
	return 0;
}
