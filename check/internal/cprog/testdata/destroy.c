/* What a thread uses is destroyed, or made anew, by main: -DWHICH says what. */
#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t b;
static pthread_spinlock_t sp;
static sem_t s;
static int go;

static void *uses(void *arg)
{
#if WHICH == 0
	pthread_mutex_lock(&m);
	pthread_mutex_unlock(&m);
#elif WHICH == 1
	pthread_rwlock_rdlock(&l);
	pthread_rwlock_unlock(&l);
#elif WHICH == 2
	pthread_mutex_lock(&m);
	while (!go)
		pthread_cond_wait(&c, &m);
	pthread_mutex_unlock(&m);
#elif WHICH == 7
	pthread_mutex_lock(&m);
	go = 1;
	pthread_mutex_unlock(&m);
	pthread_cond_signal(&c);
#elif WHICH == 3
	sem_wait(&s);
#elif WHICH == 4
	pthread_barrier_wait(&b);
#elif WHICH == 5
	pthread_spin_lock(&sp);
	pthread_spin_unlock(&sp);
#elif WHICH == 6
	pthread_mutex_lock(&m);
	pthread_mutex_unlock(&m);
#endif
	return arg;
}

int main(void)
{
	pthread_t t;
	sem_init(&s, 0, 0);
	pthread_barrier_init(&b, NULL, 2);
	pthread_spin_init(&sp, 0);
	pthread_create(&t, NULL, uses, NULL);
#if WHICH == 0
	pthread_mutex_destroy(&m);
#elif WHICH == 1
	pthread_rwlock_destroy(&l);
#elif WHICH == 2
	pthread_mutex_lock(&m);
	go = 1;
	pthread_cond_broadcast(&c);
	pthread_mutex_unlock(&m);
	pthread_cond_destroy(&c);
#elif WHICH == 7
	pthread_mutex_lock(&m);
	while (!go)
		pthread_cond_wait(&c, &m);
	pthread_mutex_unlock(&m);
	pthread_cond_destroy(&c);
#elif WHICH == 3
	sem_post(&s);
	sem_destroy(&s);
#elif WHICH == 4
	pthread_barrier_wait(&b);
	pthread_barrier_destroy(&b);
#elif WHICH == 5
	pthread_spin_destroy(&sp);
#elif WHICH == 6
	pthread_mutex_init(&m, NULL);
#endif
	pthread_join(t, NULL);
	return 0;
}
