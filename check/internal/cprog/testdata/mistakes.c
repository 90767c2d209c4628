/* Mistakes, by number. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static int shared, ready;
static char text[8], copy[8];

static int deep(int n)
{
	char room[256];
	memset(room, n, sizeof room);
	return n ? deep(n - 1) + room[3] : 0;
}

static void *thread(void *arg)
{
#if WHICH == 1
	shared++;
#elif WHICH == 2
	pthread_mutex_lock(&other);
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	pthread_mutex_unlock(&other);
#elif WHICH == 3 /* the signal comes before the wait */
	pthread_mutex_lock(&lock);
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&lock);
#elif WHICH == 4
	pthread_mutex_unlock(&lock);
#elif WHICH == 5
	free(arg);
#elif WHICH == 6
	strcpy(text, "b");
#elif WHICH == 7
	pthread_mutex_lock(&lock); /* and ends */
#elif WHICH == 8
	int *p = malloc(4 * sizeof *p);
	p[4] = 1;
#elif WHICH == 9
	int *p = NULL;
	*p = 1;
#elif WHICH == 10
	deep(1000000);
#elif WHICH == 11
	exit(5);
#elif WHICH == 12
	for (;;)
		;
#elif WHICH == 13
	__asm__ volatile("lock incl %0" : "+m"(shared));
#elif WHICH == 14
	fclose(fopen("/dev/null", "w"));
#elif WHICH == 15
	pthread_barrier_wait(&barrier);
#elif WHICH == 16 /* relaxed: the flag orders nothing */
	shared = 1;
	__atomic_store_n(&ready, 1, __ATOMIC_RELAXED);
#elif WHICH == 17
	abort();
#endif
	return NULL;
}

int main(void)
{
	pthread_t t;
	void *memory = malloc(16);
	pthread_barrier_init(&barrier, NULL, 3);
#if WHICH == 4
	pthread_mutex_lock(&lock);
#endif
	pthread_create(&t, NULL, thread, memory);
#if WHICH == 1
	shared++;
#elif WHICH == 2
	pthread_mutex_lock(&lock);
	pthread_mutex_lock(&other);
	pthread_mutex_unlock(&other);
	pthread_mutex_unlock(&lock);
#elif WHICH == 3
	pthread_mutex_lock(&lock);
	pthread_cond_wait(&cond, &lock);
	pthread_mutex_unlock(&lock);
#elif WHICH == 5
	memset(memory, 1, 16);
#elif WHICH == 6
	memcpy(copy, text, sizeof copy);
#elif WHICH == 7
	pthread_join(t, NULL);
	pthread_mutex_lock(&lock);
	return 0;
#elif WHICH == 15
	pthread_barrier_wait(&barrier);
#elif WHICH == 16
	if (__atomic_load_n(&ready, __ATOMIC_RELAXED))
		assert(shared == 1);
#elif WHICH == 18
	pthread_join(t, NULL);
#elif WHICH == 19
	pthread_mutex_lock(&lock);
	pthread_mutex_destroy(&lock);
#endif
	pthread_join(t, NULL);
	return 0;
}
