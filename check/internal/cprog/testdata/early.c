/* A thread sets a variable and posts; main waits for that with a time limit. -DAGAIN: it
   waits again when the time is over; -DLEAVES: it leaves then, and the thread waits for an
   answer. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t posted, answered;
static int ready;

static void *sets(void *arg)
{
	ready = 1;
	sem_post(&posted);
#ifdef LEAVES
	sem_wait(&answered);
#endif
	return arg;
}

int main(void)
{
	pthread_t t;
	struct timespec until = {0, 0};
	sem_init(&posted, 0, 0);
	sem_init(&answered, 0, 0);
	pthread_create(&t, NULL, sets, NULL);
#ifdef AGAIN
	while (sem_timedwait(&posted, &until))
		;
#elif defined LEAVES
	if (sem_timedwait(&posted, &until) == 0)
		sem_post(&answered);
	pthread_join(t, NULL);
	return 0;
#else
	sem_timedwait(&posted, &until);
#endif
	assert(ready);
	pthread_join(t, NULL);
	return 0;
}
