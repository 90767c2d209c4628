/* Nothing is wrong here. -DWHICH says with what. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 2 };
static __thread int own;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_spinlock_t spin;
static sem_t sem;
static atomic_int ends, ready;
static int counter, made;

static void destroy(void *p)
{
	atomic_fetch_add(&ends, 1);
	free(p);
}

static void make(void) { made++; }

static void *thread(void *arg)
{
	int me = (int)(long)arg;
#if WHICH == 1
	own = me;
	pthread_mutex_lock(&lock);
	counter++;
	pthread_mutex_unlock(&lock);
	assert(own == me);
#elif WHICH == 2
	pthread_setspecific(key, malloc(8));
#elif WHICH == 3
	pthread_once(&once, make);
	assert(made == 1);
#elif WHICH == 4
	pthread_rwlock_rdlock(&rwlock);
	int seen = counter;
	pthread_rwlock_unlock(&rwlock);
	pthread_rwlock_wrlock(&rwlock);
	counter++;
	pthread_rwlock_unlock(&rwlock);
	assert(seen < THREADS);
#elif WHICH == 5
	int serial = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
	if (serial)
		counter++;
	pthread_barrier_wait(&barrier);
	assert(counter == 1);
#elif WHICH == 6
	pthread_spin_lock(&spin);
	counter++;
	pthread_spin_unlock(&spin);
#elif WHICH == 7 /* nobody signals: time passes */
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&lock);
	int r = pthread_cond_timedwait(&cond, &lock, &until);
	pthread_mutex_unlock(&lock);
	assert(r == ETIMEDOUT);
#elif WHICH == 8
	struct timespec until = {0};
	assert(sem_timedwait(&sem, &until) == -1 && errno == ETIMEDOUT);
#elif WHICH == 9
	char line[32], *rest, *copy = strdup("a b");
	snprintf(line, sizeof line, "%s %d", strtok_r(copy, " ", &rest), me);
	printf("%s\n", line);
	usleep(rand() % 1000);
	free(copy);
#elif WHICH == 10 /* the flag orders */
	if (me == 0) {
		counter = 7;
		atomic_store_explicit(&ready, 1, memory_order_release);
	} else {
		while (!atomic_load_explicit(&ready, memory_order_acquire))
			;
		assert(counter == 7);
	}
#elif WHICH == 11
	pthread_mutex_t recursive;
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attributes);
	pthread_mutex_lock(&recursive);
	pthread_mutex_lock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_destroy(&recursive);
#elif WHICH == 12
	pthread_detach(pthread_self());
	sem_post(&sem);
#endif
	return arg;
}

int main(void)
{
	pthread_t t[THREADS];
	void *result;
	pthread_key_create(&key, destroy);
	pthread_barrier_init(&barrier, NULL, THREADS);
	pthread_spin_init(&spin, 0);
	sem_init(&sem, 0, 0);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
#if WHICH == 12
	sem_wait(&sem);
	sem_wait(&sem);
	return 0;
#endif
	for (long i = 0; i < THREADS; i++) {
		pthread_join(t[i], &result);
		assert(result == (void *)i);
	}
#if WHICH == 2
	assert(ends == THREADS);
#elif WHICH == 6
	assert(counter == THREADS);
#endif
	return 0;
}
