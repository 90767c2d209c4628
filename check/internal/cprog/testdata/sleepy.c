/* Loops that sleep, and count how often. -DCHILD: one that waits for a child. -DGIVESUP: one
   that gives up after a few rounds, with which somebody had reckoned. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int ready;
static sem_t taken;
static int item;

static int take(void)
{
	pthread_mutex_lock(&lock);
	int i = item;
	if (i)
		item = 0;
	pthread_mutex_unlock(&lock);
	return i;
}

#ifdef GIVESUP
static void *taker(void *arg)
{
	for (int n = 0; n < 2; n++) {
		if (take()) {
			sem_post(&taken);
			return NULL;
		}
		usleep(1000);
	}
	return NULL;
}
#else
static void *taker(void *arg)
{
	int n = 0;
	while (!take()) {
		printf("%d\n", ++n);
		sleep(1);
	}
	sem_post(&taken);
	while (!ready)
		usleep(n++);
	return NULL;
}
#endif

int main(void)
{
#ifdef CHILD
	pid_t child = fork();
	if (child == 0) {
		sleep(1);
		exit(3);
	}
	int n = 0, status;
	while (waitpid(child, &status, WNOHANG) == 0) {
		n++;
		usleep(100000);
	}
	assert(WEXITSTATUS(status) == 3);
	for (n = 0; n < ROUNDS && !ready; n++) /* nobody is left: it gives up */
		usleep(1000);
	assert(n == ROUNDS);
#else
	pthread_t t;
	sem_init(&taken, 0, 0);
	pthread_create(&t, NULL, taker, NULL);
	pthread_mutex_lock(&lock);
	item = 1;
	pthread_mutex_unlock(&lock);
	sem_wait(&taken);
	ready = 1;
	pthread_join(t, NULL);
#endif
	return 0;
}
