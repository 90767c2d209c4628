/* Home-made locks, and loops that wait. -DWHICH says which. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS = 2 };
static int word, counter, plain;
static atomic_int next, serving, flag[2], turn;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void lock(int me)
{
#if WHICH == 1
	while (__sync_lock_test_and_set(&word, 1))
		;
#elif WHICH == 2
	int ticket = atomic_fetch_add(&next, 1);
	while (atomic_load(&serving) != ticket)
		sched_yield();
#elif WHICH == 3
	while (!__sync_bool_compare_and_swap(&word, 0, 1))
		usleep(10);
#elif WHICH == 4 /* Peterson */
	flag[me] = 1;
	turn = 1 - me;
	while (flag[1 - me] && turn == 1 - me)
		;
#elif WHICH == 5 /* Peterson, the other way round */
	turn = 1 - me;
	flag[me] = 1;
	while (flag[1 - me] && turn == 1 - me)
		;
#elif WHICH == 6
	while (pthread_mutex_trylock(&mutex))
		;
#endif
}

static void unlock(int me)
{
#if WHICH == 1 || WHICH == 3
	__sync_lock_release(&word);
#elif WHICH == 2
	atomic_fetch_add(&serving, 1);
#elif WHICH == 4 || WHICH == 5
	flag[me] = 0;
#elif WHICH == 6
	pthread_mutex_unlock(&mutex);
#endif
}

static void *count(void *arg)
{
#if WHICH == 7 /* looks under the lock again and again */
	for (;;) {
		pthread_mutex_lock(&mutex);
		int ready = plain;
		pthread_mutex_unlock(&mutex);
		if (ready)
			break;
	}
#elif WHICH == 8 /* looks without */
	while (!plain)
		;
#elif WHICH == 9
	while (!plain)
		sleep(1);
#endif
	lock((int)(long)arg);
	counter++;
	unlock((int)(long)arg);
	return NULL;
}

int main(void)
{
	pthread_t thread[THREADS];
#if WHICH >= 7
	pthread_create(&thread[0], NULL, count, NULL);
	pthread_mutex_lock(&mutex);
#ifndef NEVER
	plain = 1;
#endif
	pthread_mutex_unlock(&mutex);
	pthread_join(thread[0], NULL);
#else
	for (long i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, count, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	assert(counter == THREADS);
#endif
	return 0;
}
