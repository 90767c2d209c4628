/* Threads that make pipes, and one that forks: its child has those that are there by then.
   -DLATE: it has what a thread has locked, which has often ended by the time of the fork. */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t begun;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int pairs[2][2];
static atomic_int steps;

static void *thread(void *arg)
{
	int i = (int)(long)arg;
	char c;
	sem_post(&begun);
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
#if LATE
	return NULL;
#endif
	pipe(pairs[i]);
	write(pairs[i][1], "ab", 2);
	steps++;
	read(pairs[i][0], &c, 1);
	if (i == 0 && fork() == 0)
		_exit(++steps);
	return NULL;
}

int main(void)
{
	pthread_t t[2];
#if LATE
	pthread_create(&t[0], NULL, thread, NULL);
	sem_wait(&begun);
	if (fork() == 0)
		_exit(pthread_mutex_lock(&lock));
	wait(NULL);
	return pthread_join(t[0], NULL);
#endif
	for (long i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	return 0;
}
