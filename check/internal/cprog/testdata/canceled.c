/* Threads that are canceled. The argument says where. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static int go, rounds, fd[2];

static void unlocks(void *m) { pthread_mutex_unlock(m); }

static void *works(void *arg)
{
	for (;;) {
		rounds++;
		sleep(1);
	}
}

static void *asks(void *arg)
{
	int state;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	sleep(1);
	pthread_setcancelstate(state, NULL);
	for (;;)
		pthread_testcancel();
}

static void *waits(void *arg)
{
	pthread_mutex_lock(&lock);
	pthread_cleanup_push(unlocks, &lock);
	while (!go)
		pthread_cond_wait(&cond, &lock);
	pthread_cleanup_pop(1);
	return NULL;
}

static void *forgets(void *arg)
{
	pthread_mutex_lock(&lock);
	sem_wait(&sem);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void *reads(void *arg)
{
	char c;
	return (void *)(long)read(fd[0], &c, 1);
}

static void *returns(void *arg)
{
	pthread_testcancel();
	return NULL;
}

static void *cancel(void *(*function)(void *))
{
	pthread_t t;
	void *result;
	pthread_create(&t, NULL, function, NULL);
	pthread_cancel(t);
	pthread_join(t, &result);
	return result;
}

int main(int argc, char **argv)
{
	pthread_t other;
	switch (atoi(argv[1])) {
	case 1:
		return cancel(works) != PTHREAD_CANCELED;
	case 2:
		return cancel(asks) != PTHREAD_CANCELED;
	case 3:
		pthread_create(&other, NULL, waits, NULL);
		cancel(waits);
		pthread_mutex_lock(&lock);
		go = 1;
		pthread_cond_signal(&cond); /* which is not lost with who is canceled */
		pthread_mutex_unlock(&lock);
		pthread_join(other, NULL);
		break;
	case 4:
		cancel(forgets);
		pthread_mutex_lock(&lock);
		break;
	case 5:
		pipe(fd);
		return cancel(reads) != PTHREAD_CANCELED;
	case 6:
		assert(cancel(returns) == PTHREAD_CANCELED); /* it may have returned before */
	}
	return 0;
}
