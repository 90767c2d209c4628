/* Scenarios of a bounded buffer: threads that put, get, ask for the size and close. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "buffer.h"
#include <ipccheck.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

enum { MOST = 8, FIRST = 71 }; /* FIRST: the smallest item where it matters that one went through */

static buffer_t *buffer;
static pthread_t threads[MOST];
static int started, item[MOST], answer[MOST], threads_get[MOST];
static atomic_int returned[MOST];

/* Of these a scenario has those that it starts: what it calls are its operations. */
static inline void *put(void *arg)
{
	long i = (long)arg;
	answer[i] = buffer_put(buffer, item[i]);
	returned[i] = 1;
	return NULL;
}

static inline void *get(void *arg)
{
	long i = (long)arg;
	answer[i] = buffer_get(buffer, &item[i]);
	returned[i] = 1;
	return NULL;
}

static inline void *close_it(void *arg)
{
	buffer_close(buffer);
	return arg;
}

static inline void *ask(void *arg)
{
	(void)buffer_size(buffer);
	return arg;
}

/* Starts a thread, which has a number: that of its item and its answer. */
static inline int start(void *(*function)(void *), int v)
{
	int i = started++;
	item[i] = v;
	threads_get[i] = function == get;
	pthread_create(&threads[i], NULL, function, (void *)(long)i);
	return i;
}

static inline void join_all(void)
{
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}

/* What has been got: each of the items from 1 to n once, by the threads between two. */
static inline void got_each(int n, int from, int to)
{
	int seen[MOST + 1] = {0};
	for (int i = from; i <= to; i++) {
		if (threads_get[i] == 0)
			continue;
		ipc_assert_told(item[i] >= 1 && item[i] <= n, "IPC005: a get answers what nobody has put");
		seen[item[i]]++;
	}
	for (int v = 1; v <= n; v++)
		ipc_assert_told(seen[v] <= 1, "IPC003: an item is got twice");
	for (int v = 1; v <= n; v++)
		ipc_assert_told(seen[v] == 1, "IPC002: an item is got by nobody");
}

/* Some thread has got something that was put: else nothing has been shown. */
static inline void went_through(void)
{
	int got = 0;
	for (int i = 0; i < started; i++)
		if (threads_get[i] && item[i] > got)
			got = item[i];
	ipc_assert_told(got >= FIRST, "IPC005: what is got is none of the items that were put");
}

/* Time passes, as far as nobody can go on: others that wait with a limit time out first. */
static inline void rest(void)
{
	static sem_t never;
	struct timespec until = {0, 0};
	(void)sem_timedwait(&never, &until);
}

static inline void begin(int capacity)
{
	buffer = buffer_create(capacity);
	ipc_assert_told(buffer != NULL, "there is no buffer");
}

#endif
