/* Threads meet variables in an order that differs between executions. */
#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static atomic_int done[3];
static int full;

static void tell(long i)
{
	pthread_mutex_lock(&other);
	pthread_mutex_unlock(&other);
	done[i] = 1;
}

static void *gets(void *i)
{
	pthread_mutex_lock(&lock);
	while (!full)
		pthread_cond_wait(&filled, &lock);
	full = 0;
	pthread_mutex_unlock(&lock);
	pthread_cond_signal(&emptied);
	tell((long)i);
	return NULL;
}

static void *puts_(void *i)
{
	pthread_mutex_lock(&lock);
	while (full)
		pthread_cond_wait(&emptied, &lock);
	full = 1;
	pthread_mutex_unlock(&lock);
	pthread_cond_signal(&filled);
	tell((long)i);
	return NULL;
}

int main(void)
{
	pthread_t t[4];
	pthread_create(&t[0], NULL, gets, (void *)0);
	pthread_create(&t[1], NULL, gets, (void *)1);
	pthread_create(&t[2], NULL, puts_, (void *)2);
	pthread_create(&t[3], NULL, puts_, (void *)0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	return 0;
}
